"""A release: everything that one bulletin publishes, after disclosure control, and what it remembers of itself."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from throughline.measures.bulletin.cells import Sheet, sheet
from throughline.measures.bulletin.compute import Figures, Key, compute, key_of
from throughline.measures.bulletin.contents import TABLES
from throughline.measures.bulletin.inputs import Input, hashed
from throughline.measures.bulletin.published import NAME, Previous
from throughline.measures.bulletin.reconciliation import Alarm, alarms
from throughline.measures.bulletin.revisions import Revision, revisions, revisions_sheet
from throughline.measures.disclosure import recover, suppress
from throughline.measures.errors import DisclosureError, QuestionError
from throughline.measures.folder import open_folder
from throughline.measures.wording import day, plural

FORM = 1


@dataclass(frozen=True, kw_only=True)
class Release:
    """What is published: figures that have passed disclosure control, laid out in tables."""

    week: date
    cut_at: datetime
    zone: str
    input: Input
    figures: Figures
    sheets: tuple[Sheet, ...]
    revised: Mapping[tuple[Key, str], Revision]
    previous: Previous | None
    alarms: tuple[Alarm, ...]
    is_generated: bool = False

    @property
    def known_on(self) -> str:
        """Return the moment of the cut as people there write it."""
        return moment(self.cut_at, self.zone)

    def sheet(self, name: str) -> Sheet:
        """Return the table of this name."""
        return next(one for one in self.sheets if one.name == name)


def moment(at: datetime, zone: str) -> str:
    """Write a moment in local time; `3 September 2020 at 00:00`."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{day(local.date())} at {local:%H:%M}"


def make(
    folder: Path,
    week: date,
    *,
    previous: Previous | None = None,
    progress: Callable[[str], None] = lambda _: None,
) -> Release:
    """Compute everything of the week that begins on `week`.

    Raises FolderError for a folder that cannot be read, QuestionError for a day on which no week begins.
    """
    events = open_folder(folder)
    first = events.calendar.first_day(week, "week")
    if first != week:
        raise QuestionError(
            f"No week begins on {week}; weeks begin on a {first:%A}, and that day lies in the week of {first}."
        )
    source = hashed(folder, progress)
    true = compute(events, TABLES, week=week, progress=progress)
    progress(f"disclosure control over {len(true.answers):,} figures")
    published = suppress(
        list(true.answers.values()), previous=list(previous.answers) if previous else []
    )
    figures = Figures(answers={key_of(one): one for one in published}, unavailable=true.unavailable)
    revised = revisions(published, previous.answers) if previous else {}
    return Release(
        week=week,
        cut_at=events.cut_at,
        zone=str(events.manifest.zone),
        input=source,
        figures=figures,
        sheets=(
            *(
                sheet(spec, figures, number=number, week=week, revised=revised)
                for number, spec in enumerate(TABLES, 1)
            ),
            revisions_sheet(revised.values(), len(TABLES) + 1),
        ),
        revised=revised,
        previous=previous,
        alarms=tuple(alarms(events, week)),
        is_generated=events.manifest.is_generated,
    )


def check(release: Release) -> None:
    """Try, as a reader would, to work out what is suppressed, from this release and the one before.

    Raises DisclosureError when that succeeds: it is not to be published then. What the one before gives away by
    itself is out already, and no reason to keep this one back.
    """
    before = release.previous.answers if release.previous else ()
    if not (found := recover(list(release.figures.answers.values()), before)):
        return
    # By which answer it is, not by what it says: both releases may hide the same figure.
    out = {(id(one.answer), one.counted) for one in recover(before)}
    found = [one for one in found if (id(one.answer), one.counted) not in out]
    if not found:
        return
    first = found[0]
    group = ", ".join(f"{key} {value}" for key, value in first.answer.group.items())
    raise DisclosureError(
        f"Nothing is written: a reader could tell too much of {plural(len(found), 'suppressed number')} from this release"
        f"{' and the one before' if before else ''}, such as {first.answer.measure} of {group or 'all'}."
    )


def remember(release: Release, folder: Path) -> None:
    """Write what the next release needs of this one: the published answers, nothing that was suppressed."""
    told = {
        "form": FORM,
        "week": release.week.isoformat(),
        "cut_at": release.cut_at.isoformat(),
        "generated": release.is_generated,
        "input_sha256": release.input.sha256,
        "input_files": dict(release.input.files),
        "answers": [one.as_dict() for one in release.figures.answers.values()],
    }
    (folder / NAME).write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", "utf-8")
