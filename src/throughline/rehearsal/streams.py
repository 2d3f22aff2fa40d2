"""Random draws by name: a draw depends on the seed, the stream and its key, never on the draws before it.

So adding a person adds that person's draws and leaves everyone else's as they were.
"""

from collections.abc import Sequence
from hashlib import blake2b
from itertools import accumulate
from typing import TypeVar

T = TypeVar("T")
_WHOLE = 1 << 64


class Streams:
    """All the streams of one seed: `streams.uniform("onset", person_id)`."""

    def __init__(self, seed: int) -> None:
        self._start = blake2b(str(seed).encode(), digest_size=8)

    def _number(self, stream: str, key: tuple[object, ...]) -> int:
        digest = self._start.copy()
        digest.update("\x1f".join((stream, *map(str, key))).encode())
        return int.from_bytes(digest.digest(), "big")

    def uniform(self, stream: str, *key: object) -> float:
        return self._number(stream, key) / _WHOLE

    def chance(self, share: float, stream: str, *key: object) -> bool:
        return self._number(stream, key) < share * _WHOLE

    def below(self, limit: int, stream: str, *key: object) -> int:
        return self._number(stream, key) * limit >> 64

    def between(self, first: int, last: int, stream: str, *key: object) -> int:
        """A whole number from first to last, both possible."""
        return first + self.below(last - first + 1, stream, *key)

    def pick(self, choices: Sequence[T], stream: str, *key: object) -> T:
        return choices[self.below(len(choices), stream, *key)]

    def weighted(self, choices: Sequence[tuple[T, float]], stream: str, *key: object) -> T:
        sums = list(accumulate(weight for _, weight in choices))
        at = self.uniform(stream, *key) * sums[-1]
        return next(
            (choice for (choice, _), upto in zip(choices, sums, strict=True) if at < upto),
            choices[-1][0],
        )
