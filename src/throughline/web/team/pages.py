"""What a supplier's pages show. A leader sees the own team, a manager the whole supplier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from throughline.calling import queries as calling
from throughline.calling.queries import AttemptCount
from throughline.web import words
from throughline.web.days import bounds, today
from throughline.workforce import queries as workforce
from throughline.workforce.models import JobRole, User
from throughline.workforce.queries import Member

STATES = {
    "available": ("Ready", "good"),
    "reserved": ("Next conversation on its way", "info"),
    "preview": ("Reading before the call", "info"),
    "dialling": ("Ringing", "info"),
    "on_call": ("On a call", "good"),
    "on_hold": ("Call on hold", "hold"),
    "wrap_up": ("Writing up", "warn"),
    "break": ("Break", "hold"),
    "training": ("Training", "hold"),
    "meeting": ("Meeting", "hold"),
    "system_down": ("Service down", "bad"),
    "raised_hand": ("Asks for help", "bad"),
    "signed_off": ("Signed off", "plain"),
}
SIZE = 50


@dataclass(frozen=True, kw_only=True)
class DoingLine:
    """One state on the board."""

    title: str
    tag: str
    agents: int
    longest: timedelta | None


@dataclass(frozen=True, kw_only=True)
class BoardPage:
    """The board of a team or of a supplier."""

    of: str
    lines: tuple[DoingLine, ...]
    agents: int
    signed_on: int
    attempts: tuple[AttemptCount, ...]
    at: datetime

    @property
    def tried(self) -> int:
        """All attempts of the day."""
        return sum(one.attempts for one in self.attempts)

    @property
    def reached(self) -> int:
        """Those that reached somebody."""
        return sum(one.reached for one in self.attempts)


@dataclass(frozen=True, kw_only=True)
class StaffLine:
    """One member of the staff."""

    member: Member
    role: str
    state: str
    tag: str
    languages: str
    skills: str


@dataclass(frozen=True, kw_only=True)
class StaffPage:
    """Some of the staff, by name."""

    of: str
    lines: tuple[StaffLine, ...]
    later: Member | None
    paged: bool


def board_page(user: User, *, at: datetime) -> BoardPage:
    """Return what the agents are doing and what they tried today."""
    states = workforce.state_board(supplier_id=user.organisation_id, team_id=_team(user))
    since, _ = bounds(today(at))
    agents = sum(line.agents for line in states)
    off = sum(line.agents for line in states if line.state == "signed_off")
    return BoardPage(
        of=_of(user),
        lines=tuple(
            DoingLine(
                title=_words(line.state)[0],
                tag=_words(line.state)[1],
                agents=line.agents,
                # How long somebody has been away is nobody's matter here.
                longest=at - line.longest_since
                if line.longest_since and line.state != "signed_off"
                else None,
            )
            for line in states
        ),
        agents=agents,
        signed_on=agents - off,
        attempts=calling.attempt_counts(since=since, supplier_id=user.organisation_id),
        at=at,
    )


def staff_page(user: User, *, after: UUID | None) -> StaffPage:
    """Return the staff that follow that person by name."""
    found = workforce.members(
        organisation_id=user.organisation_id,
        team_id=_team(user),
        after=after,
        size=SIZE + 1,
    )
    lines = tuple(
        StaffLine(
            member=one,
            role=str(JobRole(one.role).label),
            state=_words(one.state)[0] if one.role == JobRole.HANDLER else "–",
            tag=_words(one.state)[1] if one.role == JobRole.HANDLER else "plain",
            languages=", ".join(words.language(code) for code in one.languages),
            skills=", ".join(words.skill(code) for code in one.skills),
        )
        for one in found[:SIZE]
    )
    later = found[SIZE - 1] if len(found) > SIZE else None
    return StaffPage(of=_of(user), lines=lines, later=later, paged=after is not None)


def _team(user: User) -> UUID | None:
    return user.team_id if user.role == JobRole.LEADER else None


def _of(user: User) -> str:
    return "your team" if _team(user) else "your organisation"


def _words(state: str) -> tuple[str, str]:
    return STATES.get(state, (state.replace("_", " ").capitalize(), "plain"))
