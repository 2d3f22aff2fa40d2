"""The form of a protocol: what one disease, at one time, asks of cases, contacts and tracers."""

from collections.abc import Iterator, Sequence
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationInfo, field_validator, model_validator

from throughline.definitions.forms import Form

Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{1,39}$")]
Words = Annotated[str, Field(min_length=3)]
Count = Annotated[int, Field(ge=1)]
Days = Annotated[int, Field(ge=0, le=365)]
Handled = Literal["health_protection", "national"]
Advice = Literal["isolate", "watch"]


class Disease(Form):
    """Which disease, and what day 0 is."""

    code: Code
    title: Words
    day_zero: Words  # in plain words: "first symptom", "first day of the rash"


class Accept(Form):
    """Which positives may open a case; without `oldest_days` a late result is never turned away."""

    test_kinds: Annotated[tuple[Code, ...], Field(min_length=1)]
    oldest_days: Count | None = None
    source: Words


class Episode(Form):
    """When a further positive belongs to the same illness."""

    gap_days: Count
    source: Words


class Infectious(Form):
    """The infectious days, counted from day 0; without `to_day` the end is a clinician's decision."""

    from_day: Annotated[int, Field(ge=-60, le=60)]
    to_day: Annotated[int, Field(ge=-60, le=365)] | None = None
    source: Words

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.to_day is not None and self.to_day < self.from_day:
            raise ValueError(
                f"to_day {self.to_day} lies before from_day {self.from_day}; it may not"
            )
        return self


class ContactRule(Form):
    """One way of being a contact; every limit that is written must be met."""

    kind: Literal["household", "direct", "proximity", "travel", "other"]
    meaning: Words
    manners: Annotated[tuple[Code, ...], Field(min_length=1)] | None = None
    within_metres: Annotated[float, Field(gt=0, le=100)] | None = None
    at_least_minutes: Count | None = None
    more_than_minutes: Count | None = None
    minutes_counted: Literal["at_once", "over_a_day"] = "at_once"
    count_from: Literal["last_exposure", "case_day_zero"] = "last_exposure"
    source: Words

    @model_validator(mode="after")
    def _one_limit_of_minutes(self) -> Self:
        if self.at_least_minutes is not None and self.more_than_minutes is not None:
            raise ValueError("at_least_minutes and more_than_minutes are both given; keep one")
        return self


class Isolation(Form):
    """Days from day 0; without `case_days` a clinician ends it. `watch` means look out for symptoms."""

    case_days: Days | None = None
    contact_days: Days
    contact_advice: Advice
    source: Words


class FollowUp(Form):
    """The days after day 0 on which a contact is asked how they are."""

    days: tuple[Days, ...]
    source: Words

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if list(self.days) != sorted(set(self.days)):
            raise ValueError("the days must rise, each named once")
        return self


class ComplexRule(Form):
    """A setting that sends a case to health protection once enough cases are linked to it."""

    name: Code
    settings: Annotated[tuple[Code, ...], Field(min_length=1)]
    at_least_cases: Count
    within_days: Count
    source: Words


class Tier(Form):
    """Who works which subject."""

    number: Count
    title: Words
    managed_by: Handled
    takes: Annotated[tuple[Literal["case", "contact"], ...], Field(min_length=1)]


class Calling(Form):
    """Hours in which tracing is useful, and hours after which the local team takes over (0: at once)."""

    useful_hours_case: Count
    useful_hours_contact: Count
    handover_hours: Annotated[int, Field(ge=0)] = 24
    source: Words


class Protocol(Form):
    """The whole body."""

    disease: Disease
    accept: Accept
    episode: Episode
    infectious: Infectious
    contact: Annotated[tuple[ContactRule, ...], Field(min_length=1)]
    isolation: Isolation
    follow_up: FollowUp
    complex: tuple[ComplexRule, ...] = ()
    tier: Annotated[tuple[Tier, ...], Field(min_length=1)]
    calling: Calling

    # These hang on a field and not on the whole, so that the complaint names the key to mend.
    @field_validator("follow_up")
    @classmethod
    def _follow_up_ends_with_isolation(cls, given: FollowUp, info: ValidationInfo) -> FollowUp:
        isolation: Isolation | None = info.data.get("isolation")
        if isolation is not None and given.days and given.days[-1] > isolation.contact_days:
            raise ValueError(
                f"day {given.days[-1]} comes after the contact's last day "
                f"{isolation.contact_days}; no day may go beyond it"
            )
        return given

    @field_validator("complex")
    @classmethod
    def _rules_have_names_of_their_own(
        cls, given: tuple[ComplexRule, ...]
    ) -> tuple[ComplexRule, ...]:
        _once("name", [rule.name for rule in given])
        return given

    @field_validator("tier")
    @classmethod
    def _every_subject_has_one_tier(
        cls, given: tuple[Tier, ...], info: ValidationInfo
    ) -> tuple[Tier, ...]:
        _once("number", [str(tier.number) for tier in given])
        for handled, subject in _wanted(info.data.get("complex", ())):
            takers = [t for t in given if t.managed_by == handled and subject in t.takes]
            if len(takers) != 1:
                raise ValueError(
                    f"{len(takers)} tiers managed_by {handled} take a {subject}; exactly one must"
                )
        return given


def _wanted(rules: Sequence[ComplexRule]) -> Iterator[tuple[Handled, str]]:
    for subject in ("case", "contact"):
        yield "national", subject
        if rules:
            yield "health_protection", subject


def _once(key: str, names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"{key} {name} is used twice; give each entry its own")
