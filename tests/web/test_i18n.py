"""The message catalogue: complete, polite, and compiled to what Python's gettext reads."""

import gettext
import io
import re
from pathlib import Path

import pytest
from django.conf import settings

from portal.config.management.commands.collect_messages import CATALOGUE
from portal.config.messages.catalogue import Message, read_po, write_po
from portal.config.messages.collect import collect, in_python, in_template
from portal.config.messages.compile import mo_bytes
from portal.config.messages.problems import problems

AWKWARD = 'Two "quoted"\nlines, a \\ and 100 %'


def test_every_text_is_translated() -> None:
    catalogue = read_po(settings.BASE_DIR / CATALOGUE)
    assert list(problems(collect(settings.BASE_DIR), catalogue)) == []


def test_chinese_addresses_the_reader_politely() -> None:
    catalogue = read_po(settings.BASE_DIR / CATALOGUE)
    assert [message.text for message in catalogue.values() if "你" in message.text] == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('_("Plain")', Message("Plain")),
        ('gettext_lazy("Lazy")', Message("Lazy")),
        ('pgettext("range", "From")', Message("From", context="range")),
        ('ngettext("%(n)s day", "%(n)s days", n)', Message("%(n)s day", plural="%(n)s days")),
    ],
)
def test_collects_from_python(source: str, expected: Message) -> None:
    assert list(in_python(f"x = {source}")) == [expected]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ('{% translate "A (bracketed) text" %}', Message("A (bracketed) text")),
        ("{% if x %}{{ y|default:_('Inside') }}{% endif %}", Message("Inside")),
        (
            "{% blocktranslate trimmed %}\n  Two {{ x }}\n  lines\n{% endblocktranslate %}",
            Message("Two %(x)s lines"),
        ),
        ('{% translate "To" context "range" %}', Message("To", context="range")),
    ],
)
def test_collects_from_templates(source: str, expected: Message) -> None:
    assert list(in_template("{% load i18n %}" + source)) == [expected]


def test_catalogue_reads_back_as_written(tmp_path: Path) -> None:
    written = [
        Message(AWKWARD, text="译文\n" + AWKWARD, places={"a.py", "b.html"}),
        Message("%(n)s day", plural="%(n)s days", text="%(n)s 天", is_fuzzy=True),
        Message("From", context="range", text="下限"),
    ]
    write_po(tmp_path / "x.po", written)
    assert read_po(tmp_path / "x.po") == {message.key: message for message in written}


def test_catalogue_with_a_foreign_line_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.po").write_text('msgid "a"\nmsgstr unquoted\n', encoding="utf-8")
    with pytest.raises(ValueError, match="not a line of a message catalogue"):
        read_po(tmp_path / "x.po")


def test_compiled_catalogue_is_read_by_python() -> None:
    compiled = mo_bytes(
        [
            Message("Bank", text="银行"),
            Message("From", context="range", text="下限"),
            Message("%(n)s day", plural="%(n)s days", text="%(n)s 天"),
            Message("Unsure", text="不确定", is_fuzzy=True),
        ]
    )
    catalogue = gettext.GNUTranslations(io.BytesIO(compiled))
    assert catalogue.gettext("Bank") == "银行"
    assert catalogue.pgettext("range", "From") == "下限"
    assert catalogue.ngettext("%(n)s day", "%(n)s days", 3) == "%(n)s 天"
    assert catalogue.gettext("Unsure") == "Unsure"


@pytest.mark.parametrize(
    ("entry", "complaint"),
    [
        (None, "missing"),
        (Message("Sent to %(bank)s", text=""), "missing"),
        (Message("Sent to %(bank)s", text="已发送至 %(bank)s", is_fuzzy=True), "fuzzy"),
        (Message("Sent to %(bank)s", text="已发送"), "placeholders differ"),
    ],
)
def test_a_faulty_entry_is_named(entry: Message | None, complaint: str) -> None:
    used = Message("Sent to %(bank)s", places={"a.py"})
    catalogue = {entry.key: entry} if entry else {}
    found = list(problems({used.key: used}, catalogue))
    assert [line.split(":")[0] for line in found] == [complaint]


def test_an_entry_nobody_uses_is_named() -> None:
    left = Message("Old", text="旧")
    assert list(problems({}, {left.key: left})) == ["no longer used: 'Old'"]


def test_chinese_uses_chinese_punctuation() -> None:
    catalogue = read_po(settings.BASE_DIR / CATALOGUE)
    narrow = re.compile(r"[\u4e00-\u9fff][,;:?!(]|[,;:?!)][\u4e00-\u9fff]")
    assert [message.text for message in catalogue.values() if narrow.search(message.text)] == []
