"""Random draws by the million: each stream has a name, and its n-th draw depends on seed, names and n alone.

So a longer array begins like a shorter one, and a stream more leaves all others as they were.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Any

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Codes = NDArray[np.int8]
Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)


@dataclass(frozen=True, slots=True)
class Draws:
    """All the streams below one name."""

    seed: int
    path: tuple[str, ...] = ()

    def of(self, *names: str) -> Draws:
        """Return the streams below these names."""
        return Draws(self.seed, (*self.path, *names))

    def _bits(self, stream: str, n: int) -> NDArray[np.uint64]:
        named = "\x1f".join((str(self.seed), *self.path, stream))
        start = int.from_bytes(blake2b(named.encode(), digest_size=8).digest(), "big")
        # SplitMix64: a counter, then its finishing steps; arithmetic wraps at 64 bits as it should.
        mixed = np.arange(1, n + 1, dtype=np.uint64)
        mixed *= _GOLDEN
        mixed += np.uint64(start)
        mixed ^= mixed >> np.uint64(30)
        mixed *= _FIRST
        mixed ^= mixed >> np.uint64(27)
        mixed *= _SECOND
        mixed ^= mixed >> np.uint64(31)
        return mixed

    def uniform(self, stream: str, n: int) -> Floats:
        """Return n numbers from 0 to below 1."""
        return (self._bits(stream, n) >> np.uint64(11)).astype(np.float64) * 2.0**-53

    def below(self, stream: str, n: int, limit: int | Ints) -> Ints:
        """Return n whole numbers from 0 to below their limit."""
        return (self.uniform(stream, n) * limit).astype(np.int64)

    def between(self, stream: str, first: Ints, last: Ints) -> Ints:
        """Return a whole number from `first` to `last` for each pair, both possible."""
        return first + self.below(stream, len(first), last - first + 1)

    def chance(self, stream: str, n: int, share: float | Floats) -> Flags:
        """Return which of n happen."""
        return self.uniform(stream, n) < share

    def pick(self, stream: str, n: int, weights: Sequence[float]) -> Codes:
        """Return n places in the list of weights."""
        sums = np.cumsum(np.asarray(weights, dtype=np.float64))
        drawn = np.searchsorted(sums / sums[-1], self.uniform(stream, n), side="right")
        return np.minimum(drawn, len(weights) - 1).astype(np.int8)

    def shuffled(self, stream: str, values: NDArray[Any]) -> NDArray[Any]:
        """Return the values in an order drawn."""
        return values[np.argsort(self._bits(stream, len(values)), kind="stable")]
