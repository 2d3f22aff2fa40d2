"""Why a case is opened, and which."""

from __future__ import annotations

from django import forms

WHY = {
    "list": "I work my list",
    "queue": "I look into the queues or the ledger",
    "question": "I answer whether two persons are one",
    "handover": "I work a handover",
    "reference": "Somebody asked me about this case and gave its reference",
}


class WhyForm(forms.Form):
    """The reason that goes into the journal with the look."""

    why = forms.ChoiceField(
        label="Why do you open this case?",
        choices=list(WHY.items()),
        error_messages={
            "required": "Choose why you open the case.",
            "invalid_choice": "Choose one of the reasons.",
        },
    )


class FindForm(forms.Form):
    """A case by its whole reference; nothing else is searched."""

    ref = forms.UUIDField(
        label="Reference of the case",
        error_messages={
            "required": "Enter the reference.",
            "invalid": "A reference has 32 letters and digits in five groups; copy the whole of it.",
        },
    )
