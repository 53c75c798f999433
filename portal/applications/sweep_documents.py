"""Files that no document names are removed: their transaction failed after they were written."""

from __future__ import annotations

from portal.applications.document_models import Document
from portal.applications.document_store import old_files


def sweep_documents() -> tuple[int, int]:
    """Remove what is older than an hour and named by no row; how many, and of how many old files.

    Safe at any time: a file that a transaction is about to name is younger.
    """
    files = {path.name: path for path in old_files()}
    named = Document.objects.filter(stored_as__in=files).values_list("stored_as", flat=True)
    orphans = files.keys() - set(named)
    for name in orphans:
        files[name].unlink(missing_ok=True)
    return len(orphans), len(files)
