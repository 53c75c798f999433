-- Run as {prefix}ledger_owner. docs/ledger-format.md says what the bytes mean.

-- pattern and lengths are for the JSON text of a value, quotes included.
CREATE TYPE ledger.value_rule AS (
  key text, pattern text, shortest integer, longest integer, optional boolean
);

-- The registry of ledger/kinds.py, as the trigger reads it.
CREATE TABLE ledger.kind_right (
  kind text PRIMARY KEY CHECK (kind ~ '^[a-z_]+[.][a-z_]+$'),
  writers text[] NOT NULL,
  gate_only boolean NOT NULL,
  payload ledger.value_rule[] NOT NULL
);

-- Events of committed business transactions, not yet numbered.
CREATE TABLE ledger.outbox (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id uuid NOT NULL CONSTRAINT outbox_event_once UNIQUE,
  body bytea NOT NULL CONSTRAINT outbox_body_short CHECK (octet_length(body) <= 65535)
);

-- body is the record; every other column can be recomputed from the bodies in order.
CREATE TABLE ledger.entry (
  seq bigint PRIMARY KEY CHECK (seq >= 0),
  event_id uuid NOT NULL CONSTRAINT entry_event_once UNIQUE,
  body bytea NOT NULL CHECK (octet_length(body) <= 65535),
  leaf_hash bytea NOT NULL CHECK (octet_length(leaf_hash) = 32),
  chain_hash bytea NOT NULL CHECK (octet_length(chain_hash) = 32)
);

CREATE TABLE ledger.checkpoint (
  size bigint PRIMARY KEY CHECK (size > 0),
  root bytea NOT NULL CHECK (octet_length(root) = 32),
  note text NOT NULL,
  signed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE TABLE ledger.chain_check (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  checked_at timestamptz NOT NULL,
  ok boolean NOT NULL,
  entries bigint NOT NULL CHECK (entries >= 0),
  first_bad_seq bigint CHECK (first_bad_seq >= 0),
  problem text CHECK (problem ~ '^[a-z_]+$'),
  seconds double precision NOT NULL CHECK (seconds >= 0),
  by_role text NOT NULL DEFAULT session_user,  -- nobody has the right to write another
  CONSTRAINT chain_check_says_why CHECK (ok = (problem IS NULL))
);
