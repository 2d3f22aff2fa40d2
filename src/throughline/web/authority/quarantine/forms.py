"""The forms of the quarantine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms


class ListForm(forms.Form):
    """Whose rows, and after which one."""

    sender = forms.ChoiceField(label="Sender", required=False)
    at = forms.DateTimeField(
        required=False, input_formats=["%Y-%m-%dT%H:%M:%S.%f%z", "%Y-%m-%dT%H:%M:%S%z"]
    )
    after = forms.UUIDField(required=False)

    def __init__(self, *args: Any, senders: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sender"].choices = [("", "Every sender"), *senders]  # type: ignore[attr-defined]


class MendForm(forms.Form):
    """One field for each column of the sender's file."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, columns: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.columns = columns
        for number, (name, value) in enumerate(columns):
            self.fields[f"column-{number}"] = forms.CharField(
                label=name, initial=value, required=False, strip=False, max_length=2000
            )

    def changed_values(self) -> dict[str, str]:
        """Return the columns whose value is another now."""
        return {
            name: self.cleaned_data[f"column-{number}"]
            for number, (name, value) in enumerate(self.columns)
            if self.cleaned_data[f"column-{number}"] != value
        }


class SettleForm(forms.Form):
    """What came of a message that was refused whole."""

    reason = forms.CharField(
        label="What came of it",
        help_text="A few words for whoever asks later: sent again, or why nobody need. No names.",
        max_length=500,
        error_messages={"required": "Say what came of it, in a few words."},
    )
    alike = forms.MultipleChoiceField(label="How many", required=False, choices=[("yes", "")])

    def __init__(self, *args: Any, others: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = (
            f"Settle the {others:,} others of this sender that were refused for the same reason too"
        )
        self.fields["alike"].choices = [("yes", said)] if others else []  # type: ignore[attr-defined]


class RejectForm(forms.Form):
    """Why a row is rejected."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label="Why it is rejected",
        help_text="A few words for whoever asks later. No names.",
        max_length=500,
        error_messages={"required": "Say why the row is rejected, in a few words."},
    )
