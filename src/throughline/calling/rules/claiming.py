"""Whether the household of a claimed item may be called now."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from throughline.calling.rules.allowance import Allowed, allowance_of_both
from throughline.definitions.forms.calling import Calling

# So long a promised call-back waits for the handler who promised it; then anyone keeps the promise.
CALLBACK_GRACE = timedelta(minutes=15)

# Work done without ringing the household.
NO_CALL = frozenset({"data_fix"})


def callable_again_at(
    *,
    skill: str,
    owed: bool,
    ways: Sequence[tuple[UUID, UUID]],
    uses: Mapping[str, Sequence[str]],
    terms: Calling,
    at: datetime,
) -> datetime | None:
    """None when somebody of the household may be called now, else the first moment when somebody may.

    `ways` are its pairs of person and telephone, `uses` the calls charged to each of either. A household
    with no telephone is not held back: finding one is part of the conversation. `owed`: a call that was
    promised, or that an expert was asked to make, is made.
    """
    if skill in NO_CALL or owed or not ways or not uses:
        return None
    charged = {
        subject: [datetime.fromisoformat(use) for use in moments]
        for subject, moments in uses.items()
    }
    refused = []
    for person, telephone in ways:
        answer = allowance_of_both(
            person=charged.get(str(person), ()),
            telephone=charged.get(str(telephone), ()),
            at=at,
            terms=terms,
        )
        if isinstance(answer, Allowed):
            return None
        refused.append(answer.until)
    return min(refused)
