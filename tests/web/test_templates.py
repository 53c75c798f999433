"""Rules that all templates keep: no inline style or script, short files, one base."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR, "templates")
PAGES = sorted(ROOT.rglob("*.html"))
LONGEST = 120
FORBIDDEN = {
    "inline style": re.compile(r"<[^>]*\sstyle\s*=", re.IGNORECASE),
    "style element": re.compile(r"<style", re.IGNORECASE),
    "inline script": re.compile(r"<script(?![^>]*\bsrc=)", re.IGNORECASE),
    "inline handler": re.compile(r"<[^>]*\s(?:hx-on|on[a-z]+)\s*[:=]", re.IGNORECASE),
    "evaluated htmx": re.compile(r'hx-vals\s*=\s*["\']js:', re.IGNORECASE),
    "foreign address": re.compile(r'(?:src|href)\s*=\s*["\'](?:https?:)?//', re.IGNORECASE),
    "unescaped value": re.compile(r"\|\s*safe\b|\{%\s*autoescape off"),
}


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_template_keeps_the_rules(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert [name for name, pattern in FORBIDDEN.items() if pattern.search(text)] == []
    assert len(text.splitlines()) <= LONGEST


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_page_names_itself(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    extends = re.search(r'{% extends "base(?:_signer)?\.html" %}', text)
    if extends and not path.name.startswith("base"):
        assert "{% block title %}" in text


@pytest.mark.parametrize(
    ("name", "sample"),
    [
        ("inline style", '<p class="x" style="color:red">'),
        ("inline script", "<script>1</script>"),
        ("inline handler", '<a onclick="x()">'),
        ("inline handler", '<a hx-on:click="x()">'),
        ("foreign address", '<img src="//cdn.example/x.png">'),
    ],
)
def test_the_rules_catch_offenders(name: str, sample: str) -> None:
    assert FORBIDDEN[name].search(sample)
