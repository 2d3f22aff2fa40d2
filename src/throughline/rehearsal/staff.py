"""Those who work in the rehearsal: sixty handlers at four suppliers, leaders, managers, local teams, the centre."""

from collections.abc import Iterator

from throughline.rehearsal import names
from throughline.rehearsal.model import Organisation, StaffMember
from throughline.rehearsal.places import LOCAL_TEAMS, SUPPLIERS
from throughline.rehearsal.streams import Streams

HANDLERS_PER_SUPPLIER = 15
_TEAMS = ("day", "evening", "weekend")
_CENTRE = (
    "epidemiologist",
    "authority",
    "contract_manager",
    "data_protection_officer",
    "auditor",
)
_LANGUAGES = ("pl", "ur", "ro", "bn", "ar", "pt")
_SKILLS = ("first_call", "contact_call", "case_interview", "follow_up", "complex")


def staff(streams: Streams, *, case_person_id: str | None) -> list[StaffMember]:
    found: list[StaffMember] = []
    for supplier in SUPPLIERS:
        found += _of_supplier(streams, supplier)
    for team in LOCAL_TEAMS:
        found += [
            _member(streams, f"{team.code}_{n}", "local_team", organisation=team.code)
            for n in range(1, 5)
        ]
    found += [_member(streams, f"{role}_1", role) for role in _CENTRE]
    found.append(_member(streams, "public_1", "public", person_id=case_person_id))
    return found


def _of_supplier(streams: Streams, supplier: Organisation) -> Iterator[StaffMember]:
    code = supplier.code
    yield _member(streams, f"{code}_manager", "supplier_manager", organisation=code)
    for team in _TEAMS:
        yield _member(
            streams,
            f"{code}_{team}_leader",
            "team_leader",
            organisation=code,
            team=f"{code}_{team}",
        )
    for n in range(HANDLERS_PER_SUPPLIER):
        username = f"{code}_{n + 1:02d}"
        # Every language is spoken at every supplier by two handlers; the rest speak English alone.
        spoken = ("en", _LANGUAGES[n // 2]) if n < 2 * len(_LANGUAGES) else ("en",)
        count = streams.between(2, len(_SKILLS), "skills", username)
        yield _member(
            streams,
            username,
            "handler",
            organisation=code,
            team=f"{code}_{_TEAMS[n % len(_TEAMS)]}",
            languages=spoken,
            skills=_SKILLS[:count],
        )


def _member(
    streams: Streams,
    username: str,
    role: str,
    *,
    organisation: str | None = None,
    team: str | None = None,
    languages: tuple[str, ...] = ("en",),
    skills: tuple[str, ...] = (),
    person_id: str | None = None,
) -> StaffMember:
    tradition = streams.weighted(names.TRADITIONS, "staff tradition", username)
    sex = streams.pick(("female", "male"), "staff sex", username)
    family = names.family_name(streams, tradition, f"staff {username}")
    return StaffMember(
        username=username,
        given_name=names.given_name(streams, tradition, sex, f"staff {username}"),
        family_name=names.worn_by(family, tradition, sex),
        email=f"{username}@example.org",
        role=role,
        organisation=organisation,
        team=team,
        languages=languages,
        skills=skills,
        person_id=person_id,
    )
