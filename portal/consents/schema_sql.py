"""Running a schema's SQL file from a migration, as that schema's owner."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.apps.registry import Apps
from django.conf import settings
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations import RunPython


def sql_file(path: Path, *, owner: str) -> RunPython:
    """The migration step that runs ``path`` as the NOLOGIN role ``owner`` (without prefix).

    ``{prefix}`` in the file becomes the role prefix of this installation. The role is given back
    at the end, so that Django's own bookkeeping stays the migrating log-in's.
    """
    return RunPython(_runner(path, owner), RunPython.noop)


def _runner(path: Path, owner: str) -> Callable[[Apps, BaseDatabaseSchemaEditor], None]:
    def run(apps: Apps, editor: BaseDatabaseSchemaEditor) -> None:
        prefix = settings.ROLE_PREFIX
        editor.execute(f"SET LOCAL ROLE {editor.quote_name(prefix + owner)}")
        editor.execute(path.read_text(encoding="utf-8").replace("{prefix}", prefix), params=None)
        editor.execute("RESET ROLE")

    return run
