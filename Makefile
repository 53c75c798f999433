# TaxBridge. A fresh machine needs Python 3.11 and make; all else is set up here.
PYTHON ?= $(firstword $(foreach p,python3.11 python3.12 python3.13 python3,$(shell command -v $(p))) python3)
BIN := .venv/bin
PYTEST_ARGS ?=
COMPILE := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--custom-compile-command "make lock" --no-emit-index-url --no-emit-find-links

EVERY_MODEL := DJANGO_SETTINGS_MODULE=portal.config.type_checking $(BIN)/python

.DEFAULT_GOAL := help
.PHONY: help run test faults loan-histories ledger-faults ledger-mutations portfolio check code manage format train lock environment dev-environment

help: ## Show this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-17s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: environment ## Start the whole system on this machine, with demonstration firms
	@$(BIN)/python -m portal.embedded --stop-with-parent

test: dev-environment ## Run all tests on embedded servers (PYTEST_ARGS="-k ledger" passes through)
	@$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

faults: dev-environment ## Tests of faults at full length: 1,000 rounds each (ROUNDS=200 for fewer)
	@TAXBRIDGE_FAULT_ROUNDS=$(or $(ROUNDS),1000) $(BIN)/python -m pytest tests/faults -n 0 --timeout=3600 $(PYTEST_ARGS)

ledger-faults: dev-environment ## Kill sequencers, clients and PostgreSQL while clients write (ROUNDS=200, LONG=200 histories)
	@TAXBRIDGE_LEDGER_FAULT_ROUNDS=$(or $(ROUNDS),200) TAXBRIDGE_LEDGER_HISTORIES=$(or $(LONG),200) \
		$(BIN)/python -m pytest tests/ledger_faults -n 0 --timeout=7200 $(PYTEST_ARGS)

invoices: dev-environment ## Ten thousand genuine e-invoices through every check, and forged ones of each kind
	@TAXBRIDGE_GENUINE_INVOICES=10000 $(BIN)/python -m pytest tests/invoices/test_forged.py -n 0 $(PYTEST_ARGS)

loan-histories: dev-environment ## Random histories of loans, 10,000 over e-CNY, 1,000 over bank transfers (N=300 for fewer)
	@TAXBRIDGE_LOAN_HISTORIES=$(or $(N),10000) \
		$(BIN)/python -m pytest tests/servicing/test_money_conserved.py -n 2 $(PYTEST_ARGS)

ledger-mutations: dev-environment ## Change an export and a ledger 10,000 times, leave 1,000 untouched (N=300 for fewer)
	@TAXBRIDGE_LEDGER_MUTATIONS=$(or $(N),10000) TAXBRIDGE_LEDGER_UNTOUCHED=1000 \
		$(BIN)/python -m pytest tests/ledger_mutations -n 0 --timeout=7200 $(PYTEST_ARGS)

check: dev-environment ## Lint, types, import contracts, templates, translations, migrations
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint templates portal/sandbox/taxauthority/templates --lint --quiet
	$(EVERY_MODEL) manage.py check
	$(EVERY_MODEL) manage.py check_messages --skip-checks
	@# No database is asked for this one, whose absence Django warns of.
	$(EVERY_MODEL) -W ignore manage.py makemigrations --check --dry-run

format: dev-environment ## Put the code in the house's format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

portfolio: environment ## 500 firms apply on the running system, and every automatic decision is replayed (N=50 for fewer)
	@$(BIN)/python -m portal.embedded.manage demo_portfolio --applications $(or $(N),500)
	@$(BIN)/python -m portal.embedded.manage replay_decision --automatic

code: environment ## Print a demonstration person's one-time code: make code WHO=sara
	@$(BIN)/python -m portal.embedded.manage demo_code $(WHO)

manage: environment ## Run a management command on the running system: make manage COMMAND="..."
	@$(BIN)/python -m portal.embedded.manage $(COMMAND)

lock: dev-environment ## Pin the requirements of pyproject.toml, with hashes
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements-lock.txt
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) --extra dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	$(COMPILE) --extra train -c requirements.txt pyproject.toml -o requirements-train.txt
	$(COMPILE) --group lock -o requirements-lock.txt

train: ## Fit the scorecard anew and compare with what is committed: make train DATA=folder
	@$(PYTHON) -m venv var/train
	@var/train/bin/python -m pip install --quiet --require-hashes -r requirements-train.txt
	@DJANGO_SETTINGS_MODULE=portal.config.type_checking var/train/bin/python -W ignore \
		manage.py train_scorecard $(DATA)

environment:
	@$(PYTHON) portal/embedded/bootstrap.py

dev-environment:
	@$(PYTHON) portal/embedded/bootstrap.py --dev
