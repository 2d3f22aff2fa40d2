"""A file's rows as its laboratory writes them: the standard layout, packed or not, or a batch of HL7 messages."""

import csv
import gzip
import io
from collections.abc import Iterable, Iterator

from throughline.rehearsal.bulk import Values
from throughline.rehearsal.layout import COLUMNS
from throughline.rehearsal.replay.week import File, Row

MAPPINGS = {"csv": "standard", "gzip": "standard", "hl7": "hl7-oru"}
"""The service's mapping by which each form is read."""

_TEST = "94500-6^SARS-CoV-2 RNA^LN"
_FOUND = {"positive": "260373001^Detected^SCT", "negative": "260415000^Not detected^SCT"}
_ESCAPES = str.maketrans({"|": "\\F\\", "^": "\\S\\", "&": "\\T\\", "~": "\\R\\", "\\": "\\E\\"})


def as_bytes(file: File, rows: Iterable[Row]) -> bytes:
    if file.sender.form == "hl7":
        return _hl7(file, rows)
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    # What is cut off lacks its last column.
    writer.writerows(row.values[:-1] if row.cut else row.values for row in rows)
    data = text.getvalue().encode()
    return gzip.compress(data, 1, mtime=0) if file.sender.form == "gzip" else data


def _hl7(file: File, rows: Iterable[Row]) -> bytes:
    segments = [f"BHS|^~\\&|LIS|{file.sender.code}"]
    number = 0
    for number, row in enumerate(rows, start=1):
        segments += _message(row, f"{file.name}-{number}", file.sender.code)
    segments.append(f"BTS|{number}\r")
    return "\r".join(segments).encode()


def _message(row: Row, control_id: str, code: str) -> Iterator[str]:
    said = _by_column(row.values)
    reported, taken = _moment(said["reported_at"]), _moment(said["taken_at"])
    yield (f"MSH|^~\\&|LIS|{code}|||{reported}||ORU^R01|{control_id}|P|2.5.1||||||UNICODE UTF-8")
    home = "^".join(
        (said["address_line_1"], said["address_line_2"], said["town"], "", said["postcode"])
    )
    yield (
        f"PID|1||{said['nhs_number']}^^^NHS^NH||{said['family_name']}^{said['given_name']}||"
        f"{said['birth_date'].replace('-', '')}|{said['sex'][:1].upper()}|||{home}||"
        f"{said['phone']}^PRN^PH"
    )
    if row.cut:
        return
    yield f"OBR|1||{said['report_id']}|{_TEST}|||{taken}{'|' * 15}{reported}"
    found = _FOUND.get(said["result"], said["result"])
    status = "C" if row.kind == "corrected" and row.version else "F"
    yield f"OBX|1|CWE|{_TEST}||{found}||||||{status}|||{taken}"
    if said["onset_on"]:
        yield f"OBX|2|DT|65222-2^Onset^LN||{said['onset_on'].replace('-', '')}||||||F"


def _by_column(values: Values) -> dict[str, str]:
    return {
        column: value.translate(_ESCAPES) for column, value in zip(COLUMNS, values, strict=True)
    }


def _moment(written: str) -> str:
    """`2020-09-25T14:03:00Z` as HL7 writes it."""
    return f"{written[:4]}{written[5:7]}{written[8:10]}{written[11:13]}{written[14:16]}+0000"
