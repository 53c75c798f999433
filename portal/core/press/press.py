"""Runs as a process of its own, alone: JSON in, PDF out. Knows the compiler and nothing else.

python -I press.py <sheet> <folder of the typeface>
"""

from __future__ import annotations

import sys

import typst


def main() -> None:
    """Print the sheet with the words from standard input; a tagged PDF (PDF/UA-1)."""
    sheet, fonts = sys.argv[1:]
    words = sys.stdin.buffer.read().decode()
    page = typst.compile(
        sheet,
        format="pdf",
        font_paths=[fonts],
        ignore_system_fonts=True,
        sys_inputs={"words": words},
        # Refuses to leave a box where a character has no shape.
        pdf_standards=["ua-1"],
    )
    sys.stdout.buffer.write(page)


if __name__ == "__main__":
    main()
