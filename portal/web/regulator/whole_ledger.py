"""The whole ledger as one file, to be checked on a machine of the regulator's own."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import IO

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ledger.export.archive import tar_of
from ledger.export.exporting import ExportRefused, export_to
from ledger.standing import heads
from portal.accounts.activity import Activity, note_activity
from portal.accounts.permissions import Permission, require
from portal.oversight.models import Cause
from portal.oversight.open_incident import open_incident
from portal.oversight.receipts import THIS_PAGE
from portal.web.access import actor_of, audience

NAME = "taxbridge-ledger"
# A minute's work; a larger one is handed over by the operator (`manage.py export_ledger`).
MOST_ENTRIES = 2_000_000


@require_POST
@audience("regulator")
def whole_ledger(request: HttpRequest) -> HttpResponseBase:
    """Entries, tiles, newest witnessed checkpoint, policy and verifier as a tar.

    What can't be exported because it isn't what was signed opens an incident.
    """
    actor = actor_of(request)
    require(actor, Permission.LEDGER_READ)
    signed = heads().signed
    if not 0 < signed <= MOST_ENTRIES:
        text = _("Nothing has been signed yet.")
        if signed:
            text = _("The ledger is too large for a page. Ask the operator for an export.")
        messages.error(request, text)
        return redirect("regulator:checkpoints")
    try:
        size, file = _packed()
    except ExportRefused:
        open_incident(THIS_PAGE, cause=Cause.PROOF)
        messages.error(request, _("The entries are not those that were signed. See the incident."))
        return redirect("regulator:checkpoints")
    address = request.META.get("REMOTE_ADDR", "")
    detail = {"entries": size}
    note_activity(actor, Activity.EXPORTED, subject="ledger:main", detail=detail, address=address)
    return FileResponse(file, as_attachment=True, filename=f"{NAME}.tar")


def _packed() -> tuple[int, IO[bytes]]:
    """How many entries, and a file without a name that holds them; refuses (`ExportRefused`)."""
    with TemporaryDirectory(prefix=NAME) as folder:
        exported = export_to(Path(folder))
        file = TemporaryFile(prefix=NAME)  # noqa: SIM115 -- the response closes it
        file.writelines(tar_of(Path(folder), name=NAME))
    file.seek(0)
    return exported.size, file
