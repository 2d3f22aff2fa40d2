from datetime import date

import pytest

from throughline.rehearsal.town import Town, build

UNTIL = date(2026, 11, 22)


@pytest.fixture(scope="session")
def town() -> Town:
    return build(persons=6_000, until=UNTIL)
