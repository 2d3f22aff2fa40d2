"""The laboratories' files: each day's results of each laboratory, in the standard layout (see layout.py)."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from throughline.rehearsal import names
from throughline.rehearsal.faults import Row, before_correction, spoil
from throughline.rehearsal.layout import COLUMNS, DISEASE, MOMENT
from throughline.rehearsal.model import Address, Person, Report
from throughline.rehearsal.streams import Streams
from throughline.rehearsal.town import Town

_IN_CAPITALS = "zexmouth_infirmary"
"""An old system: names in capitals, without diacritics"""


def message_id(laboratory: str, day: date) -> str:
    return f"{laboratory}-{day.isoformat()}"


def day_files(town: Town) -> Iterator[tuple[str, date, bytes]]:
    """Laboratory's code, day of sending, file; in order of day, then laboratory."""
    sent: dict[tuple[date, str], list[Row]] = defaultdict(list)
    for sent_at, laboratory, row in rows(town):
        sent[sent_at.date(), laboratory].append(row)
    for (day, laboratory), batch in sorted(sent.items(), key=lambda item: item[0]):
        yield laboratory, day, _as_csv(batch)


def rows(town: Town) -> Iterator[tuple[datetime, str, Row]]:
    """Every row as sent, with the moment and the laboratory; a fault may send a report twice."""
    writer = _Writer(town)
    for report in town.reports:
        row = writer.row(report)
        again_at = report.reported_at + timedelta(days=1)
        # What would be sent again after the town's last day is not sent again yet.
        if report.fault == "duplicate":
            yield report.reported_at, report.laboratory, row
            if again_at.date() < town.until:
                yield again_at, report.laboratory, row
        elif report.fault == "corrected":
            yield report.reported_at, report.laboratory, before_correction(writer.streams, row)
            if again_at.date() < town.until:
                later = row | {"reported_at": again_at.strftime(MOMENT)}
                yield again_at, report.laboratory, later
        else:
            spoilt = spoil(writer.streams, row, report.fault)
            yield report.reported_at, report.laboratory, spoilt


class _Writer:
    def __init__(self, town: Town) -> None:
        self.streams = Streams(town.seed)
        self._town = town
        self._home_of = {
            m.person_id: m.household_id for m in town.members if m.kind == "home" and not m.to_on
        }

    def row(self, report: Report) -> Row:
        person = self._town.person[report.person_id]
        address = self._address(report, person)
        setting = self._town.setting.get(report.setting_id) if report.setting_id else None
        gives_phone = not self.streams.chance(0.05, "phone left out", report.report_id)
        gives_language = self.streams.chance(0.7, "language asked", report.report_id)
        values = {
            "report_id": report.report_id,
            "reported_at": report.reported_at.strftime(MOMENT),
            "taken_at": report.taken_at.strftime(MOMENT),
            "disease": DISEASE,
            "result": report.result,
            "test_kind": report.test_kind,
            "route": report.route,
            "pillar": report.pillar,
            "nhs_number": person.nhs_number or "",
            "given_name": self._name(report, person.given_name),
            "family_name": self._name(report, person.family_name),
            "birth_date": person.birth_on.isoformat(),
            "sex": person.sex,
            "address_line_1": address.line_1,
            "address_line_2": address.line_2,
            "town": address.town,
            "postcode": address.postcode,
            "phone": (person.phone or "") if gives_phone else "",
            "email": person.email or "",
            "language": person.language if gives_language else "",
            "onset_on": report.onset_on.isoformat() if report.onset_on else "",
            "symptomatic": "yes" if report.symptomatic else "no",
            "setting": setting.name if setting else "",
            "setting_kind": setting.kind if setting else "",
            "purpose": report.purpose,
        }
        return {column: values[column] for column in COLUMNS}

    def _address(self, report: Report, person: Person) -> Address:
        """Students often leave the address of their family's home, where their doctor has them."""
        is_away = person.role == "student" and self.streams.chance(
            0.35, "address of the family", report.report_id
        )
        held = self._home_of[person.id] if is_away else person.household_id
        return self._town.household[held].address

    def _name(self, report: Report, name: str) -> str:
        return names.in_ascii(name).upper() if report.laboratory == _IN_CAPITALS else name


def _as_csv(batch: list[Row]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, COLUMNS)
    writer.writeheader()
    writer.writerows(batch)
    return text.getvalue().encode()
