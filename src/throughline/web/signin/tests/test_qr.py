"""The picture of the key."""

import re

from throughline.web.signin.qr import qr_of


def test_every_dark_module_is_inside_the_quiet_border() -> None:
    drawn = qr_of("otpauth://totp/handler1?secret=JBSWY3DPEHPK3PXP&issuer=Throughline")
    squares = [(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", drawn.path)]
    assert squares
    assert all(4 <= x < drawn.side - 4 and 4 <= y < drawn.side - 4 for x, y in squares)


def test_two_keys_give_two_pictures() -> None:
    assert qr_of("otpauth://totp/a?secret=AAAA").path != qr_of("otpauth://totp/a?secret=BBBB").path
