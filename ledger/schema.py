"""SQL files beside the migrations, run as the schema's NOLOGIN owner."""

from __future__ import annotations

from pathlib import Path

from django.apps.registry import Apps
from django.conf import settings
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from ledger.kinds import REGISTRY

MIGRATIONS = Path(__file__).with_name("migrations")
UPSERT = """
INSERT INTO ledger.kind_right (kind, writers, gate_only, payload)
VALUES (%s, %s, %s, %s::jsonb)
ON CONFLICT (kind) DO UPDATE SET writers = excluded.writers, gate_only = excluded.gate_only,
  payload = excluded.payload
"""


def run_sql(name: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Run ``name`` as ledger_owner, with ``{prefix}`` replaced by the role prefix."""
    text = (MIGRATIONS / name).read_text(encoding="utf-8")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {settings.ROLE_PREFIX}ledger_owner")
        cursor.execute(text.replace("{prefix}", settings.ROLE_PREFIX))
        cursor.execute("SET LOCAL ROLE NONE")


def sync_kinds(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the registry of `ledger.kinds` into ledger.kind_right; kinds are never removed."""
    rows = [
        (str(kind), sorted(rule.writers), rule.gate_only, rule.payload_json().decode())
        for kind, rule in REGISTRY.items()
    ]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {settings.ROLE_PREFIX}ledger_owner")
        cursor.executemany(UPSERT, rows)
        cursor.execute("SET LOCAL ROLE NONE")
