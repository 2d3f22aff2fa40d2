"""What a batch adds to persons, collected row by row and written in a few statements."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import asdict
from datetime import date, datetime
from uuid import UUID

from throughline.core.copying import run, stage
from throughline.core.ids import new_id
from throughline.core.keys import endpoint_id
from throughline.journal.actions import Act, record_all
from throughline.people.claims import Home, PersonClaim
from throughline.people.queries import Known
from throughline.people.rules.identity import Identity
from throughline.people.rules.matching import Score

PERSON = {
    "id": "uuid", "household_id": "uuid", "given_name": "text", "family_name": "text",
    "given_norm": "text", "family_norm": "text", "family_phonetic": "text", "birth_date": "date",
    "birth_year": "int", "sex": "text", "language": "text", "source": "text",
}  # fmt: skip
HOUSEHOLD = {"id": "uuid", "address_id": "uuid", "area": "text", "joins_address": "bool"}
ADDRESS = {
    "id": "uuid", "line_1": "text", "line_2": "text", "town": "text", "postcode": "text",
    "area": "text", "region": "text", "address_key": "text", "institution": "bool",
}  # fmt: skip
IDENTIFIER = {"person_id": "uuid", "scheme": "text", "value": "text"}
DETAIL = {
    "person_id": "uuid", "household_id": "uuid", "kind": "text", "value": "text", "endpoint_id": "uuid",
    "source": "text",
}  # fmt: skip
RESIDENCE = {
    "person_id": "uuid", "address_id": "uuid", "household_id": "uuid", "from_on": "date", "source": "text",
}  # fmt: skip
QUESTION = {"newer_id": "uuid", "older_id": "uuid", "score": "float8", "reasons": "jsonb"}
FILL = {
    "id": "uuid", "given_name": "text", "family_name": "text", "given_norm": "text",
    "family_norm": "text", "family_phonetic": "text", "birth_date": "date", "sex": "text",
    "language": "text",
}  # fmt: skip


class Additions:
    """Rows to be written for one batch of claims. `source` is who made the claim that is looked at."""

    def __init__(self, *, at: datetime) -> None:
        self.source, self.at = "", at
        # For the journal, by source: who was told more of, and how often it asked.
        self.told: dict[str, list[UUID]] = defaultdict(list)
        self.asked: Counter[str] = Counter()
        self.persons: list[tuple[object, ...]] = []
        self.households: list[tuple[object, ...]] = []
        self.addresses: list[tuple[object, ...]] = []
        self.institutions: list[UUID] = []
        self.identifiers: list[tuple[object, ...]] = []
        self.all_details: list[tuple[object, ...]] = []
        self.residences: list[tuple[object, ...]] = []
        self.questions: list[tuple[object, ...]] = []
        self.fills: list[tuple[object, ...]] = []

    def person(self, person: UUID, household: UUID, claim: PersonClaim, identity: Identity) -> None:
        """Add a person."""
        born = claim.birth_date
        # An age tells the year, give or take one: enough to tell father from son.
        guess = claim.on.year - int(claim.age) if claim.age is not None else None
        self.persons.append(
            (
                person, household, claim.given_name, claim.family_name, identity.given,
                identity.family, identity.sound, born, born.year if born else guess,
                identity.sex, claim.language, self.source,
            )
        )  # fmt: skip

    def household(self, address: UUID | None, *, area: str, joins: bool) -> UUID:
        """Add a household and return it."""
        household = new_id()
        self.households.append((household, address, area, joins))
        return household

    def address(self, key: str, home: Home) -> UUID:
        """Add an address and return it."""
        address = new_id()
        self.addresses.append(
            (
                address, home.line_1, home.line_2, home.town, home.postcode, home.area, home.region,
                key, home.institution,
            )
        )  # fmt: skip
        return address

    def institution(self, address: UUID) -> None:
        """Mark an address as one where newcomers do not join a household."""
        self.institutions.append(address)

    def identifier(self, person: UUID, scheme: str, value: str) -> None:
        """Add a number that stands for this person."""
        self.identifiers.append((person, scheme, value))
        self.told[self.source].append(person)

    def details(
        self, person: UUID, household: UUID, claim: PersonClaim, *, known: Collection[UUID]
    ) -> Iterator[UUID]:
        """Add the telephones and the e-mail that are not known of this person yet."""
        told = [("phone", phone, phone) for phone in claim.phones]
        if claim.email:
            told.append(("email", claim.email, claim.email.casefold()))
        for kind, value, key in told:
            endpoint = endpoint_id(kind, key)
            if endpoint not in known:
                self.all_details.append((person, household, kind, value, endpoint, self.source))
                self.told[self.source].append(person)
                yield endpoint

    def residence(self, person: UUID, address: UUID, household: UUID, *, on: date) -> None:
        """Add that a person lives there, from that day on at the latest."""
        self.residences.append((person, address, household, on, self.source))
        self.told[self.source].append(person)

    def ask(self, *, newer: UUID, older: UUID, score: Score) -> None:
        """Ask a person whether two are one."""
        reasons = json.dumps([asdict(reason) for reason in score.reasons])
        self.questions.append((newer, older, float(score.value), reasons))
        self.asked[self.source] += 1

    def fill(self, known: Known, claim: PersonClaim, identity: Identity) -> frozenset[str]:
        """Fill what is blank of a known person; say what was."""
        said = {
            name
            for name in known.blanks
            if getattr(claim, name) and (name != "sex" or identity.sex)
        }
        if said:
            self.fills.append(
                (
                    known.person_id, claim.given_name, claim.family_name, identity.given,
                    identity.family, identity.sound, claim.birth_date, identity.sex, claim.language,
                )
            )  # fmt: skip
            self.told[self.source].append(known.person_id)
        return frozenset(said)

    def write(self) -> None:
        """Write everything, lower tables first, and the journal's entries."""
        self._write_homes()
        self._write_persons()
        self._write_numbers()
        self._write_changes()
        self._write_journal()

    def _write_homes(self) -> None:
        if self.institutions:
            run(
                "update people_address set institution = true where id = any(%s)",
                [self.institutions],
            )
            run(
                "update people_household set joins_address = false where address_id = any(%s)",
                [self.institutions],
            )
        if self.addresses:
            stage("new_address", ADDRESS, self.addresses)
            columns = ", ".join(ADDRESS)
            run(f"insert into people_address ({columns}) select {columns} from new_address")  # noqa: S608
        if self.households:
            stage("new_household", HOUSEHOLD, self.households)
            run(
                """insert into people_household (id, ref, address_id, area, joins_address)
                select id, gen_random_uuid(), address_id, area, joins_address from new_household"""
            )

    def _write_persons(self) -> None:
        if not self.persons:
            return
        stage("new_person", PERSON, self.persons)
        columns = ", ".join(PERSON)
        run(
            f"""insert into people_person ({columns}, ref, interpreter, deceased, created_at, revision)
            select {columns}, gen_random_uuid(), false, false, %s, 1 from new_person""",  # noqa: S608
            [self.at],
        )
        run(
            """insert into people_household_member (id, household_id, person_id, from_at, why)
            select uuidv7(), household_id, id, %s, source from new_person""",
            [self.at],
        )

    def _write_numbers(self) -> None:
        if self.identifiers:
            stage("new_identifier", IDENTIFIER, self.identifiers)
            # One known of a person since joined to another stays with that record and leads on from there.
            run(
                """insert into people_identifier (id, person_id, scheme, value, since)
                select uuidv7(), person_id, scheme, value, %s from new_identifier
                on conflict (scheme, value) do nothing""",
                [self.at],
            )
        if self.all_details:
            stage("new_detail", DETAIL, self.all_details)
            run(
                """insert into people_contact_detail
                    (id, person_id, household_id, kind, value, endpoint_id, source, since)
                select uuidv7(), person_id, household_id, kind, value, endpoint_id, source, %s
                from new_detail""",
                [self.at],
            )
        if self.residences:
            stage("new_residence", RESIDENCE, self.residences)
            run(
                """insert into people_residence
                    (id, person_id, address_id, household_id, kind, from_on, source)
                select uuidv7(), person_id, address_id, household_id, 'home', from_on, source
                from new_residence"""
            )

    def _write_changes(self) -> None:
        if self.fills:
            stage("fill_person", FILL, self.fills)
            run(
                """update people_person p set
                    given_name = coalesce(nullif(p.given_name, ''), f.given_name),
                    family_name = coalesce(nullif(p.family_name, ''), f.family_name),
                    given_norm = coalesce(nullif(p.given_norm, ''), f.given_norm),
                    family_norm = coalesce(nullif(p.family_norm, ''), f.family_norm),
                    family_phonetic = coalesce(nullif(p.family_phonetic, ''), f.family_phonetic),
                    birth_date = coalesce(p.birth_date, f.birth_date),
                    birth_year = coalesce(extract(year from p.birth_date),
                        extract(year from f.birth_date), p.birth_year),
                    sex = coalesce(nullif(p.sex, ''), f.sex),
                    language = coalesce(nullif(p.language, ''), f.language),
                    revision = p.revision + 1
                from (select distinct on (id) * from fill_person order by id) f where f.id = p.id"""
            )
        if self.questions:
            stage("new_question", QUESTION, self.questions)
            run(
                """insert into people_match_question (id, newer_id, older_id, score, reasons, asked_at)
                select uuidv7(), newer_id, older_id, score, reasons, %s from new_question
                on conflict do nothing""",
                [self.at],
            )

    def _write_journal(self) -> None:
        added: dict[str, list[object]] = defaultdict(list)
        for row in self.persons:
            added[str(row[-1])].append(row[0])
        acts = []
        for source, persons in added.items():
            body = {"source": source, "persons": len(persons), "questions": self.asked[source]}
            acts.append(self._act("people.persons_added", persons, body))
        for source, told in self.told.items():
            if changed := set(told).difference(added.get(source, ())):
                body = {"source": source, "persons": len(changed)}
                acts.append(self._act("people.persons_completed", changed, body))
        asked = [person for row in self.questions for person in row[:2]]
        if asked:
            acts.append(self._act("people.questions_asked", asked, {"questions": len(asked) // 2}))
        record_all(acts)

    def _act(self, kind: str, subjects: Iterable[object], body: dict[str, object]) -> Act:
        persons = [subject for subject in subjects if isinstance(subject, UUID)]
        return Act(kind=kind, at=self.at, subjects=persons, body=body)
