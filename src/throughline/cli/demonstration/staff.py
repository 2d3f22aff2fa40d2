"""The town's organisations, teams, people with sign-ins, and the laboratories that send."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime

from allauth.mfa.models import Authenticator
from allauth.mfa.utils import encrypt
from django.contrib.auth.hashers import make_password

from throughline.core.context import acting
from throughline.core.models import Service
from throughline.core.roles import Role
from throughline.intake.models import Sender
from throughline.rehearsal.model import Organisation as Body
from throughline.rehearsal.model import StaffMember
from throughline.rehearsal.places import AWAY_OUTWARD, LOCAL_TEAMS
from throughline.rehearsal.town import Town
from throughline.suppliers.actions import register_organisation
from throughline.suppliers.models import Kind, Organisation
from throughline.workforce.actions import Reach, appoint, form_team
from throughline.workforce.models import JobRole, Team, User

AUTHORITY = ("zexmouth_tracing", "Zexmouth Test and Trace")

# Ofcom's numbers for drama: nobody is called.
TELEPHONE = "01632 960013"

JOBS = {
    "handler": JobRole.HANDLER,
    "team_leader": JobRole.LEADER,
    "supplier_manager": JobRole.SUPPLIER,
    "local_team": JobRole.LOCAL,
    "epidemiologist": JobRole.EPIDEMIOLOGIST,
    "authority": JobRole.AUTHORITY,
    "contract_manager": JobRole.CONTRACTS,
    "data_protection_officer": JobRole.PROTECTION,
    "auditor": JobRole.AUDITOR,
}

# One of the two councils works its cases from the start, the other after the day that is the default.
HANDOVER_HOURS = {"upper_zexmouth": 24, "nether_zexmouth": 0}


@dataclass(frozen=True, kw_only=True)
class SignIn:
    """One sign-in that is printed when the demonstration starts."""

    role: str
    username: str
    password: str
    totp_secret: str
    process: str


def found_service(town: Town, *, at: datetime) -> None:
    """Say what this deployment is: a demonstration, in which numbers for drama are real numbers."""
    Service.objects.update_or_create(
        id=1,
        defaults={
            "name": AUTHORITY[1],
            "telephone": TELEPHONE,
            "demonstration": True,
            "accepts_drama_numbers": True,
        },
    )


def settle(town: Town, *, at: datetime) -> list[SignIn]:
    """Register everybody, and return one sign-in for each role."""
    with acting(Role.AUTHORITY):
        organisations = dict(_organisations(town, at))
        teams = dict(_teams(town, organisations, at))
        for laboratory in town.laboratories:
            Sender.objects.create(
                code=laboratory.code,
                name=laboratory.name,
                organisation=organisations[laboratory.code],
                mapping="standard",
                created_at=at,
            )
        password = secrets.token_urlsafe(9)
        encoded = make_password(password)
        users = [
            (member, _appointed(member, organisations, teams, password, encoded, at))
            for member in town.staff
            if member.role in JOBS
        ]
    with acting(Role.LOGIN):
        for member, user in users:
            Authenticator.objects.create(
                user=user, type=Authenticator.Type.TOTP, data={"secret": encrypt(_secret(member))}
            )
    return list(_one_of_each_role(users, password))


def _organisations(town: Town, at: datetime) -> Iterator[tuple[str, Organisation]]:
    yield (
        AUTHORITY[0],
        register_organisation(
            code=AUTHORITY[0], name=AUTHORITY[1], kind=Kind.AUTHORITY, by=None, at=at
        ),
    )
    for kind, bodies in (
        (Kind.SUPPLIER, town.suppliers),
        (Kind.COUNCIL, town.local_teams),
        (Kind.LABORATORY, town.laboratories),
    ):
        for body in bodies:
            yield (
                body.code,
                register_organisation(code=body.code, name=body.name, kind=kind, by=None, at=at),
            )


def _teams(
    town: Town, organisations: dict[str, Organisation], at: datetime
) -> Iterator[tuple[str, Team]]:
    for council in town.local_teams:
        yield (
            council.code,
            form_team(
                code=council.code,
                name=f"{council.name} tracing team",
                organisation=organisations[council.code],
                areas=[code.lower() for code in _answered_for(council)],
                handover_hours=HANDOVER_HOURS[council.code],
                by=None,
                at=at,
            ),
        )
    codes = sorted({(m.organisation, m.team) for m in town.staff if m.organisation and m.team})
    for organisation, code in codes:
        shift = code.removeprefix(f"{organisation}_")
        yield (
            code,
            form_team(
                code=code,
                name=f"{organisations[organisation].name}, {shift} shift",
                organisation=organisations[organisation],
                by=None,
                at=at,
            ),
        )


def _answered_for(council: Body) -> tuple[str, ...]:
    """Return a council's areas. The last also answers for students' families who live away."""
    last = council is LOCAL_TEAMS[-1]
    return (*council.outward_codes, *((AWAY_OUTWARD,) if last else ()))


def _appointed(
    member: StaffMember,
    organisations: dict[str, Organisation],
    teams: dict[str, Team],
    password: str,
    encoded: str,
    at: datetime,
) -> User:
    job = JOBS[member.role]
    local = job == JobRole.LOCAL
    return appoint(
        username=member.username,
        display_name=f"{member.given_name} {member.family_name}",
        role=job,
        organisation=organisations[member.organisation or AUTHORITY[0]],
        team=teams.get(
            member.team or (member.organisation if local and member.organisation else "")
        ),
        password=password,
        encoded=encoded,
        reach=_reach(member) if job in {JobRole.HANDLER, JobRole.LOCAL} else None,
        by=None,
        at=at,
    )


def _reach(member: StaffMember) -> Reach:
    interviews = member.role == "local_team" or "case_interview" in member.skills
    skills = ["general", "interview", *(("interpreter",) if len(member.languages) > 1 else ())]
    return Reach(
        kinds=["case", "contact"] if interviews else ["contact"],
        tiers=["1", "2", "3"],
        skills=[*skills, *(("data_fix", "expert") if "complex" in member.skills else ())],
        languages=member.languages,
    )


def _secret(member: StaffMember) -> str:
    """Return a second factor's secret: random enough for a town that does not exist, the same each time."""
    return base64.b32encode(hashlib.sha256(member.username.encode()).digest()[:20]).decode()


def _one_of_each_role(users: list[tuple[StaffMember, User]], password: str) -> Iterator[SignIn]:
    shown: set[str] = set()
    for member, user in sorted(users, key=lambda pair: list(JobRole).index(JobRole(pair[1].role))):
        # A handler who may interview cases, so that the first conversation is the whole of one.
        if user.role in shown or (member.role == "handler" and "complex" not in member.skills):
            continue
        shown.add(user.role)
        desk = user.role in {JobRole.HANDLER, JobRole.LEADER, JobRole.SUPPLIER, JobRole.LOCAL}
        yield SignIn(
            role=JobRole(user.role).label,
            username=user.username,
            password=password,
            totp_secret=_secret(member),
            process="desk" if desk else "authority",
        )


def as_json(sign_ins: list[SignIn], addresses: dict[str, str]) -> list[dict[str, str]]:
    """Return the sign-ins as they are written to demonstration.json."""
    return [
        {
            **{k: v for k, v in asdict(one).items() if k != "process"},
            "address": addresses[one.process],
        }
        for one in sign_ins
    ]
