"""The bulletin's charts, drawn from published figures alone."""

from __future__ import annotations

from datetime import date, timedelta

from throughline.measures.answers import Answer
from throughline.measures.bulletin.compute import Figures, is_usual
from throughline.measures.bulletin.contents import CURVE_NAMES, LEGS
from throughline.measures.bulletin.release import Release
from throughline.measures.bulletin.tables import MANAGED, Who
from throughline.measures.charts import (
    Figure,
    cascade,
    clock_legs,
    decomposition,
    epicurve,
    occupancy,
    time_to_reach,
)
from throughline.measures.curves import from_steps
from throughline.measures.terms import DEFAULT, DEFINITIONS
from throughline.measures.wording import week

EPICURVE_DAYS = 84
SHOWN_WEEKS = 26


def pictures(release: Release) -> list[Figure]:
    """Return every chart, in the order of the bulletin. Those whose tables are not there are left out."""
    figures, on = release.figures, release.week
    here = {one.measure for one in figures.answers.values()}
    drawn = [
        cascade(
            _steps(figures, on, Who.ALL), measured=f"All cases and contacts, week of {week(on)}"
        ),
        cascade(
            _steps(figures, on, Who.OTHERS),
            measured=f"Cases and contacts not managed by health protection, week of {week(on)}",
            name="cascade-others",
        ),
        _mix(figures, on),
        _curves(release),
        clock_legs(
            _plain(figures, on, Who.OTHERS),
            legs=LEGS,
            measured=f"Hours, cases and contacts not managed by health protection, week of {week(on)}",
        ),
        _onsets(figures, on),
    ]
    if "workforce.occupancy" in here:
        drawn.append(
            occupancy(
                [one for one in figures.of("workforce.occupancy") if one.group.get("week") == on.isoformat()],
                measured="Handling and writing up, as a share of the time handling, writing up and ready, by day",
                by="day",
            )
        )  # fmt: skip
    return drawn


def _plain(figures: Figures, on: date, who: Who) -> list[Answer]:
    """Return the week's figures of this group of people that are not split any further."""
    group = {"week": on.isoformat(), **who.tag}
    return [one for one in figures.answers.values() if one.group == group and is_usual(one)]


def _steps(figures: Figures, on: date, who: Who) -> list[Answer]:
    reasons = (
        figures.of("intake.positives_with_reason", week=on.isoformat()) if who is Who.ALL else []
    )
    return [*_plain(figures, on, who), *(one for one in reasons if "no_case_reason" in one.group)]


def _mix(figures: Figures, on: date) -> Figure:
    first = on - timedelta(weeks=SHOWN_WEEKS - 1)

    def by_week(measure: str, tag: str | None) -> list[Answer]:
        return [
            one
            for one in figures.of(measure)
            if set(one.group) <= {"week", MANAGED}
            and one.group.get(MANAGED) == tag
            and str(one.group.get("week")) >= first.isoformat()
        ]

    rate = "contacts.reached"
    return decomposition(
        all_contacts=by_week(rate, None),
        health_protection=by_week(rate, str(Who.HEALTH_PROTECTION)),
        others=by_week(rate, str(Who.OTHERS)),
        mix_adjusted=by_week("contacts.reached_mix_adjusted", None),
        measured=f"Share of the contacts identified who were reached, by week, under {DEFAULT}",
        breaks={one.since: one.id for one in DEFINITIONS.values() if one.since},
    )


def _onsets(figures: Figures, on: date) -> Figure:
    end = on + timedelta(days=6)
    first = end - timedelta(days=EPICURVE_DAYS - 1)
    answers = [
        Answer(
            measure=one.measure,
            group={"day": day},
            numerator=one.numerator,
            suppressed=one.suppressed,
        )
        for one in figures.of("cases.transferred")
        if (day := one.group.get("onset_on")) and first.isoformat() <= day <= end.isoformat()
    ]
    # Who fell ill in the last week has mostly not been tested and transferred yet.
    return epicurve(
        answers,
        measured="Cases transferred by the end of the week, by the day of their first symptoms",
        by="day",
        incomplete_from=on,
    )


def _curves(release: Release) -> Figure:
    on = release.week
    end = on + timedelta(days=7)
    followed = (release.cut_at.date() - end).days * 24.0
    curves = [
        from_steps(
            [one for one in _plain(release.figures, on, Who.OTHERS) if one.measure == measure],
            name,
            followed=max(followed, 0.0),
        )
        for measure, name in CURVE_NAMES.items()
    ]
    return time_to_reach(
        [curve for curve in curves if curve.n or curve.hidden],
        measured=f"Share of cases and contacts not managed by health protection reached by hour, week of {week(on)}",
    )
