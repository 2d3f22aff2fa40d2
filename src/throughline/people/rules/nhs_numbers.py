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
    a, b, c, d, e, f, g, h, i, check = digits.encode()
    # The check digit has weight 1. Each letter stands 48 above its digit: 55 times 48 is 0 modulo 11.
    total = 10 * a + 9 * b + 8 * c + 7 * d + 6 * e + 5 * f + 4 * g + 3 * h + 2 * i + check
    return digits if total % 11 == 0 else None
