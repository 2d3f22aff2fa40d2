"""The event tables: what happened, one tidy row each. The contract is in docs/reference/events.md."""

from __future__ import annotations

from throughline.measures.columns import Column, Kind, Table

MANAGED_BY = ("health_protection", "national", "local")
REACHED_HOW = ("self", "guardian", "household_member", "institution", "web")
OUTCOMES = ("reached", "not_reached", "no_details", "open")
SUBJECTS = ("case", "contact")


def _column(declared: str, table: str) -> Column:
    """Read `name kind[!] [code|code…]`; `!` marks a column that is never null."""
    name, kind, *codes = declared.split()
    return Column(
        name=name,
        kind=Kind(kind.rstrip("!")),
        never_null=kind.endswith("!"),
        codes=tuple(codes[0].split("|")) if codes else (),
        at_most=1.0 if (table, name) == ("agent_states", "billable") else None,
    )


def _table(name: str, row: str, *declared: str, key: tuple[str, ...] = ()) -> Table:
    # A merged row stays, and every row says when it was first known to the service.
    columns = tuple(
        _column(one, name) for one in (*declared, "merged_into id", "recorded_at time!")
    )
    return Table(name=name, row=row, key=key or (columns[0].name,), columns=columns)


_MANAGED = "|".join(MANAGED_BY)
_HOW = "|".join(REACHED_HOW)
_OUTCOME = "|".join(OUTCOMES)
_SUBJECT = "|".join(SUBJECTS)

BATCHES = _table(
    "batches",
    "what a laboratory sent in one piece",
    "batch_id id!", "laboratory text", "sent_at time", "rows_sent count", "hash text",
    "received_at time", "rows_received count", "accepted count", "duplicates count",
    "quarantined count", "rejected count",
)  # fmt: skip

RESULTS = _table(
    "results",
    "one test",
    "result_id id!", "person_id id", "batch_id id", "disease code", "pillar text",
    "route code lab|regional_site|local_site|mobile_unit|satellite|home_kit",
    "test_kind code pcr|antigen|antibody|other",
    "purpose code symptomatic|contact|screening|study|other",
    "result code positive|negative|void",
    "booked_at time", "taken_at time", "lab_received_at time", "reported_at time",
    "communicated_at time", "received_at time", "laboratory text", "area text", "region text",
    "in_person bool", "distance_miles number", "first_tested bool", "first_positive bool",
    "case_id id", "no_case_reason code",
)  # fmt: skip

CASES = _table(
    "cases",
    "one episode transferred to tracing",
    "case_id id!", "person_id id", "household_id id", "result_id id", "disease code", "area text",
    "region text", "under_18 bool", f"managed_by_first code {_MANAGED}",
    f"managed_by code {_MANAGED}", "first_provider text", "provider text", "reached_by text",
    "rules text", "symptomatic bool", "onset_on date", "booked_at time", "taken_at time",
    "result_at time", "transferred_at time!", "details_given bool", "first_attempt_at time",
    "reached_at time", f"reached_how code {_HOW}", "closed_at time", f"outcome code! {_OUTCOME}",
    "contacts_named count",
)  # fmt: skip

CONTACTS = _table(
    "contacts",
    "one contact person of one case",
    "contact_id id!", "case_id id", "person_id id", "household_id id", "area text", "region text",
    "under_18 bool", f"managed_by_first code {_MANAGED}", f"managed_by code {_MANAGED}",
    "first_provider text", "provider text", "reached_by text", "rules text", "household bool",
    "exposure_kind code household|direct|proximity|travel|other", "setting text",
    "details_given bool", "identified_at time!", "case_transferred_at time", "exposed_on date",
    "first_attempt_at time", "reached_at time", f"reached_how code {_HOW}", "closed_at time",
    f"outcome code! {_OUTCOME}", "isolate_from date", "isolate_until date", "tested bool",
    "became_case_id id",
)  # fmt: skip

HOLDINGS = _table(
    "holdings",
    "one unbroken spell of one case or contact with one provider",
    "holding_id id!", f"subject code {_SUBJECT}", "subject_id id", "provider text",
    "subcontractor text", f"managed_by code {_MANAGED}", "queue text", "offered_at time",
    "accepted_at time", "due_at time", "ended_at time",
    "end code reached|not_reached|no_details|handed_over|returned|refused|reopened|merged|withdrawn",
    "next_provider text", "reason text",
)  # fmt: skip

ATTEMPTS = _table(
    "attempts",
    "one attempt to reach somebody",
    "attempt_id id!", f"subject code {_SUBJECT}", "subject_id id", "person_id id",
    "household_id id", "endpoint_id id", "provider text", "agent_id id",
    "channel code call|sms|email|letter|visit|web", "started_at time", "ended_at time",
    "outcome code no_answer|busy|wrong_number|refused|no_details|language|callback|deceased|"
    "escalated|partial|reached|error",
    "reached bool",
)  # fmt: skip

AGENT_STATES = _table(
    "agent_states",
    "one spell of one agent in one state",
    "agent_id id!", "from_at time!", "to_at time", "provider text", "subcontractor text",
    "team text", "state code handling|wrap|ready|break|training|meeting|technical|signed_off_paid",
    "code code", "billable number", "queue_waiting bool",
    key=("agent_id", "from_at"),
)  # fmt: skip

CALLS = _table(
    "calls",
    "one call coming in",
    "call_id id!", "contract text", "provider text", "line text", "queued_at time",
    "answered_at time", "ended_at time", "abandoned bool",
)  # fmt: skip

CHECKS = _table(
    "checks",
    "one quality review or inspection",
    "check_id id!", "contract text", "provider text", "kind code", "subject text",
    "subject_id id", "checker_org text", "sampled_by code random|targeted|complaint",
    "done_at time", "passed bool", "severity code",
)  # fmt: skip

REQUESTS = _table(
    "requests",
    "one service request, complaint or review of a decision",
    "request_id id!", "contract text", "provider text", "kind code", "category code",
    "severity code", "service_line text", "property_id id", "region text", "raised_at time",
    "clock_rule text", "due_at time", "responded_at time", "resolved_at time",
    "withdrawn_at time", "reopened_from id", "outcome code", "upheld bool",
)  # fmt: skip

EXCLUSIONS = _table(
    "exclusions",
    "one claim of relief",
    "relief_id id!", "kpi text", "table code", "row_id id", "from_at time", "to_at time",
    "claimed_by text", "claimed_at time", "evidence text", "decided_by text", "decided_at time",
    "decision code accepted|refused|open",
)  # fmt: skip

TABLES: dict[str, Table] = {
    table.name: table
    for table in (
        BATCHES, RESULTS, CASES, CONTACTS, HOLDINGS, ATTEMPTS, AGENT_STATES, CALLS, CHECKS,
        REQUESTS, EXCLUSIONS,
    )
}  # fmt: skip
"""Every event table by name, in the order in which a manifest lists them."""
