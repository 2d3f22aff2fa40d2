"""Illnesses that a correction touches, judged again from all their positives: joined, parted, emptied, brought back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from throughline.core.copying import fetch, insert, run_over
from throughline.core.ids import new_id
from throughline.tracing.actions.episodes import IS_LIVE, Held, Illness
from throughline.tracing.arrivals import Arrival
from throughline.tracing.models import Episode
from throughline.tracing.queries.protocols import Protocols
from throughline.tracing.rules.dates import day_of
from throughline.tracing.rules.episodes import Known, Positive, assign_episodes, reassign

# The columns of a result in the order in which an arrival takes them.
COLUMNS = (
    "person_id", "household_id", "sender_id", "message_id", "row_number", "report_id", "disease", "result",
    "test_kind", "route", "pillar", "purpose", "taken_at", "reported_at", "received_at", "onset_on",
    "symptomatic", "area", "region", "setting", "setting_kind",
)  # fmt: skip


class Rejudged:
    """What becomes of the touched illnesses once these results are corrected and these positives are in.

    The persons are locked, so nobody else opens an episode of theirs.
    """

    def __init__(
        self,
        touched: Collection[Illness],
        positives: Sequence[Arrival],
        *,
        corrected: Collection[UUID],
        protocols: Protocols,
        at: datetime,
    ) -> None:
        self.at = at
        self.of: dict[Illness, dict[int, Held]] = defaultdict(dict)
        self.placed: dict[UUID, Held] = {}
        self.arrivals: dict[Held, list[Arrival]] = {}
        self.moved: list[tuple[UUID, UUID]] = []
        self.absorbed: list[Held] = []
        self.back: list[Held] = []
        self.emptied: list[Held] = []
        if not touched:
            return
        known = self._known(touched)
        stored, episode_of = _stored(touched, corrected)
        in_force: dict[Illness, list[Arrival]] = defaultdict(list)
        for arrival in (*stored, *positives):
            in_force[arrival.person_id, arrival.disease].append(arrival)
        for illness in touched:
            self._judge(illness, in_force[illness], known[illness], protocols)
        for arrival in stored:
            now = self.placed[arrival.result_id].id
            if episode_of[arrival.result_id] != now:
                self.moved.append((arrival.result_id, now))

    def _known(self, touched: Collection[Illness]) -> dict[Illness, list[Known]]:
        known: dict[Illness, list[Known]] = defaultdict(list)
        for row in fetch(
            f"""select e.id, e.person_id, e.household_id, e.disease, e.number, e.first_on, e.last_on,
                merged.person_id is distinct from e.person_id and {IS_LIVE},
                coalesce(opened.sender_id || '/' || opened.report_id, ''),
                array(select r.sender_id || '/' || r.report_id from tracing_result r
                    where r.episode_id = e.id and (r.superseded_by_id is null or not {IS_LIVE}))
            from tracing_episode e left join tracing_episode merged on merged.id = e.merged_into_id
            left join tracing_case c on c.episode_id = e.id
            left join tracing_result opened on opened.id = c.result_id
            where e.person_id = any(%s)""",  # noqa: S608 - our own condition
            [list({person for person, _ in touched})],
        ):
            held = Held(
                id=row[0], person_id=row[1], household_id=row[2], disease=row[3], number=row[4],
                first_on=row[5], last_on=row[6],
            )  # fmt: skip
            illness = (held.person_id, held.disease)
            self.of[illness][held.number] = held
            live, opened_by, reports = row[7], row[8], row[9]
            known[illness].append(
                Known(
                    number=held.number,
                    reports=frozenset(reports if live else [*reports, opened_by]) - {""},
                    opened_by=opened_by,
                    live=live,
                )
            )
        return known

    def _judge(
        self,
        illness: Illness,
        positives: Sequence[Arrival],
        known: Sequence[Known],
        protocols: Protocols,
    ) -> None:
        by_report = {_report(one): one for one in positives}
        if not by_report and not known:
            return
        groups = assign_episodes(
            (
                Positive(ref=ref, on=day_of(one.taken_at, zone=protocols.zone))
                for ref, one in by_report.items()
            ),
            gap_days=protocols.of(illness[1]).episode.gap_days,
        )
        held = self.of[illness]
        said = reassign([[one.ref for one in group] for group in groups], known)
        for group, number in zip(groups, said.kept, strict=True):
            members = [by_report[one.ref] for one in group]
            episode = held[number] if number is not None else self._new(illness, members[0])
            episode.first_on, episode.last_on = group[0].on, group[-1].on
            episode.changed = not episode.is_new
            self.arrivals[episode] = members
            self.placed |= {one.result_id: episode for one in members}
        for gone, stays in said.absorbed.items():
            held[gone].merged_into = held[stays]
            self.absorbed.append(held[gone])
        self.emptied += [held[number] for number in said.emptied]
        self.back += [held[number] for number in said.back]

    def _new(self, illness: Illness, first: Arrival) -> Held:
        held = self.of[illness]
        number = max(held, default=0) + 1
        held[number] = Held(
            id=new_id(), person_id=first.person_id, household_id=first.household_id,
            disease=first.disease, number=number, first_on=self.at.date(), last_on=self.at.date(),
            is_new=True,
        )  # fmt: skip
        return held[number]

    @property
    def opened(self) -> list[Held]:
        """Those that are new."""
        return [episode for episode in self.arrivals if episode.is_new]

    @property
    def kept(self) -> list[Held]:
        """Those that were there before and still stand, or stand again."""
        return [episode for episode in self.arrivals if not episode.is_new]

    def write_opened(self) -> None:
        """Write the new episodes, before the results that belong to them."""
        insert(
            "new_episode",
            (
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
            ),
        )

    def write_changed(self) -> None:
        """Write the spans, what was absorbed or came back, and the results that belong elsewhere now."""
        run_over(
            """update tracing_episode e set first_on = n.first_on, last_on = n.last_on
            from unnest(%s::uuid[], %s::date[], %s::date[]) as n(id, first_on, last_on)
            where e.id = n.id""",
            [
                [e.id for e in self.kept],
                [e.first_on for e in self.kept],
                [e.last_on for e in self.kept],
            ],
        )
        run_over(
            """update tracing_episode e set merged_into_id = n.stays
            from unnest(%s::uuid[], %s::uuid[]) as n(id, stays) where e.id = n.id""",
            [
                [e.id for e in (*self.absorbed, *self.back)],
                [*(e.survivor.id for e in self.absorbed), *(None for _ in self.back)],
            ],
        )
        run_over(
            """update tracing_result r set episode_id = n.episode
            from unnest(%s::uuid[], %s::uuid[]) as n(id, episode) where r.id = n.id""",
            [[result for result, _ in self.moved], [episode for _, episode in self.moved]],
        )


def _stored(
    touched: Collection[Illness], corrected: Collection[UUID]
) -> tuple[list[Arrival], dict[UUID, UUID]]:
    """The positives in force of these illnesses but those corrected now, and the episode of each."""
    rows = fetch(
        f"""select r.id, r.episode_id, {", ".join(f"r.{name}" for name in COLUMNS)} from tracing_result r
        join unnest(%s::uuid[], %s::text[]) as n(person, disease)
            on n.person = r.person_id and n.disease = r.disease
        where r.episode_id is not null and r.superseded_by_id is null and r.id <> all(%s::uuid[])""",  # noqa: S608
        [[one[0] for one in touched], [one[1] for one in touched], list(corrected)],
    )
    arrivals = [
        Arrival(result_id=row[0], **dict(zip(COLUMNS, row[2:], strict=True))) for row in rows
    ]
    return arrivals, {row[0]: row[1] for row in rows}


def _report(arrival: Arrival) -> str:
    return f"{arrival.sender_id}/{arrival.report_id}"
