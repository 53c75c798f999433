"""Which files are taken, with the reason for each that is not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.applications.file_types import FileType, UnwantedFile, type_of
from portal.core.errors import RuleBroken

if TYPE_CHECKING:
    from django_stubs_ext import StrPromise

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_DOCUMENTS: Final = 30
NAME_LIMIT: Final = 120
SUFFIXES: Final[Mapping[FileType, str]] = {
    FileType.PDF: ".pdf",
    FileType.PNG: ".png",
    FileType.JPEG: ".jpg",
}
_WHY: Final[Mapping[str, StrPromise]] = {
    "unknown_type": gettext_lazy("This is not a PDF, PNG or JPEG file."),
    "is_markup": gettext_lazy("This file holds a web page or XML, not a document."),
    "is_damaged": gettext_lazy("This file is damaged or not complete. Save it again and retry."),
    "has_more_behind": gettext_lazy("Something else is appended to this file."),
    "is_archive": gettext_lazy("This file is also an archive."),
    "has_script": gettext_lazy(
        "This PDF holds a script, an attachment or an automatic action. Print it to a new PDF."
    ),
    "is_encrypted": gettext_lazy("This PDF is encrypted. Save it without a password."),
    "is_too_deep": gettext_lazy("This PDF is too large when unpacked. Print it to a new PDF."),
}


def check_size(size: int) -> None:
    """Refuse an empty or too large file (RuleBroken ``file_empty``, ``file_too_large``)."""
    if size == 0:
        raise RuleBroken(_("This file is empty."), code="file_empty")
    if size > MOST_BYTES:
        raise RuleBroken(
            _("A file may have up to %(most)d MB.") % {"most": MOST_BYTES // 1024 // 1024},
            code="file_too_large",
        )


def check_content(data: bytes) -> FileType:
    """The file's type; RuleBroken with the reason for one that is not taken."""
    check_size(len(data))
    try:
        return type_of(data)
    except UnwantedFile as unwanted:
        raise RuleBroken(str(_WHY[unwanted.code]), code=unwanted.code) from unwanted


def shown_name(name: str, file_type: FileType) -> str:
    """The firm's name for the file without folders and control characters, its suffix put right."""
    last = name.replace("\\", "/").rpartition("/")[2]
    stem = "".join(letter for letter in last if letter.isprintable()).rpartition(".")[0] or "file"
    suffix = SUFFIXES[file_type]
    return stem[: NAME_LIMIT - len(suffix)].strip() + suffix
