"""A protocol as plain sentences, for the page on which anyone can read what is in force."""

from throughline.definitions.forms.protocol import ComplexRule, ContactRule, Protocol

# Codes that do not read as words by themselves.
SETTINGS = {
    "cni": "critical infrastructure site",
    "emergency_services": "emergency service",
    "health_care": "health care service",
    "secure": "other secure place",
    "social_care": "social care service",
}


def describe(protocol: Protocol) -> list[tuple[str, str]]:
    """Pairs of what is ruled and the rule, in the order in which a reader would ask."""
    day_zero = protocol.disease.day_zero
    return [
        ("Disease", f"{protocol.disease.title}. Day 0 is the day of the {day_zero}."),
        ("Day 0 without it", "The day of the test, or, if that is unknown too, of the report."),
        ("Which results open a case", _accept(protocol)),
        ("One illness or two", _episode(protocol)),
        ("Infectious days", _infectious(protocol)),
        *((f"Contact: {rule.kind}", _contact(rule)) for rule in protocol.contact),
        ("A case isolates", _case(protocol)),
        ("A contact", _contact_isolation(protocol)),
        ("Asked how they are", _follow_up(protocol)),
        *_complex(protocol),
        *((f"Tier {tier.number}", _tier(tier.title, tier.takes)) for tier in protocol.tier),
        ("Calls are useful", _useful(protocol)),
        ("Handover to the local team", _handover(protocol)),
    ]


def _accept(protocol: Protocol) -> str:
    accept = protocol.accept
    kinds = f"Positive results of these kinds: {_listed(accept.test_kinds)}."
    age = (
        f"Not if the specimen is older than {_count(accept.oldest_days, 'day')}."
        if accept.oldest_days
        else "However late it arrives."
    )
    return f"{kinds} {age} {_source(accept.source)}"


def _episode(protocol: Protocol) -> str:
    days = _count(protocol.episode.gap_days, "day")
    return (
        f"A positive within {days} of another belongs to the same illness, in whatever order they "
        f"arrive; a longer gap is a new illness. {_source(protocol.episode.source)}"
    )


def _infectious(protocol: Protocol) -> str:
    rule = protocol.infectious
    end = (
        "until a clinician says that the person has recovered"
        if rule.to_day is None
        else f"to {_beside(rule.to_day)}, both included"
    )
    return f"From {_beside(rule.from_day)} {end}. {_source(rule.source)}"


def _contact(rule: ContactRule) -> str:
    parts = [f"{rule.meaning}."]
    if rule.within_metres is not None:
        parts.append(f"Within {rule.within_metres:g} m.")
    if rule.at_least_minutes is not None:
        parts.append(f"For {_count(rule.at_least_minutes, 'minute')} or longer, {_how(rule)}.")
    if rule.more_than_minutes is not None:
        parts.append(f"For more than {_count(rule.more_than_minutes, 'minute')}, {_how(rule)}.")
    if rule.count_from == "case_day_zero":
        parts.append("While they still live together, days count from the case's day 0.")
    return " ".join([*parts, _source(rule.source)])


def _case(protocol: Protocol) -> str:
    days = protocol.isolation.case_days
    if days is None:
        length = "Until a clinician ends it; no date is told."
    else:
        length = f"Until the end of day {days} after day 0."
    return f"{length} {_source(protocol.isolation.source)}"


def _contact_isolation(protocol: Protocol) -> str:
    isolation = protocol.isolation
    does = "Isolates" if isolation.contact_advice == "isolate" else "Watches for symptoms"
    return (
        f"{does} until the end of day {isolation.contact_days} after the last exposure, "
        f"and is released the day after. {_source(isolation.source)}"
    )


def _follow_up(protocol: Protocol) -> str:
    rule = protocol.follow_up
    return f"{_asked(rule.days)} {_source(rule.source)}"


def _asked(days: tuple[int, ...]) -> str:
    if not days:
        return "Never."
    if len(days) > 2 and days == tuple(range(days[0], days[-1] + 1)):
        return f"Every day from day {days[0]} to day {days[-1]} after the last exposure."
    return f"On these days after the last exposure: {', '.join(map(str, days))}."


def _complex(protocol: Protocol) -> list[tuple[str, str]]:
    if not protocol.complex:
        return [("Complex settings", "None: every case goes to the national callers.")]
    return [
        (
            f"Complex setting: {rule.name.replace('_', ' ')}",
            f"{_enough(rule)} in the same {_listed([_setting(code) for code in rule.settings])}: "
            f"to the health protection team. {_source(rule.source)}",
        )
        for rule in protocol.complex
    ]


def _enough(rule: ComplexRule) -> str:
    if rule.at_least_cases == 1:
        return "A single case"
    return (
        f"{rule.at_least_cases} cases or more in {_count(rule.within_days, 'day')} (fewer are "
        "counted as held back)"
    )


def _setting(code: str) -> str:
    return SETTINGS.get(code, code.replace("_", " "))


def _tier(title: str, takes: tuple[str, ...]) -> str:
    return f"{title}: {' and '.join(f'{subject}s' for subject in takes)}."


def _useful(protocol: Protocol) -> str:
    calling = protocol.calling
    return (
        f"For {_count(calling.useful_hours_case, 'hour')} for a case and "
        f"{_count(calling.useful_hours_contact, 'hour')} for a contact, and no longer than the "
        f"isolation itself. {_source(calling.source)}"
    )


def _handover(protocol: Protocol) -> str:
    hours = protocol.calling.handover_hours
    if hours == 0:
        return "At once: the local team has each case from the start."
    return f"After {_count(hours, 'hour')} without success, unless the area has its own clock."


def _how(rule: ContactRule) -> str:
    return "at one time" if rule.minutes_counted == "at_once" else "added up over one day"


def _beside(days: int) -> str:
    if days == 0:
        return "day 0"
    return f"{_count(abs(days), 'day')} {'before' if days < 0 else 'after'} day 0"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _listed(words: tuple[str, ...] | list[str]) -> str:
    plain = [word.replace("_", " ") for word in words]
    if len(plain) == 1:
        return plain[0]
    return f"{', '.join(plain[:-1])} or {plain[-1]}"


def _source(source: str) -> str:
    return f"Source: {source.rstrip('.')}."
