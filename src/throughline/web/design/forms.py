"""A form with each kind of field, refused, so that its errors show."""

from __future__ import annotations

from django import forms


class Sample(forms.Form):
    """One field of each kind."""

    name = forms.CharField(
        label="Full name", error_messages={"required": "Enter the name the person goes by."}
    )
    telephone = forms.CharField(
        label="Telephone", help_text="With or without spaces; +44 is fine.", required=False
    )
    place = forms.ChoiceField(
        label="Where they live",
        choices=[("home", "Own home"), ("care", "Care home"), ("student", "Student residence")],
        error_messages={"required": "Choose where they live."},
    )
    wants = forms.MultipleChoiceField(
        label="Support wanted",
        choices=[("food", "Food"), ("medicine", "Medicine"), ("money", "Money")],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    language = forms.ChoiceField(label="Language", choices=[("en", "English"), ("pl", "Polish")])
    note = forms.CharField(label="Note for the next caller", required=False, widget=forms.Textarea)
