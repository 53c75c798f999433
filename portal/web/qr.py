"""An address as a QR code for paper."""

from __future__ import annotations

import io

import segno

_INK = "#14202b"


def qr_svg(address: str) -> str:
    """The code as an SVG image without a margin."""
    image = io.BytesIO()
    segno.make(address, error="m").save(image, kind="svg", border=0, dark=_INK)
    return image.getvalue().decode()
