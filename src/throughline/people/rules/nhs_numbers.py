"""The NHS number: ten digits, the last of which checks the others."""

from __future__ import annotations


def nhs_number_key(raw: str) -> str | None:
    """The ten digits, or None when the check digit does not fit them."""
    digits = raw.replace(" ", "").replace("-", "")
    if len(digits) != 10 or not digits.isascii() or not digits.isdecimal():
        return None
    if digits == digits[0] * 10:
        # 0000000000 and 1111111111 fit their check digit and are what people type to get past it.
        return None
    total = sum((10 - place) * int(digit) for place, digit in enumerate(digits[:9]))
    check = -total % 11
    return digits if check == int(digits[9]) else None
