"""What the field macros read from a bound form field."""

from __future__ import annotations

from typing import Any

from django.forms import BoundField


def field_value(field: BoundField) -> str:
    """What was typed, or the initial value, or nothing."""
    value = field.value()
    return "" if value is None else str(value)


def field_hint(field: BoundField, hint: str = "") -> dict[str, str] | None:
    """The hint given by the page, or else the field's help text."""
    text = hint or str(field.help_text or "")
    return {"text": text} if text else None


def field_error(field: BoundField) -> dict[str, str] | None:
    """The first error: one at a time is what a reader can act on."""
    errors = list(field.errors)
    return {"text": str(errors[0])} if errors else None


def field_items(field: BoundField) -> list[dict[str, Any]]:
    """The choices, as the macros want them."""
    choices = getattr(field.field, "choices", ())
    return [{"value": str(value), "text": str(text)} for value, text in choices]


GLOBALS = {
    "field_value": field_value,
    "field_hint": field_hint,
    "field_error": field_error,
    "field_items": field_items,
}
