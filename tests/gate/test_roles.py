"""Roles and rights as they are in the database, not as anybody meant them."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.core.management import CommandError

from portal.config import provisioning
from portal.config.databases import LOGINS
from portal.config.management.commands.grant_rights import check_rights
from portal.config.rights import RIGHTS
from tests.gate.conftest import Open
from tests.gate.parties import Connection, refusal, value

pytestmark = pytest.mark.django_db(transaction=True, databases="__all__")
OURS = [settings.ROLE_PREFIX + name for name in (*LOGINS, *provisioning.SCHEMA_OWNERS)]
SCHEMAS = list(provisioning.SCHEMAS)


def test_every_table_of_the_portal_has_a_row_in_rights(admin: Connection) -> None:
    tables = {
        row[0]
        for row in admin.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    }
    assert tables - RIGHTS.keys() == set(), "add a row in portal/config/rights.py"
    assert RIGHTS.keys() - tables == set(), "a row for a table that no longer exists"


def test_rights_are_exactly_those_of_the_table(admin: Connection) -> None:
    """No log-in has a privilege on a portal table that rights.py doesn't give it."""
    granted = admin.execute(
        "SELECT table_name, grantee, privilege_type FROM information_schema.role_table_grants"
        " WHERE table_schema = 'public' AND grantee = ANY(%s) AND grantee <> %s",
        [OURS, settings.ROLE_PREFIX + "owner"],
    ).fetchall()
    allowed = {
        (table, settings.ROLE_PREFIX + login, privilege.strip())
        for table, logins in RIGHTS.items()
        for login, privileges in logins.items()
        for privilege in privileges.split(", ")
    }
    assert set(granted) - allowed == set()
    assert granted


@pytest.mark.parametrize("row", [{"nobody": "SELECT"}, {"web": "TRUNCATE"}, {"web": "ALL"}])
def test_an_unknown_login_or_privilege_is_refused(
    monkeypatch: pytest.MonkeyPatch, row: dict[str, str]
) -> None:
    monkeypatch.setattr("portal.config.management.commands.grant_rights.RIGHTS", {"jobs_job": row})
    with pytest.raises(CommandError):
        check_rights()


def test_no_role_of_ours_has_a_forbidden_attribute(admin: Connection) -> None:
    found = admin.execute(
        "SELECT rolname FROM pg_roles WHERE rolname = ANY(%s) AND (rolsuper OR rolbypassrls"
        " OR rolcreaterole OR rolcreatedb OR rolreplication)",
        [OURS],
    ).fetchall()
    assert found == []
    assert value(admin, "SELECT count(*) FROM pg_roles WHERE rolname = ANY(%s)", [OURS]) == len(
        OURS
    )


@pytest.mark.parametrize("login", LOGINS)
def test_nobody_makes_temporary_tables_schemas_or_databases(opened: Open, login: str) -> None:
    connection = opened(login)
    for query in ("CREATE TEMP TABLE t (a int)", "CREATE SCHEMA mine", "CREATE DATABASE mine"):
        assert "permission denied" in refusal(connection, query)
    if login != "owner":
        assert "permission denied" in refusal(connection, "CREATE TABLE public.t (a int)")


def test_functions_with_their_owners_rights_are_closed_and_fixed(admin: Connection) -> None:
    """SECURITY DEFINER: search path fixed, nothing for PUBLIC, owner without log-in."""
    functions = admin.execute(
        "SELECT p.oid::regprocedure::text, p.proconfig, r.rolcanlogin,"
        " has_function_privilege('public', p.oid, 'EXECUTE')"
        " FROM pg_proc p JOIN pg_roles r ON r.oid = p.proowner"
        " JOIN pg_namespace n ON n.oid = p.pronamespace"
        " WHERE n.nspname = ANY(%s) AND p.prosecdef",
        [SCHEMAS],
    ).fetchall()
    assert len(functions) >= 15
    for name, configuration, may_log_in, is_public in functions:
        assert "search_path=pg_catalog, pg_temp" in (configuration or []), name
        assert not may_log_in, name
        assert not is_public, name


def test_no_function_of_our_schemas_is_for_everybody(admin: Connection) -> None:
    found = admin.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p JOIN pg_namespace n"
        " ON n.oid = p.pronamespace WHERE n.nspname = ANY(%s)"
        " AND has_function_privilege('public', p.oid, 'EXECUTE')",
        [SCHEMAS],
    ).fetchall()
    assert found == []


def test_row_security_is_forced_on_the_whole_vault(admin: Connection) -> None:
    found = admin.execute(
        "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity FROM pg_class c"
        " JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname = 'vault' AND c.relkind = 'r' ORDER BY 1"
    ).fetchall()
    assert dict(found) == dict.fromkeys(
        ["chunk", "completion", "firm_key", "import", "rotation", "staged"], True
    )


def test_only_the_vault_reads_and_only_intake_writes_the_vault(admin: Connection) -> None:
    found = admin.execute(
        "SELECT DISTINCT grantee, privilege_type FROM information_schema.role_table_grants"
        " WHERE table_schema = 'vault' AND grantee <> %s",
        [settings.ROLE_PREFIX + "vault_owner"],
    ).fetchall()
    prefix = settings.ROLE_PREFIX
    assert set(found) == {(f"{prefix}vault", "SELECT"), (f"{prefix}intake", "INSERT")}


@pytest.mark.parametrize(
    "change",
    [
        "ALTER ROLE {web} CREATEROLE",
        "ALTER ROLE {vault} BYPASSRLS",
        "GRANT {vault} TO {web}",
        "ALTER ROLE {gate_owner} LOGIN",
    ],
)
def test_provisioning_refuses_a_role_that_could_walk_around_the_gate(
    admin: Connection, change: str
) -> None:
    names = {name: f'"{settings.ROLE_PREFIX}{name}"' for name in ("web", "vault", "gate_owner")}
    with admin.transaction(force_rollback=True):
        provisioning.check_roles(admin, settings.ROLE_PREFIX)
        admin.execute(change.format(**names))
        with pytest.raises(provisioning.ProvisioningRefused):
            provisioning.check_roles(admin, settings.ROLE_PREFIX)


def test_provisioning_again_changes_nothing_and_refuses_a_foreign_name(admin_url: str) -> None:
    urls = {"web": _url("web")}
    names = provisioning.provision(admin_url=admin_url, urls=urls, prefix=settings.ROLE_PREFIX)
    assert names == (settings.DATABASES["default"]["NAME"],)
    with pytest.raises(provisioning.ProvisioningRefused):
        provisioning.provision(admin_url=admin_url, urls=urls, prefix="other_")


def _url(alias: str) -> str:
    found = settings.DATABASES[alias]
    return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**found)


def test_history_is_append_only_even_for_its_owner(admin: Connection) -> None:
    """By triggers that fire always, also when a session poses as a replica."""
    found = admin.execute(
        "SELECT c.oid::regclass::text, array_agg(t.tgname::text ORDER BY t.tgname)"
        " FROM pg_trigger t"
        " JOIN pg_class c ON c.oid = t.tgrelid JOIN pg_namespace n ON n.oid = c.relnamespace"
        " WHERE n.nspname IN ('gate', 'sign') AND t.tgenabled = 'A' GROUP BY 1"
    ).fetchall()
    rows = (
        "consent event use ticket key_revocation key_end acknowledgement erasure expiry"
        " request_expiry erase_wish closing"
    )
    gate = {f"gate.{name}" for name in rows.split()}
    asked = "request ask answer step used identity mandate_end"
    sign = {f"sign.{name}" for name in asked.split()}
    assert dict(found) == {table: ["no_change", "no_truncate"] for table in gate | sign}
