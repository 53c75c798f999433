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
VALUES (%s, %s, %s, ARRAY(
  SELECT (r.key, '^(?:' || r.pattern || ')$', r.shortest, r.longest, r.optional)::ledger.value_rule
  FROM jsonb_to_recordset(%s::jsonb)
    AS r(key text, pattern text, shortest integer, longest integer, optional boolean)
  ORDER BY r.key COLLATE "C"))
ON CONFLICT (kind) DO UPDATE SET writers = excluded.writers, gate_only = excluded.gate_only,
  payload = excluded.payload
"""


def run_sql(name: str, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Run ``name`` as ledger_owner, with ``{prefix}`` replaced by the role prefix."""
    prefix = settings.ROLE_PREFIX
    text = (MIGRATIONS / name).read_text(encoding="utf-8")
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {prefix}ledger_owner")
        cursor.execute(text.replace("{prefix}", prefix))
        cursor.execute("SET LOCAL ROLE NONE")


def sync_kinds(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write the registry of `ledger.kinds` into ledger.kind_right; kinds are never removed."""
    prefix = settings.ROLE_PREFIX
    rows = [
        (
            str(kind),
            [f"{prefix}{writer}" for writer in sorted(rule.writers)],
            rule.gate_only,
            rule.payload_json(),
        )
        for kind, rule in REGISTRY.items()
    ]
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL ROLE {prefix}ledger_owner")
        cursor.executemany(UPSERT, rows)
        cursor.execute("SET LOCAL ROLE NONE")
