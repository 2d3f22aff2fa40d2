"""From episodes to cases: who works them, with whom they are shared, and the work item they ask for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from throughline.calling.actions import Offer, offer
from throughline.core.copying import insert
from throughline.core.ids import new_id, new_ref
from throughline.journal.actions import Act, record_all
from throughline.tracing.actions.episodes import Held
from throughline.tracing.actions.places import Linked, find_settings, judge_settings, write_visits
from throughline.tracing.arrivals import Arrival
from throughline.tracing.models import Case, CaseShare, Holding
from throughline.tracing.queries.protocols import Protocols
from throughline.tracing.queries.surroundings import Around, LocalTeams, around
from throughline.tracing.rules.acceptance import accept_by
from throughline.tracing.rules.complexity import Assignment, Complexity, tier_and_manager
from throughline.tracing.rules.dates import day_of
from throughline.tracing.rules.infectious import Anchor, anchor_date, infectious_period
from throughline.tracing.rules.isolation import isolation_of_case
from throughline.tracing.rules.window import calling_window
from throughline.workforce.models import Team

SKILL = "interview"
DEFAULT_LANGUAGE = "en"
NOT_COMPLEX = Complexity(escalations=(), suppressed=())


@dataclass(kw_only=True)
class Opening:
    """A case on its way: its row, and what the rows beside it are made from."""

    case: Case
    arrivals: Sequence[Arrival]
    around: Around
    teams: Sequence[tuple[Team, str]]
    assignment: Assignment
    window_ends_at: datetime
    infectious: float
    setting: UUID | None
    judged: Complexity
    at: datetime

    @property
    def over(self) -> bool:
        """Whether calling is of no use any more: the case is kept, and nobody is rung."""
        return self.window_ends_at <= self.at

    @property
    def local(self) -> Team | None:
        """The team that answers for the case's own area."""
        return next((team for team, why in self.teams if why == "area"), None)

    @property
    def handover_at(self) -> datetime | None:
        """When the local team takes over what was not reached."""
        hours = self.assignment.handover_hours
        if self.local is None or hours is None or self.over:
            return None
        return self.at + timedelta(hours=hours)


def open_cases(
    opened: Sequence[tuple[Held, Sequence[Arrival]]], protocols: Protocols, *, at: datetime
) -> list[Case]:
    """Open a case for each new episode, with its share, its holding and its work item."""
    if not opened:
        return []
    teams = LocalTeams()
    surroundings = around({episode.person_id for episode, _ in opened})
    settings = _settings(opened)
    at_setting = Counter(settings.get(episode.id) for episode, _ in opened)
    openings = []
    for episode, arrivals in opened:
        setting = settings.get(episode.id)
        judged = NOT_COMPLEX
        if setting is not None:
            judged = judge_settings(
                setting,
                next(a.setting_kind for a in arrivals if a.setting_kind and a.setting),
                protocols.of(episode.disease),
                others=at_setting[setting] - 1,
                at=at,
            )
        openings.append(
            _opening(
                episode, arrivals, surroundings[episode.person_id], teams, protocols, setting,
                judged, at,
            )
        )  # fmt: skip
    _write(openings, at=at)
    return [one.case for one in openings]


def dates_of(
    arrivals: Sequence[Arrival],
) -> tuple[date | None, datetime, datetime, bool | None]:
    """Return onset, specimen, report and whether ill, over all results of one illness."""
    onsets = [a.onset_on for a in arrivals if a.onset_on]
    told = {a.symptomatic for a in arrivals}
    ill = True if True in told else False if False in told else None
    return (
        min(onsets) if onsets else None,
        min(a.taken_at for a in arrivals),
        min(a.reported_at for a in arrivals),
        ill,
    )


def _settings(opened: Sequence[tuple[Held, Sequence[Arrival]]]) -> dict[UUID, UUID]:
    """The setting that each episode's results name, if any."""
    links = {
        episode.id: Linked(case_id=episode.id, kind=a.setting_kind, name=a.setting, area=a.area)
        for episode, arrivals in opened
        for a in arrivals
        if a.setting and a.setting_kind
    }
    found = find_settings(list(links.values())) if links else {}
    return {episode: found[link.key] for episode, link in links.items()}


def _opening(
    episode: Held,
    arrivals: Sequence[Arrival],
    here: Around,
    teams: LocalTeams,
    protocols: Protocols,
    setting: UUID | None,
    judged: Complexity,
    at: datetime,
) -> Opening:
    stored, rules = protocols.stored(episode.disease), protocols.of(episode.disease)
    assert stored is not None  # noqa: S101 - an episode has a protocol
    onset_on, taken_at, reported_at, symptomatic = dates_of(arrivals)
    days = protocols.zone
    anchor = anchor_date(onset_on=onset_on, taken_at=taken_at, zone=days)
    assert anchor is not None  # noqa: S101 - a result has a day
    until = isolation_of_case(rules, anchor).on
    # Without a last day of isolation it is over once a further positive would be another illness.
    last = until or anchor.on + timedelta(days=rules.episode.gap_days)
    window = calling_window(rules, subject="case", opened_at=at, until=last, zone=days)
    area = next((a.area for a in arrivals if a.area), "") or here.area
    around_here = _teams(area, here, teams)
    local = next((team for team, why in around_here if why == "area"), None)
    assignment = tier_and_manager(
        rules,
        subject="case",
        judged=judged,
        handover_hours=local.handover_hours if local else None,
    )
    over = window.closes_at <= at
    case = Case(
        id=new_id(),
        ref=new_ref(),
        episode_id=episode.id,
        result_id=arrivals[0].result_id,
        person_id=episode.person_id,
        household_id=episode.household_id,
        disease=episode.disease,
        protocol=stored.id,
        protocol_version=stored.version,
        area=area,
        region=next((a.region for a in arrivals if a.region), "") or here.region,
        managed_by_first=assignment.managed_by,
        managed_by=assignment.managed_by,
        tier=str(assignment.tier),
        symptomatic=symptomatic,
        onset_on=onset_on,
        taken_on=day_of(taken_at, zone=days),
        taken_at=taken_at,
        result_at=reported_at,
        transferred_at=at,
        details_given=here.has_phone,
        isolate_until=until,
        outcome="open" if not over else "not_reached" if here.has_phone else "no_details",
        closed_at=at if over else None,
    )
    return Opening(
        case=case,
        arrivals=arrivals,
        around=here,
        teams=around_here,
        assignment=assignment,
        window_ends_at=window.closes_at,
        infectious=_infectious(rules, anchor, day_of(at, zone=days)),
        setting=setting,
        judged=judged,
        at=at,
    )


def _infectious(rules: object, anchor: Anchor, today: date) -> float:
    period = infectious_period(rules, anchor)  # type: ignore[arg-type]
    return 1.0 if period.covers(today) else 0.0


def _teams(area: str, here: Around, teams: LocalTeams) -> list[tuple[Team, str]]:
    """The teams that see the case: of its own area, and of every other address of the person."""
    found: dict[UUID, tuple[Team, str]] = {}
    for why, code in (("area", area), *(("term_address", code) for _, code in here.areas)):
        for team in teams.of(code):
            found.setdefault(team.id, (team, why))
    return list(found.values())


def _write(openings: Sequence[Opening], *, at: datetime) -> None:
    insert("new_case", (one.case for one in openings))
    write_visits(
        [(one.case, one.setting, one.judged) for one in openings if one.setting is not None], at=at
    )
    shares = (
        CaseShare(
            case_id=one.case.id,
            household_id=one.case.household_id,
            team_id=team.id,
            why=why,
            from_at=at,
        )
        for one in openings
        for team, why in one.teams
    )
    insert("new_case_share", shares)
    offers = [_offer(one) for one in openings if not one.over]
    insert("new_holding", map(_holding, openings))
    offer(offers, by=None, at=at)
    record_all(_act(one) for one in openings)


def _offer(one: Opening) -> Offer:
    return Offer(
        household_id=one.case.household_id,
        kind="case",
        tier=one.case.tier,
        skill=SKILL,
        language=one.around.language or DEFAULT_LANGUAGE,
        area=one.case.area,
        window_ends_at=one.window_ends_at,
        facts={"infectious": one.infectious, "household_size": one.around.household_size},
        handover_at=one.handover_at,
        team_id=one.local.id if one.local and one.case.managed_by == "local" else None,
    )


def _holding(one: Opening) -> Holding:
    team = one.local if one.case.managed_by == "local" else None
    return Holding(
        subject="case",
        subject_id=one.case.id,
        household_id=one.case.household_id,
        team_id=team.id if team else None,
        managed_by=one.case.managed_by,
        queue="" if one.over else _offer(one).queue,
        offered_at=one.at,
        due_at=accept_by(one.at) if team else one.handover_at,
        ended_at=one.at if one.over else None,
        end="withdrawn" if one.over else None,
        reason="window_over" if one.over else "",
    )


def _act(one: Opening) -> Act:
    case = one.case
    return Act(
        kind="tracing.case_opened",
        at=one.at,
        subjects=[case.id, case.person_id, *(a.result_id for a in one.arrivals)],
        body={
            "disease": case.disease,
            "protocol": case.protocol,
            "version": case.protocol_version,
            "managed_by": case.managed_by,
            "tier": case.tier,
            "over": one.over,
            "shared_with": [str(team.id) for team, _ in one.teams],
            "escalations": [found.rule for found in one.judged.escalations],
            "suppressed": [found.rule for found in one.judged.suppressed],
        },
    )
