"""A file is what its bytes say, and nothing besides."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.applications.document_rules import NAME_LIMIT, shown_name
from portal.applications.file_types import FileType, UnwantedFile, type_of
from tests.applications.files import PHOTO, PICTURE, chunk, pdf, stream


def archive() -> bytes:
    kept = BytesIO()
    with zipfile.ZipFile(kept, "w") as packed:
        packed.writestr("a.txt", "a")
    return kept.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (pdf(), FileType.PDF),
        (pdf(stream(b"BT /F1 12 Tf (JavaScript) Tj ET")), FileType.PDF),
        (PICTURE, FileType.PNG),
        (PHOTO, FileType.JPEG),
    ],
)
def test_what_is_taken(data: bytes, expected: FileType) -> None:
    assert type_of(data) is expected


REFUSED = {
    "a page": (b"<html><script>alert(1)</script></html>", "is_markup"),
    "a page after a mark": (b"\xef\xbb\xbf \n<!DOCTYPE html>", "is_markup"),
    "xml": (b'<?xml version="1.0"?><a/>', "is_markup"),
    "svg": (b"<svg onload='alert(1)'/>", "is_markup"),
    "text": (b"hello", "unknown_type"),
    "nothing": (b"", "unknown_type"),
    "a gif": (b"GIF89a" + b"\x00" * 20, "unknown_type"),
    "a program": (b"MZ" + b"\x00" * 64, "unknown_type"),
    "an archive": (archive(), "is_archive"),
    "a pdf not from its first byte": (b"x" + pdf(), "unknown_type"),
    "a pdf with a page in it": (pdf(b"<script>alert(1)</script>"), "is_markup"),
    "a pdf with a script": (
        pdf(b"4 0 obj<</S/JavaScript/JS(app.alert(1))>>endobj\n"),
        "has_script",
    ),
    "a pdf with an escaped script": (pdf(b"4 0 obj<</S/J#61vaScript>>endobj\n"), "has_script"),
    "a pdf with a packed script": (pdf(stream(b"<</S/JavaScript/JS(1)>>")), "has_script"),
    "a pdf that acts when opened": (pdf(b"5 0 obj<</OpenAction 4 0 R>>endobj\n"), "has_script"),
    "a pdf with a file in it": (pdf(b"5 0 obj<</EmbeddedFiles 4 0 R>>endobj\n"), "has_script"),
    "a pdf that starts a program": (pdf(b"5 0 obj<</S/Launch>>endobj\n"), "has_script"),
    "an encrypted pdf": (pdf(b"5 0 obj<</Encrypt 4 0 R>>endobj\n"), "is_encrypted"),
    "a pdf with a guest": (pdf() + b"more", "has_more_behind"),
    "a pdf that is an archive": (pdf() + archive(), "is_archive"),
    "half a pdf": (pdf(tail=b""), "is_damaged"),
    "a pdf that bursts": (pdf(stream(bytes(65 * 1024 * 1024))), "is_too_deep"),
    "a picture with a guest": (PICTURE + b"more", "has_more_behind"),
    "a picture that is an archive": (PICTURE + archive(), "is_archive"),
    "a picture with a page in it": (
        PICTURE[:-12] + chunk(b"tEXt", b"<script>alert(1)</script>") + PICTURE[-12:],
        "is_markup",
    ),
    "half a picture": (PICTURE[:-6], "is_damaged"),
    "an altered picture": (PICTURE.replace(b"IDAT", b"IDAU"), "is_damaged"),
    "a photo with a guest": (PHOTO + b"more", "has_more_behind"),
    "half a photo": (PHOTO[:-2], "is_damaged"),
    "a photo that begins only": (b"\xff\xd8\xff", "is_damaged"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_and_why(name: str) -> None:
    data, code = REFUSED[name]
    with pytest.raises(UnwantedFile) as refused:
        type_of(data)
    assert refused.value.code == code


@given(
    whole=st.sampled_from([PICTURE, PHOTO, pdf(stream(b"text"))]),
    cut=st.integers(0, 400),
    noise=st.binary(max_size=40),
)
def test_damage_ends_in_a_type_or_a_reason(whole: bytes, cut: int, noise: bytes) -> None:
    at = min(cut, len(whole))
    for data in (whole[:at] + noise + whole[at:], whole[:at] + noise):
        try:
            assert type_of(data) in FileType
        except UnwantedFile as refused:
            assert refused.code  # noqa: PT017 -- either is an answer


@given(st.text(max_size=300))
def test_a_name_is_a_name(name: str) -> None:
    shown = shown_name(name, FileType.PDF)
    assert shown.endswith(".pdf")
    assert len(shown) <= NAME_LIMIT
    assert shown.isprintable()
    assert "/" not in shown
    assert "\\" not in shown
