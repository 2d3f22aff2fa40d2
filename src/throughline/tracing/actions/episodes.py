"""The episodes that a batch's positives open, join or bridge, worked out in memory and then written."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from throughline.core.copying import fetch, insert, run_over
from throughline.core.ids import new_id
from throughline.tracing.arrivals import Arrival
from throughline.tracing.models import Episode
from throughline.tracing.rules.episodes import Bridge, Join, Positive, place_positive
from throughline.tracing.rules.episodes import Episode as Span

Illness = tuple[UUID, str]

# Whether a positive in force is left of an episode `e`, or of one that joined it from another record of the person.
IS_LIVE = """exists (select 1 from tracing_result r
    where r.superseded_by_id is null and (r.episode_id = e.id or r.episode_id in (
        select m.id from tracing_episode m where m.merged_into_id = e.id)))"""


@dataclass(slots=True, eq=False, kw_only=True)
class Held:
    """An episode in the batch's hands."""

    id: UUID
    person_id: UUID
    household_id: UUID
    disease: str
    number: int
    first_on: date
    last_on: date
    is_new: bool = False
    changed: bool = False
    merged_into: Held | None = None

    @property
    def survivor(self) -> Held:
        """The episode that this one is now part of, or itself."""
        return self.merged_into.survivor if self.merged_into else self


class Episodes:
    """The episodes of the batch's persons; the persons are locked, so nobody else opens one."""

    def __init__(self, positives: Iterable[Arrival], *, at: datetime) -> None:
        self.at = at
        self.of: dict[Illness, list[Held]] = {}
        self.highest: dict[Illness, int] = {}
        self.absorbed: list[Held] = []
        persons = list({a.person_id for a in positives})
        for row in fetch(
            f"""select id, person_id, household_id, disease, number, first_on, last_on,
                merged_into_id is null and {IS_LIVE}
            from tracing_episode e where person_id = any(%s)""",  # noqa: S608 - our own condition
            [persons],
        ):
            illness = (row[1], row[3])
            self.highest[illness] = max(self.highest.get(illness, 0), row[4])
            if row[7]:
                held = Held(
                    id=row[0], person_id=row[1], household_id=row[2], disease=row[3],
                    number=row[4], first_on=row[5], last_on=row[6],
                )  # fmt: skip
                self.of.setdefault(illness, []).append(held)

    def place(self, arrival: Arrival, *, on: date, gap_days: int) -> Held:
        """Open, join or bridge episodes with one more positive; return the one it belongs to."""
        illness = (arrival.person_id, arrival.disease)
        held = self.of.setdefault(illness, [])
        next_number = self.highest.get(illness, 0) + 1
        placement = place_positive(
            [Span(number=e.number, first_on=e.first_on, last_on=e.last_on) for e in held],
            Positive(ref=str(arrival.result_id), on=on),
            gap_days=gap_days,
            next_number=next_number,
        )
        span = placement.episode
        if not isinstance(placement, Join | Bridge):
            self.highest[illness] = next_number
            opened = Held(
                id=new_id(), person_id=arrival.person_id, household_id=arrival.household_id,
                disease=arrival.disease, number=span.number, first_on=on, last_on=on, is_new=True,
            )  # fmt: skip
            held.append(opened)
            return opened
        joined = next(e for e in held if e.number == span.number)
        joined.changed |= (joined.first_on, joined.last_on) != (span.first_on, span.last_on)
        joined.first_on, joined.last_on = span.first_on, span.last_on
        if isinstance(placement, Bridge):
            absorbed = next(e for e in held if e.number == placement.absorbed)
            absorbed.merged_into, absorbed.changed = joined, True
            held.remove(absorbed)
            self.absorbed.append(absorbed)
        return joined

    @property
    def opened(self) -> list[Held]:
        """Those that this batch opened and that still stand for themselves."""
        return [e for held in self.of.values() for e in held if e.is_new]

    def write_opened(self) -> None:
        """Write the new episodes, before the results that belong to them."""
        opened = (
            Episode(
                id=e.id,
                person_id=e.person_id,
                household_id=e.household_id,
                disease=e.disease,
                number=e.number,
                first_on=e.first_on,
                last_on=e.last_on,
                opened_at=self.at,
            )
            for e in self.opened
        )
        insert("new_episode", opened)

    def write_changed(self) -> None:
        """Write the new spans of stored episodes, and move what belonged to the absorbed ones."""
        changed = [e for held in self.of.values() for e in held if e.changed and not e.is_new]
        run_over(
            """update tracing_episode e set first_on = n.first_on, last_on = n.last_on
            from unnest(%s::uuid[], %s::date[], %s::date[]) as n(id, first_on, last_on)
            where e.id = n.id""",
            [[e.id for e in changed], [e.first_on for e in changed], [e.last_on for e in changed]],
        )
        moved = [e for e in self.absorbed if not e.is_new]
        pairs = [[e.id for e in moved], [e.survivor.id for e in moved]]
        run_over(
            """update tracing_episode e set merged_into_id = n.stays
            from unnest(%s::uuid[], %s::uuid[]) as n(id, stays) where e.id = n.id""",
            pairs,
        )
        run_over(
            """update tracing_result r set episode_id = n.stays
            from unnest(%s::uuid[], %s::uuid[]) as n(id, stays) where r.episode_id = n.id""",
            pairs,
        )
