"""The words in which codes are shown on pages: nobody reads `ur`, `data_fix` or `school_work_university`."""

from __future__ import annotations

from functools import cache

from babel import Locale

KINDS = {
    "case": "Cases",
    "contact": "Contacts",
    "retraction": "Results taken back",
    "data_fix": "Numbers to find",
    "interpreter": "With an interpreter",
    "expert": "Experts",
}
SKILLS = {
    "general": "any conversation",
    "interview": "interviews",
    "interpreter": "with an interpreter",
    "data_fix": "numbers to find",
    "expert": "expert questions",
}
# The rules of protocols that send a case to health protection.
RULES = {
    "school_work_university": "School, workplace or university",
    "locked_or_sheltered": "Locked or sheltered place",
}
TESTS = {"pcr": "PCR", "lfd": "Lateral flow"}
REASONS = {"phone": "telephone", "nhs_number": "NHS number", "email": "email address"}


@cache
def language(code: str) -> str:
    """Polish, for pl; the code itself where there is no name for it."""
    return str(Locale("en").languages.get(code.replace("-", "_"), code))


def title(code: str) -> str:
    """Care home, for care_home."""
    said = code.replace("_", " ").replace("-", " ")
    return said[:1].upper() + said[1:]


def rule(code: str) -> str:
    """School, workplace or university, for school_work_university."""
    return RULES.get(code) or title(code)


def skill(code: str) -> str:
    """Numbers to find, for data_fix, within a sentence."""
    return SKILLS.get(code) or code.replace("_", " ")


def test_kind(code: str) -> str:
    """PCR, for pcr."""
    return TESTS.get(code) or title(code)


def area(code: str) -> str:
    """ZX9, for zx9: an area is called by the outer half of its postcodes."""
    return code.upper()


def reason(code: str) -> str:
    """Birth date, for birth_date, within a sentence."""
    return REASONS.get(code) or code.replace("_", " ")
