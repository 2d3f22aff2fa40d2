"""Ofcom's telephone numbers for drama: never assigned, so no rehearsal can ring anybody.

Each range has 1,000 numbers, and 19 ranges are used (the premium rate one is not). A town of 20,000 has
more telephones than that, so here a household shares one line, a second adult may have another, one
person in twenty has a mobile, and many have none. Above 8,000 households the numbers come round
again and strangers share them, as wrong and recycled numbers do in life.
"""

_GEOGRAPHIC = (
    "01134960",
    "01144960",
    "01154960",
    "01164960",
    "01174960",
    "01184960",
    "01214960",
    "01314960",
    "01414960",
    "01514960",
    "01614960",
    "02079460",
    "01914980",
    "02896496",
    "02920180",
    "01632960",
)
_MOBILE = "07700900"
_UK_WIDE = "03069990"
_FREEPHONE = "08081570"
RANGES = (*_GEOGRAPHIC, _MOBILE, _UK_WIDE, _FREEPHONE)
_LANDLINES = len(_GEOGRAPHIC) * 1000
_LANDLINE_STRIDE = 6_337  # coprime to 16,000
_MOBILE_STRIDE = 617  # coprime to 1,000


def landline(index: int) -> str:
    slot = index * _LANDLINE_STRIDE % _LANDLINES
    return f"{_GEOGRAPHIC[slot // 1000]}{slot % 1000:03d}"


def mobile(index: int) -> str:
    return f"{_MOBILE}{index * _MOBILE_STRIDE % 1000:03d}"


def organisation_line(index: int) -> str:
    """For settings and councils: the UK-wide range."""
    return f"{_UK_WIDE}{index % 1000:03d}"


def is_drama_number(phone: str) -> bool:
    return any(phone.startswith(r) and len(phone) == len(r) + 3 for r in RANGES) and phone.isdigit()
