"""The upload form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from throughline.intake.queries.messages import SenderLine

NEW = "new"
PROPOSED = "+"


class UndoForm(forms.Form):
    """Why a load is undone."""

    reason = forms.CharField(
        label="Why it is undone",
        max_length=500,
        error_messages={"required": "Write in a few words why the load is undone."},
    )


class UploadForm(forms.Form):
    """A file, from whom, and how its columns are read."""

    sender = forms.ChoiceField(
        label="Who sent it",
        error_messages={
            "required": "Choose who sent the file.",
            "invalid_choice": "Choose one of the senders in the list.",
        },
    )
    new_sender = forms.RegexField(
        r"^[a-z][a-z0-9_-]{1,60}$",
        label="Code of the new sender",
        help_text="Only for a new sender. Small letters, digits, - and _, such as northgate.",
        required=False,
        error_messages={
            "invalid": "The code has other signs; use small letters, digits, - and _, beginning with a letter."
        },
    )
    mapping = forms.ChoiceField(label="How its columns are read", required=False)
    file = forms.FileField(
        label="File",
        help_text="CSV of any size, or XLSX; also in ZIP or gzip. A file exported from the quarantine and mended is recognised.",
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv,.xlsx,.zip,.gz"}),
        error_messages={
            "required": "Choose a file.",
            "empty": "The file is empty: nothing was stored. Choose a file with a first line of column names.",
        },
    )

    def __init__(
        self, *args: Any, senders: Sequence[SenderLine], mappings: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        # As the page has them, so that its list of errors goes from top to bottom.
        self.order_fields(("file", "sender", "new_sender", "mapping"))
        self.fields["sender"].choices = [  # type: ignore[attr-defined]
            ("", "Choose"),
            *((one.code, one.name) for one in senders),
            (NEW, "A new sender"),
        ]
        self.fields["mapping"].choices = [  # type: ignore[attr-defined]
            ("", "The sender's own, or the one that fits"),
            (PROPOSED, "A new mapping, proposed from the file"),
            *((one, one.replace("-", " ").capitalize()) for one in mappings),
        ]

    def clean(self) -> dict[str, Any]:
        """A new sender needs a code."""
        found = super().clean() or {}
        if found.get("sender") == NEW and not found.get("new_sender") and not self.errors:
            self.add_error("new_sender", "Give the new sender a code, such as northgate.")
        return found

    @property
    def sender_code(self) -> str:
        """The sender's code, chosen or new."""
        chosen: str = self.cleaned_data["sender"]
        return self.cleaned_data["new_sender"] if chosen == NEW else chosen
