"""What is known around somebody whom a case named: how complex, how to be reached, whether a case too."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from throughline.people.claims import Match
from throughline.people.models import ContactDetail
from throughline.tracing.models import Case, Contact, NamedContact
from throughline.tracing.queries import terms
from throughline.tracing.queries.derivations import IN_ERROR
from throughline.tracing.queries.surroundings import Around
from throughline.tracing.rules.complexity import Complexity, Escalation


def complexity_of(case: Case) -> Complexity:
    """Contacts of a case that health protection has are health protection's too."""
    if case.managed_by != "health_protection":
        return Complexity(escalations=(), suppressed=())
    found = Escalation(
        rule="case", setting="", cases=1, reason="The case is with health protection."
    )
    return Complexity(escalations=(found,), suppressed=())


def can_be_reached(row: NamedContact, match: Match, here: Around) -> bool:
    """Say whether there is any way to reach them: their own, or a telephone of those they live with."""
    return here.has_phone or bool(row.email) or _household_has_phone(match.household_id)


def _household_has_phone(household_id: UUID) -> bool:
    return ContactDetail.objects.filter(
        household_id=household_id, kind="phone", wrong_since__isnull=True
    ).exists()


def own_case(contact: Contact) -> Case | None:
    """Return the case that the contact is of the same illness, if it began about now."""
    days = timedelta(
        days=terms.protocol(contact.protocol, contact.protocol_version).isolation.contact_days
    )
    return (
        Case.objects.filter(
            person_id=contact.person_id,
            protocol=contact.protocol,
            merged_into__isnull=True,
            transferred_at__gte=contact.identified_at - days,
        )
        .exclude(outcome=IN_ERROR)
        .order_by("-transferred_at")
        .first()
    )
