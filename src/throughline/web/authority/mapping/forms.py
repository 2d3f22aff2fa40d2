"""The form of a mapping: what each column is read as, what its dates and codes mean, and the definition's head."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import available_timezones

from django import forms

from throughline.definitions.forms.mapping import CODES, DATED, KINDS
from throughline.intake.rules.drafting import Chosen, Draft, chosen_of, undecided
from throughline.intake.rules.proposing import Proposal, Proposed

FIRST = {
    "day": "The day: 03/04 is 3 April",
    "month": "The month: 03/04 is 4 March",
    "year": "The year",
}
FIELDS = [("", "Not read"), *((name, name.replace("_", " ").capitalize()) for name in KINDS)]
UNSAID = ("disease", "result", "test_kind")


class MappingForm(forms.Form):
    """Fields named by the column's place: `field-3`, `order-3`, `code-3-0`."""

    disease = forms.ChoiceField(label="Disease, where no column says it", required=False)
    result = forms.ChoiceField(
        label="Result, where no column says it",
        required=False,
        choices=[
            ("", "A column says it"),
            *((code, code.capitalize()) for code in CODES["result"]),
        ],
    )
    test_kind = forms.CharField(
        label="Kind of test, where no column says it", required=False, max_length=40
    )
    country = forms.RegexField(
        r"^[A-Z]{2}$",
        label="Country of its telephones and postcodes",
        help_text="Two capital letters, such as GB or IE.",
        initial="GB",
        error_messages={
            "required": "Say of which country the telephones and postcodes are, such as GB.",
            "invalid": "A country is two capital letters, such as GB or IE.",
        },
    )
    zone = forms.CharField(
        label="Time zone of its times",
        help_text="Such as Europe/London. A time without a zone of its own is read in this one.",
        max_length=60,
        error_messages={"required": "Say in which time zone the times are, such as Europe/London."},
    )
    title = forms.CharField(
        label="Title of the mapping",
        min_length=3,
        max_length=100,
        error_messages={"required": "Give the mapping a title, such as Northgate's daily list."},
    )
    name = forms.RegexField(
        r"^[a-z][a-z0-9-]{1,60}$",
        label="Name of the mapping",
        help_text="Small letters, digits and -, such as northgate-daily. A name in use gets a new version.",
        error_messages={
            "required": "Give the mapping a name, such as northgate-daily.",
            "invalid": "The name has other signs; use small letters, digits and -, beginning with a letter.",
        },
    )
    meaning = forms.CharField(
        label="What one row is",
        min_length=3,
        max_length=300,
        error_messages={"required": "Say what one row is, such as: each row is one PCR test."},
    )
    reason = forms.CharField(
        label="Why it is taken into use",
        min_length=3,
        max_length=300,
        error_messages={"required": "Say in a few words why the mapping is taken into use."},
    )
    approved_by = forms.CharField(
        label="Who approves it",
        min_length=2,
        max_length=100,
        error_messages={
            "required": "Say who approves the mapping, by post: Director of the service."
        },
    )

    def __init__(self, *args: Any, proposal: Proposal, diseases: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.proposal, self.diseases = proposal, diseases
        self.undecided = undecided(proposal, chosen_of(proposal))
        self.fields["disease"].choices = [  # type: ignore[attr-defined]
            ("", "A column says it"),
            *((one, one.capitalize()) for one in diseases),
        ]
        for place, column in enumerate(proposal.columns):
            self._add(place, column)

    def _add(self, place: int, column: Proposed) -> None:
        self.fields[f"field-{place}"] = forms.ChoiceField(
            label=f"{column.column} is read as",
            required=False,
            choices=FIELDS,
            initial=column.field,
        )
        if column.dates.ambiguous:
            self.fields[f"order-{place}"] = forms.ChoiceField(
                label=f"What comes first in {column.column}",
                required=False,
                choices=[("", "Choose"), *((one, FIRST[one]) for one in column.dates.forms)],
                initial=column.order,
            )
        name = self._field_of(place, column)
        for number, (value, code) in enumerate(column.codes(name).items()):
            self.fields[f"code-{place}-{number}"] = forms.ChoiceField(
                label=f"{value} means",
                required=False,
                choices=[("", "Not allowed: such rows wait in quarantine"), *((c, c.capitalize()) for c in CODES[name])],
                initial=code,
            )  # fmt: skip

    def _field_of(self, place: int, column: Proposed) -> str:
        """What the column is read as, as posted or as proposed."""
        return str(self.data.get(f"field-{place}", "")) if self.is_bound else column.field

    def rows(self) -> Iterator[tuple[Proposed, dict[str, Any]]]:
        """Each column with its fields, for the page."""
        for place, column in enumerate(self.proposal.columns):
            yield (
                column,
                {
                    "field": self[f"field-{place}"],
                    "order": self[f"order-{place}"] if f"order-{place}" in self.fields else None,
                    "codes": [
                        self[name] for name in self.fields if name.startswith(f"code-{place}-")
                    ],
                },
            )

    def clean_zone(self) -> str:
        """One that there is."""
        zone = str(self.cleaned_data["zone"])
        if zone not in available_timezones():
            raise forms.ValidationError(
                f"{zone[:40]} is no time zone; write one such as Europe/London or Asia/Kolkata."
            )
        return zone

    def clean(self) -> dict[str, Any]:
        """Dates that are read say what comes first."""
        found = super().clean() or {}
        for place, column in enumerate(self.proposal.columns):
            read_as = found.get(f"field-{place}") or ""
            if KINDS.get(read_as) in DATED and found.get(f"order-{place}", "-") == "":
                self.add_error(
                    f"order-{place}",
                    f"Say what comes first in {column.column}, the day or the month: its values could be either.",
                )
        return found

    def draft(self, *, version: int, format_: str) -> Draft:
        """Return what the person chose; blank heads are filled, so that it can be looked at before it is saved."""
        given = self.cleaned_data
        return Draft(
            name=given.get("name") or "draft",
            version=version,
            title=given.get("title") or "Draft",
            meaning=given.get("meaning") or "Each row is one result.",
            reason=given.get("reason") or "To be looked at",
            approved_by=given.get("approved_by") or "Nobody yet",
            chosen=list(self._chosen()),
            constants={name: given.get(name) or "" for name in UNSAID},
            country=given["country"],
            zone=given["zone"],
            format=format_,
        )

    def _chosen(self) -> Iterator[Chosen]:
        for place, column in enumerate(self.proposal.columns):
            read_as = self.cleaned_data.get(f"field-{place}")
            if not read_as:
                continue
            order = self.cleaned_data.get(f"order-{place}") or next(iter(column.dates.forms), "")
            codes = {
                value: self.cleaned_data.get(f"code-{place}-{number}") or ""
                for number, value in enumerate(column.codes(read_as))
            }
            yield Chosen(column=column.column, field=read_as, order=order, codes=codes)
