"""Sheets set as PDFs: words in as data, a tagged PDF out."""
