"""By which telephones a household can be reached: opaque ids alone, which is all that `r_dispatch` may read."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from throughline.people.models import ContactDetail


@dataclass(frozen=True, kw_only=True)
class Way:
    """A person and a telephone that is not known to be wrong."""

    person_id: UUID
    endpoint_id: UUID


def ways_to_reach(household_id: UUID) -> list[Way]:
    """Return the pairs of person and working telephone of a household."""
    rows = ContactDetail.objects.filter(
        household_id=household_id, kind="phone", wrong_since=None
    ).values_list("person_id", "endpoint_id")
    return [Way(person_id=person, endpoint_id=endpoint) for person, endpoint in rows]
