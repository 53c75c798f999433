"""The words of the pages in one language, from the same catalogue: names to press and look for."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import translation

from portal.config.demonstration.cast import Bank


@dataclass(frozen=True, slots=True)
class Words:
    """Calling it with an English text gives the text of the page."""

    language: str

    def __call__(self, text: str, **figures: object) -> str:
        with translation.override(self.language):
            return translation.gettext(text) % figures if figures else translation.gettext(text)

    def counted(self, one: str, many: str, number: int, name: str) -> str:
        """A text with a number in it, named ``name`` there."""
        with translation.override(self.language):
            return translation.ngettext(one, many, number) % {name: number}

    def name_of(self, bank: Bank) -> str:
        return bank.name_zh if self.is_chinese else bank.name

    def product_of(self, bank: Bank) -> str:
        return bank.product_zh if self.is_chinese else bank.product

    @property
    def is_chinese(self) -> bool:
        return self.language == "zh-hans"

    @property
    def locale(self) -> str:
        """What the browser asks for."""
        return "zh-CN" if self.is_chinese else "en-GB"
