"""An invented town of two districts, its streets, and postcodes of an area (ZX) that does not exist."""

from throughline.rehearsal.model import Address, Organisation

TOWN = "Zexmouth"
AWAY_TOWN = "Farzexley"
AWAY_OUTWARD = "ZX9"
OUTWARD_CODES = tuple(f"ZX{n}" for n in range(1, 9))
LOCAL_TEAMS = (
    Organisation(
        code="upper_zexmouth", name="Upper Zexmouth Council", outward_codes=OUTWARD_CODES[:4]
    ),
    Organisation(
        code="nether_zexmouth", name="Nether Zexmouth Council", outward_codes=OUTWARD_CODES[4:]
    ),
)
SUPPLIERS = (
    Organisation(code="fernquill", name="Fernquill Calling", outward_codes=OUTWARD_CODES[0:2]),
    Organisation(
        code="oddlestone", name="Oddlestone Conversations", outward_codes=OUTWARD_CODES[2:4]
    ),
    Organisation(code="brambletick", name="Brambletick Lines", outward_codes=OUTWARD_CODES[4:6]),
    Organisation(code="marrowlight", name="Marrowlight Outreach", outward_codes=OUTWARD_CODES[6:8]),
)
LABORATORIES = (
    Organisation(code="glimmerwort", name="Glimmerwort Laboratory", outward_codes=OUTWARD_CODES),
    Organisation(code="tidewhistle", name="Tidewhistle Assays", outward_codes=OUTWARD_CODES),
    Organisation(
        code="zexmouth_infirmary",
        name="Zexmouth Infirmary Laboratory",
        outward_codes=OUTWARD_CODES,
    ),
)
HOUSEHOLDS_PER_BLOCK = 400
"""A block is a neighbourhood with its own school and workplaces, so that growth adds blocks at the end."""
_HOUSES_PER_STREET = 25
_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"  # Royal Mail uses no C, I, K, M, O, V in the second part
_STEMS_TEXT = (
    "Otterbell Quillam Thistledown Pebblecote Larkspindle Mossgate Candlewick Wrenhollow "
    "Saltbarrow Inkerley Duckenhithe Gorsebell Kettlebeck Lanternhay Moonrake Nettlecombe "
    "Oxplum Pennyfeather Rushlight Sorrelgate Tumbleweir Underhaw Velvetmoor Whistlecroft "
    "Yarrowby Applejack Bellowmere Cobbleham Dapplewood Elderfen Foxglimmer"
)
_STEMS = _STEMS_TEXT.split()
_KINDS_TEXT = "Street Road Lane Close Avenue Terrace Way Gardens Row Crescent Walk"
_KINDS = _KINDS_TEXT.split()


def outward_of_block(block: int) -> str:
    return OUTWARD_CODES[block % len(OUTWARD_CODES)]


def _postcode(outward: str, street: int) -> str:
    digit, rest = street % 10, street // 10
    first, second = rest // len(_LETTERS) % len(_LETTERS), rest % len(_LETTERS)
    return f"{outward} {digit}{_LETTERS[first]}{_LETTERS[second]}"


def _street(number: int) -> str:
    return f"{_STEMS[number % len(_STEMS)]} {_KINDS[number // len(_STEMS) % len(_KINDS)]}"


def home(household: int, flat: int | None = None) -> Address:
    """The address of the household with this number; neighbours share a street and a postcode."""
    street = household // _HOUSES_PER_STREET
    house = f"{household % _HOUSES_PER_STREET * 2 + 1 + street % 2} {_street(street)}"
    postcode = _postcode(outward_of_block(household // HOUSEHOLDS_PER_BLOCK), street)
    if flat is None:
        return Address(line_1=house, line_2="", town=TOWN, postcode=postcode)
    return Address(line_1=f"Flat {flat}", line_2=house, town=TOWN, postcode=postcode)


def home_elsewhere(person: int) -> Address:
    """Where a student's family lives, outside the town."""
    street = person % 4000
    return Address(
        line_1=f"{100 + person // 4000} {_street(street)}",
        line_2="",
        town=AWAY_TOWN,
        postcode=_postcode(AWAY_OUTWARD, street),
    )


def premises(name: str, block: int, index: int) -> Address:
    """A setting stands in its block, on a street above those of its homes."""
    street = 3000 + block * 40 + index
    return Address(
        line_1=name,
        line_2=f"{2 + index} {_street(street)}",
        town=TOWN,
        postcode=_postcode(outward_of_block(block), street),
    )


def stem(number: int) -> str:
    return _STEMS[number % len(_STEMS)]
