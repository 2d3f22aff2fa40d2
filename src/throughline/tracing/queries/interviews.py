"""One interview as the screen shows it: the step in hand, what may be said, the rows that were named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID

from throughline.core.reads import Late, Read
from throughline.core.remembering import remembered
from throughline.definitions.forms.script import Script
from throughline.definitions.interview import (
    Done,
    counted_answers,
    progress,
    render,
    render_say,
    step_to_show,
)
from throughline.people.models import Person
from throughline.people.rules.phones import phone_key
from throughline.tracing.models import Interview, NamedContact
from throughline.tracing.queries import identity, terms
from throughline.tracing.queries.cards import InterviewState, NamedRow, OtherAtHome
from throughline.tracing.queries.derivations import (
    Isolation,
    case_isolation,
    contacts_isolation,
    isolation_besides,
)
from throughline.tracing.queries.households import Household, household
from throughline.tracing.queries.subjects import RETRACTION, Subject, display_name, is_child
from throughline.tracing.rules.dates import day_of
from throughline.workforce.models import User

# The fields of a script that decide something; the rest is only kept.
ONSET, SYMPTOMS, NO_SYMPTOMS = "onset", "symptoms", "none"
WEBSITE = "our website"
CANNOT_DIAL = "This telephone number cannot be rung; read it back and check each digit."
NO_WAY = "There is no telephone or email; ask once more how to reach them."

_NAME = Read(lambda: User.objects.filter(id=Late("user")).only("display_name"))
_NAMED = Read(lambda: NamedContact.objects.filter(case_id=Late("case")).order_by("position"))


@dataclass(frozen=True, kw_only=True)
class Talk:
    """An interview with what is needed to go on with it."""

    interview: Interview
    script: Script
    subject: Subject
    person: Person
    isolation: Isolation
    home: Household
    today: date

    @property
    def others(self) -> tuple[OtherAtHome, ...]:
        """Return the other open contacts of the household, each with a day of their own."""
        return others_at_home(self.subject, self.home, today=self.today)

    @property
    def flags(self) -> dict[str, bool]:
        """Return what the service works out for the script."""
        return {
            "under_18": is_child(self.person, self.today),
            "isolation_known": self.isolation.known,
            "isolation_over": self.isolation.over,
            "others_at_home": any(_others(self.subject, self.home)),
        }

    @property
    def answers(self) -> Mapping[str, Any]:
        """Return every answer given, counted or not."""
        return cast("Mapping[str, Any]", self.interview.answers)

    @property
    def confirmed(self) -> bool:
        """Say whether we know who is on the line."""
        return self.interview.identity_confirmed_at is not None


def talk_of(
    interview: Interview, subject: Subject, *, at: datetime, home: Household | None = None
) -> Talk:
    """Return an interview with its script, its person and the days that may be told."""
    today = day_of(at, zone=terms.zone())
    home = home or household(interview.household_id)
    person = home.person(interview.person_id)
    script = terms.script(interview.script, interview.script_version)
    if subject.kind == RETRACTION:
        isolation = isolation_besides(subject, today=today)
    elif subject.case is not None:
        told = told_onset(script, interview.answers, under_18=is_child(person, today))
        isolation = case_isolation(subject.case, today=today, onset_on=told)
    else:
        isolation = contacts_isolation(subject.contacts, today=today)
    return Talk(
        interview=interview,
        script=script,
        subject=subject,
        person=person,
        isolation=isolation,
        home=home,
        today=today,
    )


def told_onset(script: Script, answers: Mapping[str, Any], *, under_18: bool) -> date | None:
    """Return the onset that was told, if the script still asks for it with these answers."""
    counted = counted_answers(script, answers, {"under_18": under_18})
    told = counted.get(ONSET)
    return date.fromisoformat(told) if isinstance(told, str) else None


def state_of(talk: Talk, *, user_id: UUID) -> InterviewState:
    """Return an interview as the screen shows it; before identity is confirmed, only its first steps."""
    interview, script, flags = talk.interview, talk.script, talk.flags
    here = step_to_show(script, talk.answers, flags, interview.step)
    values = values_of(talk, user_id=user_id)
    step = None if isinstance(here, Done) else here
    record = record_of(talk.person, talk.home)
    return InterviewState(
        ref=interview.ref,
        script=interview.script,
        version=interview.script_version,
        step_id=step.id if step else "",
        step=step,
        said=render_say(step, values) if step else "",
        suggests=here.suggests,
        progress=progress(script, talk.answers, flags),
        answers=shown_answers(talk),
        flags=flags,
        values=values,
        named=named_rows(interview.subject_id) if talk.confirmed else (),
        others=talk.others if talk.confirmed else (),
        identity_confirmed=talk.confirmed,
        identity_asks=identity.asks(record),
        identity_note=identity.note(record),
        derived=talk.isolation if talk.confirmed else Isolation(until=None, over=False, steps=()),
        voicemail=render(script.about.voicemail, values, where="voicemail"),
        revision=interview.revision,
        saved_at=interview.saved_at,
    )


def shown_answers(talk: Talk) -> dict[str, Any]:
    """Return the answers; until identity is confirmed only those to the questions that come before it."""
    if talk.confirmed:
        return dict(talk.answers)
    before = {one.field for one in talk.script.step if one.before_identity}
    return {field: answer for field, answer in talk.answers.items() if field in before}


def values_of(talk: Talk, *, user_id: UUID) -> dict[str, str]:
    """Return what may be put into a script's texts."""
    service = terms.service()
    handler = remembered(("handler", user_id), lambda: _handler(user_id))
    number = service.telephone or f"the number on {WEBSITE}"
    name = display_name(talk.person)
    values = {
        "handler_name": handler or service.name,
        "service_name": service.name,
        "service_number": number,
        "support_number": number,
        "check_website": WEBSITE,
        "full_name": name,
    }
    if talk.confirmed:
        values["first_name"] = talk.person.given_name or name
        if talk.isolation.until_long:
            values["isolate_until_long"] = talk.isolation.until_long
    return values


def _handler(user_id: UUID) -> str | None:
    user = _NAME.first(user=user_id)
    return user.display_name if user else None


def asked_of(talk: Talk) -> tuple[str, ...]:
    """Return what can be compared to find out who is on the line."""
    return identity.asks(record_of(talk.person, talk.home))


def record_of(person: Person, home: Household) -> identity.OnRecord:
    """Return what can be compared with what somebody says of this person."""
    if home.id != person.household_id:
        home = Household(person.household_id)
    postcodes = [one.address.postcode for one in home.homes.get(person.id, ())]
    return identity.on_record(
        birth_date=person.birth_date,
        birth_year=person.birth_year,
        postcodes=frozenset(postcodes),
        full_name=" ".join(one for one in (person.given_name, person.family_name) if one),
    )


def others_at_home(subject: Subject, home: Household, *, today: date) -> tuple[OtherAtHome, ...]:
    """Return the other open contacts of the household, each with a day of their own."""
    return tuple(
        OtherAtHome(
            ref=one.ref,
            display_name=display_name(home.person(one.person_id)),
            is_child=is_child(home.person(one.person_id), today),
            isolation=contacts_isolation(one.contacts, today=today),
        )
        for one in _others(subject, home)
    )


def _others(subject: Subject, home: Household) -> Iterable[Subject]:
    return (
        one for one in home.subjects if one.kind == "contact" and one.person_id != subject.person_id
    )


def named_rows(case_id: UUID) -> tuple[NamedRow, ...]:
    """Return the rows of a case's contact grid in order."""
    return tuple(named_row(one) for one in _NAMED.all(case=case_id))


def named_positions(case_id: UUID) -> set[int]:
    """Return which rows of a case's contact grid there are."""
    return set(NamedContact.objects.filter(case_id=case_id).values_list("position", flat=True))


def named_row(row: NamedContact) -> NamedRow:
    """Return one row of the grid, with what should be looked at again."""
    return NamedRow(
        ref=row.ref,
        position=row.position,
        given_name=row.given_name,
        family_name=row.family_name,
        phone=row.phone,
        email=row.email,
        age=row.age,
        same_household=row.same_household,
        exposure_kind=row.exposure_kind,
        last_met_on=row.last_met_on,
        place=row.place,
        informed_by=row.informed_by,
        locked=row.submitted_at is not None,
        saved_at=row.saved_at,
        revision=row.revision,
        problems=tuple(_problems(row)),
    )


def _problems(row: NamedContact) -> Iterable[str]:
    if (
        row.phone
        and phone_key(row.phone, allow_drama=terms.service().accepts_drama_numbers) is None
    ):
        yield CANNOT_DIAL
    if not (row.phone or row.email or row.same_household):
        yield NO_WAY
