"""What a form field's template needs, worked out from Django's bound field."""

from __future__ import annotations

from typing import Any

from django.forms import BoundField, CheckboxInput, CheckboxSelectMultiple, Field, RadioSelect
from django.forms.widgets import HiddenInput
from django.utils.translation import gettext as _

UNMARKED = ("hidden", "single")


def field_parts(
    bound: BoundField,
    *,
    hint: str = "",
    prefix: str = "",
    suffix: str = "",
    width: str = "",
    legend_is_heading: bool = False,
    is_alternative: bool = False,
) -> dict[str, Any]:
    """Label, hint, error and control of one field; ``width`` is "", "s", "m", "l" or "code".

    An alternative may stay empty only if another field doesn't, so it isn't called optional.
    """
    widget = bound.field.widget
    shape = field_shape(bound)
    hint = hint or str(bound.help_text)
    described = [f"{bound.auto_id}_hint"] if hint else []
    described += [f"{bound.auto_id}_error"] if bound.errors else []
    attrs: dict[str, Any] = {"aria-describedby": " ".join(described)} if described else {}
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if shape == "input":
        attrs["class"] = f"input {width}".strip()
    if width == "code":
        attrs |= {
            "inputmode": "numeric",
            "autocomplete": "one-time-code",
            "spellcheck": "false",
        }
    if shape == "single":
        attrs["class"] = "option-input"
    return {
        "bound": bound,
        "shape": shape,
        "control": bound.as_widget(attrs={**attrs, **_kept(widget.attrs, attrs)}),
        "errors": error_texts(bound),
        "hint": hint,
        "hint_id": f"{bound.auto_id}_hint",
        "error_id": f"{bound.auto_id}_error",
        "described_by": " ".join(described),
        "prefix": prefix,
        "suffix": suffix,
        "legend_is_heading": legend_is_heading,
        "is_optional": not (bound.field.required or is_alternative or shape in UNMARKED),
    }


def error_texts(bound: BoundField) -> list[str]:
    """What is wrong with the field; Django's own words for a missing answer get its name."""
    texts: list[str] = []
    for error in bound.form.errors.as_data().get(bound.name, []):
        if error.code == "required" and error.message == Field.default_error_messages["required"]:
            texts.append(_("Please fill in: %(label)s") % {"label": bound.label})
        else:
            texts.extend(error.messages)
    return texts


def field_shape(bound: BoundField) -> str:
    """hidden, single (one tick box), group (radios or tick boxes) or input."""
    widget = bound.field.widget
    if isinstance(widget, HiddenInput):
        return "hidden"
    if isinstance(widget, CheckboxInput):
        return "single"
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return "group"
    return "input"


def _kept(own: dict[str, Any], added: dict[str, Any]) -> dict[str, Any]:
    """What the form's author set on the widget wins, save the class, which adds up."""
    kept = {name: value for name, value in own.items() if name != "class"}
    if "class" in own:
        kept["class"] = f"{added.get('class', '')} {own['class']}".strip()
    return kept
