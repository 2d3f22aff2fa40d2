"""Why a handover is returned, and what came of one that was worked."""

from __future__ import annotations

from django import forms

REASONS = {
    "wrong_area": "They live in another area",
    "not_ours": "Another team answers for them",
    "no_capacity": "We have nobody free in time",
    "duplicate": "Somebody works this household already",
    "needs_national": "The national service can reach them better",
}
OUTCOMES = {
    "reached": "Reached, and told what to do",
    "not_reached": "Not reached, and no way is left to try",
    "no_details": "No telephone, address or other way to reach them",
}
HOW = {
    "phone": "By telephone",
    "visit": "By a visit",
    "setting": "Through the place they live, work or learn in",
}


class ListForm(forms.Form):
    """The key after which a list goes on."""

    after = forms.RegexField(r"^[0-9]+\.[0-9]{6}_[0-9a-f-]{36}$", required=False)


class ReturnForm(forms.Form):
    """A return to the national queues."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.ChoiceField(
        label="Why do you return it?",
        choices=list(REASONS.items()),
        error_messages={"required": "Choose why you return it."},
    )


class BackForm(forms.Form):
    """The end of a team's work on a household."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    outcome = forms.ChoiceField(
        label="What came of it?",
        choices=list(OUTCOMES.items()),
        error_messages={"required": "Choose what came of it."},
    )
    how = forms.ChoiceField(
        label="If they were reached, how?",
        choices=[("", "Not reached"), *HOW.items()],
        required=False,
    )

    def clean(self) -> dict[str, object]:
        """Somebody who was reached was reached somehow."""
        found = super().clean() or {}
        if found.get("outcome") == "reached" and not found.get("how"):
            self.add_error("how", "Choose how they were reached.")
        return found
