"""The words and marks in which codes are shown on the console."""

from __future__ import annotations

from functools import cache

from throughline.web.words import KINDS, language

# What an agent is doing: its title, and the mark that the state bar gives it.
STATES = {
    "available": ("Ready", "ready"),
    "reserved": ("Reading", "wrap"),
    "preview": ("Reading", "wrap"),
    "dialling": ("Dialling", "talking"),
    "on_call": ("On call", "talking"),
    "on_hold": ("On hold", "talking"),
    "wrap_up": ("Wrap-up", "wrap"),
    "break": ("Break", "break"),
    "training": ("Training", "break"),
    "meeting": ("Meeting", "break"),
    "system_down": ("Service down", "off"),
    "raised_hand": ("Hand raised", "wrap"),
    "signed_off": ("Signed off", "off"),
}
BREAKS = (
    ("short", "Short break"),
    ("meal", "Meal break"),
    ("personal", "Personal time"),
    ("after_call", "A moment after a hard call"),
)
# (title, mark) of a person of the household in this conversation.
SUBJECT_STATES = {
    "waiting": ("to do", "plain"),
    "begun": ("begun", "info"),
    "told": ("done", "good"),
}
EXPOSURES = (
    ("", "Not known"),
    ("household", "At home"),
    ("direct", "Face to face"),
    ("proximity", "Near, 15 minutes"),
    ("travel", "Same car or seat"),
    ("other", "Another way"),
)
INFORMERS = (
    ("handler", "We do"),
    ("case", "They do"),
    ("told_now", "Told now"),
    ("guardian", "Parent, told now"),
)
TOLD_WAYS = (
    ("handler", "We ring them"),
    ("told_now", "Told now"),
    ("case", "Through this person"),
    ("guardian", "Parent, told now"),
)
PLACE_KINDS = (
    ("", "Choose"),
    ("workplace", "Workplace"),
    ("school", "School, nursery, college"),
    ("care_home", "Care home"),
    ("health_care", "Hospital, surgery"),
    ("prison", "Prison, detention"),
    ("hostel", "Hostel, refuge"),
    ("hospitality", "Pub, café, restaurant"),
    ("shop", "Shop"),
    ("travel", "Bus, train, car"),
    ("worship", "Worship"),
    ("leisure", "Sport, leisure"),
    ("event", "Event, gathering"),
    ("home", "Somebody's home"),
    ("other", "Other"),
)
PLACE_ROLES = (
    ("visitor", "Visitor"),
    ("worker", "Worker"),
    ("pupil", "Pupil, student"),
    ("resident", "Resident, patient"),
)
# What can be compared: label and how to write it.
IDENTIFIERS = {
    "birth_date": ("Date of birth", "Such as 3 10 1985"),
    "age": ("Age", "In years"),
    "postcode": ("Postcode at home", "Such as AB1 2CD"),
    "full_name": ("Full name", "First and last"),
}
LANGUAGES = (
    "ar", "bn", "zh", "cs", "en", "fa", "fr", "el", "gu", "hu", "it", "ku", "lv", "lt", "pl", "pt",
    "pa", "ro", "ru", "sk", "so", "es", "sw", "ta", "te", "ti", "tr", "uk", "ur", "vi", "cy", "yo",
)  # fmt: skip


@cache
def languages() -> tuple[tuple[str, str], ...]:
    """The languages to choose from, in the order of their names; nothing is chosen at first."""
    named = sorted(((code, language(code)) for code in LANGUAGES), key=lambda one: one[1])
    return (("", "Choose"), *named)


def queue(kind: str, spoken: str) -> str:
    """Contacts, Polish"""
    return f"{KINDS.get(kind, kind)}, {language(spoken)}"
