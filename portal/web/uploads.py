"""How much may be uploaded in one request, whatever it says of its own length."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.forms import Form
from django.http import HttpRequest
from django.utils.translation import gettext as _

MEGABYTE: Final = 1024 * 1024
MOST_BYTES: Final = 32 * MEGABYTE
_CUT_OFF: Final = "taxbridge.upload_cut_off"  # no header of a visitor's gets such a name


class QuotaHandler(FileUploadHandler):
    """Stops reading a request whose files go beyond MOST_BYTES together; first in the chain."""

    _read = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._read += len(raw_data)
        if self._read > MOST_BYTES:
            if self.request is not None:
                self.request.META[_CUT_OFF] = True
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that come after."""


def tell_if_cut_off(request: HttpRequest, form: Form) -> None:
    """Say that not all files were read: beside the form's errors, else on the next page."""
    if not request.META.get(_CUT_OFF):
        return
    text = _(
        "These files are more than %(most)s MB together. Those beyond were not read: send them"
        " once more, fewer at a time."
    ) % {"most": MOST_BYTES // MEGABYTE}
    if form.errors:
        form.add_error(None, text)
    else:
        messages.warning(request, text)
