"""Which products a firm asks for at once."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from portal.applications.funding_drafts import terms_of
from portal.applications.funding_rules import check_number
from portal.core.errors import RuleBroken
from portal.products.queries import products_for


class ProductIds(forms.Field):
    """The ticked ids, each once."""

    widget = forms.CheckboxSelectMultiple

    def to_python(self, value: list[str] | None) -> list[UUID]:
        try:
            return list(dict.fromkeys(UUID(one) for one in value or ()))
        except ValueError as error:
            raise forms.ValidationError(_("Choose products from the list.")) from error


class ChooseForm(forms.Form):
    """At least one product, and only such as the same answers suit."""

    product = ProductIds(
        label=_("Products"), error_messages={"required": _("Choose at least one product.")}
    )

    def clean_product(self) -> list[UUID]:
        product_ids: list[UUID] = self.cleaned_data["product"]
        try:
            check_number(len(product_ids))
            terms_of(products_for(product_ids))
        except RuleBroken as broken:
            raise forms.ValidationError(broken.message, code=broken.code) from broken
        return product_ids

    def chosen(self) -> list[str]:
        """What was ticked, for the page that shows it again."""
        return list(self["product"].value() or ())
