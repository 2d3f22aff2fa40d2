"""NHS numbers of the test range 999, with their check digit: never issued to anybody."""

_PREFIXES = 100_000
_STRIDE = 37_501  # coprime to 100,000, so that neighbours do not get neighbouring numbers
CAPACITY = 9 * _PREFIXES
_SUM_OF_999 = 9 * (10 + 9 + 8)


def check_digit(first_nine: str) -> int | None:
    """Modulus 11; None where the sum asks for a tenth digit of 10, which is never issued."""
    total = sum(int(digit) * (10 - at) for at, digit in enumerate(first_nine))
    check = (11 - total % 11) % 11
    return None if check == 10 else check


def nhs_number(index: int) -> str:
    """The index-th number, different for each index below CAPACITY, and again from the start after it.

    Of ten endings of one prefix at most one has no check digit, so nine of them can be counted on.
    """
    if index < 0:
        raise ValueError(f"The NHS number's index is {index}; it must be 0 or more.")
    prefix = (index // 9 * _STRIDE + 271) % _PREFIXES
    weighted = _SUM_OF_999 + _weighted(prefix)
    # The ending stands at weight 2; the one that leaves a remainder of 1 has no check digit.
    without = (1 - weighted) * 6 % 11
    ending = index % 9
    if ending >= without:
        ending += 1
    return f"999{prefix:05d}{ending}{-(weighted + 2 * ending) % 11}"


def _weighted(prefix: int) -> int:
    """Digits four to eight, at weights 7 to 3."""
    total = prefix % 10 * 3
    for weight in (4, 5, 6, 7):
        prefix //= 10
        total += prefix % 10 * weight
    return total
