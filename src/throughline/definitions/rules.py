"""Which version governs, and whether a version may still be taken in."""

from collections.abc import Iterable
from datetime import date
from typing import Literal, Protocol, TypeVar

from throughline.definitions.errors import ChangedUnderVersionError, NothingInForceError


class Version(Protocol):
    """What a rule must know of a version, loaded from a file or stored."""

    @property
    def kind(self) -> str: ...
    @property
    def id(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def valid_from(self) -> date: ...
    @property
    def applies_to(self) -> Literal["new", "open"] | str: ...
    @property
    def sha256(self) -> str: ...


V = TypeVar("V", bound=Version)


def is_new(candidate: V, known: Iterable[Version]) -> bool:
    """Whether this version must be stored: False for one already known, refused if it changed."""
    for one in known:
        if (one.kind, one.id, one.version) != (candidate.kind, candidate.id, candidate.version):
            continue
        same = one.sha256 == candidate.sha256
        if same and (one.valid_from, one.applies_to) == (
            candidate.valid_from,
            candidate.applies_to,
        ):
            return False
        raise ChangedUnderVersionError(
            f"{candidate.kind} {candidate.id} version {candidate.version} is already in use with "
            f"{'other dates' if same else 'other content'}; a version never changes, so give the "
            f"change version {candidate.version + 1}."
        )
    return True


def governing(versions: Iterable[V], *, opened: date, on: date) -> V:
    """The version that judges on day `on` what was opened on day `opened`.

    A version for new things governs what is opened from its day; one for open things governs
    everything from its day, whenever it was opened.
    """
    eligible = [
        one for one in versions if one.valid_from <= (on if one.applies_to == "open" else opened)
    ]
    if not eligible:
        raise NothingInForceError(
            f"No version covers something opened on {opened.isoformat()}; "
            "add one that is valid from that day or earlier."
        )
    return max(eligible, key=lambda one: (one.valid_from, one.version))
