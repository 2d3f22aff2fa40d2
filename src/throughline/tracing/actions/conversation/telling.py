"""What a conversation that did what it was for changes about a person and those who live with them."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

from throughline.people.models import Person
from throughline.tracing.actions.closing import End, close_cases, close_contacts
from throughline.tracing.actions.retractions import TOLD, told_in_error, took_back
from throughline.tracing.models import Case, Contact, NamedContact
from throughline.tracing.queries.derivations import case_isolation
from throughline.tracing.queries.interviews import NO_SYMPTOMS, SYMPTOMS, Talk, told_onset
from throughline.tracing.queries.subjects import OPEN, RETRACTION, is_child

# Told in this conversation, by the handler or through the person on the line.
TOLD_HERE = {"told_now": "household_member", "guardian": "guardian"}


def tell(talk: Talk, end: End) -> None:
    """Close the person as reached, with what they told us, and those at home who were told with them."""
    rows = (talk.subject.case,) if talk.subject.case is not None else talk.subject.contacts
    if talk.subject.kind == RETRACTION:
        took_back(talk.person.id, state=TOLD, by=end.by, at=end.at)
        return
    if talk.subject.case is not None:
        _interviewed(talk, talk.subject.case)
        close_cases([talk.subject.case], end)
    else:
        close_contacts(talk.subject.contacts, end)
    told_in_error(rows, end)
    for ref, how in _told_with_them(talk).items():
        _tell_contact(ref, talk, replace(end, how=how))


def _interviewed(talk: Talk, case: Case) -> None:
    onset = told_onset(talk.script, talk.answers, under_18=talk.flags["under_18"])
    symptoms = talk.answers.get(SYMPTOMS)
    if isinstance(symptoms, list) and symptoms:
        case.symptomatic = symptoms != [NO_SYMPTOMS]
    if onset is not None:
        case.onset_on = onset
    case.isolate_until = case_isolation(case, today=talk.today).until
    case.contacts_named = (
        NamedContact.objects.filter(case_id=case.id)
        .exclude(given_name="", family_name="", phone="", email="")
        .count()
    )


def _told_with_them(talk: Talk) -> dict[UUID, str]:
    """Return the others at home of whom it was said that they were told, and how."""
    found: dict[UUID, str] = {}
    for step in talk.script.step:
        rows = talk.answers.get(step.field)
        if step.question is None or step.question.type != "household_grid":
            continue
        for row in rows if isinstance(rows, list) else ():
            how = TOLD_HERE.get(row.get("informed_by", ""))
            if how is not None:
                found[UUID(row["ref"])] = how
    return found


def _tell_contact(ref: UUID, talk: Talk, end: End) -> None:
    """Close another contact of the household; a guardian answers for a child and for nobody else."""
    contact = Contact.objects.filter(
        ref=ref, household_id=talk.interview.household_id, outcome=OPEN
    ).first()
    if contact is None:
        return
    if end.how == "guardian" and not is_child(Person.objects.get(id=contact.person_id), talk.today):
        end = replace(end, how="household_member")
    close_contacts(
        Contact.objects.filter(
            person_id=contact.person_id, household_id=contact.household_id, outcome=OPEN
        ),
        end,
    )
