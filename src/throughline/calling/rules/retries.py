"""When to ring again: at another hour of the day each time, while other hours remain."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from throughline.calling.rules.allowance import Allowed, allowance_of_both
from throughline.calling.rules.hours import local, next_in_service, open_moments
from throughline.definitions.forms.calling import Calling


def next_call_at(
    *,
    tried_hours: Sequence[int],
    person: Sequence[datetime],
    telephone: Sequence[datetime],
    not_before: datetime,
    terms: Calling,
) -> datetime:
    """The earliest moment in the hours of service, within both allowances, in an hour least tried.

    `tried_hours` are the local hours of this conversation's own calls; `person` and `telephone`
    are the moments of all calls from anybody.
    """
    tried = Counter(tried_hours)
    fewest = min(tried[hour] for hour in range(terms.service.opens, terms.service.closes))
    found = not_before
    for found in _allowed(person=person, telephone=telephone, not_before=not_before, terms=terms):
        if tried[local(found, terms).hour] == fewest:
            break
    return found


def soonest_call_at(
    *,
    person: Sequence[datetime],
    telephone: Sequence[datetime],
    not_before: datetime,
    terms: Calling,
) -> datetime:
    """The earliest moment in the hours of service and within both allowances, at any hour."""
    return next(_allowed(person=person, telephone=telephone, not_before=not_before, terms=terms))


def at_the_time_asked_for(asked: datetime, *, at: datetime, terms: Calling) -> datetime:
    """A promised call is made when it was promised, inside the hours of service, never before now.

    The person asked for it, so the allowance does not move it; it counts like any other call.
    """
    return next_in_service(max(asked, at), terms)


def _allowed(
    *,
    person: Sequence[datetime],
    telephone: Sequence[datetime],
    not_before: datetime,
    terms: Calling,
) -> Iterator[datetime]:
    """The first allowed moment of each open hour, rising; the horizon's end when none is allowed."""
    person = [min(use, not_before) for use in person]
    telephone = [min(use, not_before) for use in telephone]
    none_yet, last = True, not_before
    for last in open_moments(not_before, terms):
        answer = allowance_of_both(person=person, telephone=telephone, at=last, terms=terms)
        if isinstance(answer, Allowed):
            none_yet = False
            yield last
        elif _same_hour(answer.until, last, terms):
            none_yet = False
            yield answer.until
    if none_yet:
        yield last


def _same_hour(one: datetime, other: datetime, terms: Calling) -> bool:
    return f"{local(one, terms):%F %H %z}" == f"{local(other, terms):%F %H %z}"
