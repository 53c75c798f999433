"""How much may be uploaded in one request, whatever it says of its own length."""

from __future__ import annotations

from typing import Final

from django.core.files.uploadhandler import FileUploadHandler, StopUpload

MOST_BYTES: Final = 32 * 1024 * 1024


class QuotaHandler(FileUploadHandler):
    """Stops reading a request whose files go beyond MOST_BYTES together; first in the chain."""

    _read = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        self._read += len(raw_data)
        if self._read > MOST_BYTES:
            raise StopUpload(connection_reset=True)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Leave the file to the handlers that come after."""
