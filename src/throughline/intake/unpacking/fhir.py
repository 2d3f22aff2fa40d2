"""FHIR R4 made into rows: a laboratory Observation is a row, and its columns are the paths that the mapping names."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from threading import local

from throughline.core.once import once_each
from throughline.definitions.forms.mapping import Mapping
from throughline.intake.parsing import FileRefused
from throughline.intake.parsing.fhir.bundles import Parcel
from throughline.intake.parsing.fhir.document import check_size, read
from throughline.intake.parsing.fhir.issues import Code, Issue, Refused
from throughline.intake.parsing.fhir.paths import BadPath, Read, as_fhirpath, question_of, reader
from throughline.intake.parsing.fhir.results import Result, results
from throughline.intake.parsing.writing import UNREADABLE
from throughline.intake.rules.compiled import RowReader, reader_of_many
from throughline.intake.rules.record import Fault

_CODES: dict[str, Code] = {
    "unknown_code": "code-invalid", "missing": "required", "nobody": "required", "out_of_order": "invariant",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Judged:
    """A message as it will be read: each row's entry, and what will be wrong with it there."""

    parcel: Parcel
    rows: tuple[tuple[int | None, tuple[Issue, ...]], ...]

    @property
    def issues(self) -> tuple[Issue, ...]:
        """Everything wrong with any row."""
        return tuple(issue for _, issues in self.rows for issue in issues)


def recognises(head: bytes) -> bool:
    """Say whether bytes that begin so may be JSON."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip().startswith(b"{")


def flat(chunks: Iterable[bytes], form: Mapping) -> Iterator[list[str]]:
    """Yield the header, then a row for each result. Raises FileRefused for what cannot be taken at all.

    A Bundle's resources point at one another, so it is held whole; how large it may be is limited for that.
    """
    try:
        paths, parcel, rows = _rows(_whole(chunks), form)
    except Refused as refused:
        raise FileRefused(" ".join(issue.sentence for issue in refused.issues[:3])) from None
    faults = [issue for result, _ in rows for issue in result.issues]
    if faults and parcel.is_whole:
        raise FileRefused(
            f"A Bundle of type {parcel.type} is taken whole or not at all, and {len(faults)} things are "
            f"wrong with this one. {faults[0].sentence}"
        )
    yield [*paths, UNREADABLE]
    for result, row in rows:
        yield [*row, _sentence(result.issues)]


def judged(
    data: bytes, form: Mapping, *, received_at: datetime, allow_drama_numbers: bool
) -> Judged:
    """Read a message as the worker will, and say what is wrong with each row. Raises Refused."""
    paths, parcel, rows = _rows(data, form)
    read_row = _reader(form, paths, received_at, allow_drama=allow_drama_numbers)
    found = []
    for result, row in rows:
        issues = result.issues
        if not issues and isinstance(said := read_row(row), Fault):
            issues = tuple(_issue(fault, result) for fault in (said, *said.more))
        found.append((result.entry, issues))
    return Judged(parcel=parcel, rows=tuple(found))


class _Readers(local):
    """What reads rows of one mapping, by whether numbers that ring nowhere are taken; a thread has its own."""

    def __init__(self) -> None:
        self.made: dict[bool, Callable[[datetime], RowReader]] = {}


@once_each
def _readers(_form: Mapping) -> _Readers:
    return _Readers()


def _reader(
    form: Mapping, paths: tuple[str, ...], received_at: datetime, *, allow_drama: bool
) -> RowReader:
    """What reads a message's rows: to make it takes longer than to read a message."""
    made = _readers(form).made
    if allow_drama not in made:
        made[allow_drama] = reader_of_many(
            form, paths, received_at=received_at, allow_drama_numbers=allow_drama
        )
    return made[allow_drama](received_at)


@once_each
def _asked(form: Mapping) -> tuple[tuple[str, ...], list[Read], set[str]]:
    """The paths that a mapping names, what reads each, and the questions whose answers are among them."""
    paths = tuple(form.columns)
    questions = {code for path in paths if (code := question_of(path))}
    return paths, [reader(path) for path in paths], questions


def _rows(
    data: bytes, form: Mapping
) -> tuple[tuple[str, ...], Parcel, list[tuple[Result, list[str]]]]:
    try:
        paths, readers, questions = _asked(form)
    except BadPath as problem:
        raise FileRefused(f"The mapping cannot be used: {problem}") from None
    parcel, found = results(read(data), questions=questions)
    rows = [
        (
            result,
            [""] * len(paths) if result.issues else [read_path(result) for read_path in readers],
        )
        for result in found
    ]
    return paths, parcel, rows


def _whole(chunks: Iterable[bytes]) -> bytes:
    """All bytes, which are few enough; no more is taken into memory than is allowed."""
    held = bytearray()
    for chunk in chunks:
        held += chunk
        check_size(len(held))
    return bytes(held).removeprefix(b"\xef\xbb\xbf")


def _sentence(issues: tuple[Issue, ...]) -> str:
    return " ".join(issue.sentence for issue in issues[:3])


def _issue(fault: Fault, result: Result) -> Issue:
    path = fault.column.split(" or ", 1)[0]
    expression = as_fhirpath(path) if path[:1].isupper() else result.place
    root = "Observation."
    if expression.startswith(root):
        expression = f"{result.place}.{expression.removeprefix(root)}"
    return Issue(
        code=_CODES.get(fault.reason, "value"), expression=expression, sentence=fault.sentence
    )
