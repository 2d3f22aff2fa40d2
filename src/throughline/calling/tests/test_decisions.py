"""What follows an outcome, by its flags; and rank, leases, queues and the empty queue."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.calling.rules.decisions import (
    CallbackTimeMissingError,
    Decision,
    State,
    decide,
)
from throughline.calling.rules.empty import EmptyFacts, empty_queue_reason
from throughline.calling.rules.hours import in_service
from throughline.calling.rules.leases import (
    Held,
    Lease,
    Lost,
    extended,
    is_free,
    may_write,
    next_fence,
)
from throughline.calling.rules.queues import (
    Queue,
    QueueKeyError,
    Reach,
    from_key,
    may_take,
    queues_for,
)
from throughline.calling.rules.rank import Facts, rank
from throughline.definitions import load
from throughline.definitions.forms.calling import Calling
from throughline.definitions.forms.outcomes import Outcomes

TERMS: Calling = load.read(load.FILES / "calling" / "england-2020.toml").form
LIST: Outcomes = load.read(load.FILES / "outcomes" / "standard-1.toml").form
NOON = datetime(2020, 10, 21, 11, 0, tzinfo=UTC)  # 12:00 in London
ONCE = State(attempts=1, tried_hours=(12,), person=(NOON,), telephone=(NOON,))
ADA, BEN = UUID(int=1), UUID(int=2)
STATES = st.builds(
    State,
    attempts=st.integers(0, 12),
    tried_hours=st.lists(st.integers(8, 19), max_size=12).map(tuple),
    person=st.lists(st.integers(0, 3000), max_size=7).map(
        lambda ages: tuple(NOON - timedelta(minutes=age) for age in ages)
    ),
    other_numbers=st.integers(0, 2),
    proxy_number=st.booleans(),
    callback_at=st.integers(-50, 200).map(lambda hours: NOON + timedelta(hours=hours)),
    callback_by=st.sampled_from(["mine", "anyone"]),
    other_skill_tried=st.booleans(),
    with_local_team=st.booleans(),
)


def after(code: str, state: State = ONCE) -> Decision:
    return decide(LIST.named(code), state, TERMS, NOON)


@settings(deadline=None)  # decides for the whole list each time
@given(state=STATES, turn=st.integers(1, len(LIST.outcome) - 1))
def test_swapping_all_names_changes_no_decision(state, turn):
    others = LIST.outcome[turn:] + LIST.outcome[:turn]
    for one, other in zip(LIST.outcome, others, strict=True):
        names = {"code": other.code, "title": other.title, "meaning": other.meaning}
        renamed = one.model_copy(update=names)
        assert decide(renamed, state, TERMS, NOON) == decide(one, state, TERMS, NOON)


@given(state=STATES, outcome=st.sampled_from(LIST.outcome))
def test_every_outcome_in_every_state_leads_somewhere(state, outcome):
    decision = decide(outcome, state, TERMS, NOON)
    assert (decision.until is not None) == (decision.action == "rest")
    assert (decision.to is not None) == (decision.action == "move")
    if decision.until:
        assert decision.until >= NOON
        assert in_service(decision.until, TERMS)
    if outcome.final:
        assert decision.action in ("close", "hand_over")
    assert not (state.with_local_team and decision.action == "hand_over")


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("completed", {"action": "close"}),
        ("interpreter", {"action": "move", "to": "interpreter"}),
        ("vulnerable", {"action": "move", "to": "expert"}),
        ("complaint", {"action": "move", "to": "expert"}),
        ("declined", {"action": "move", "to": "other_skill"}),
        ("wrong_number", {"action": "move", "to": "data_fix", "retire_number": True}),
        ("died", {"action": "close", "suppress_all": True}),
        ("already_told", {"action": "close", "ask_merge": True}),
        ("in_care_home", {"action": "hand_over"}),
        ("thinks_scam", {"action": "hand_over"}),
        ("declined_contacts", {"action": "hand_over"}),
        ("abandoned", {"action": "rest", "needs_guaranteed_agent": True}),
    ],
)
def test_each_kind_of_outcome_leads_where_it_should(code, expected):
    decision = after(code)
    assert {name: getattr(decision, name) for name in expected} == expected


def test_nobody_answering_rests_until_another_hour():
    decision = after("no_answer")
    assert decision.until == NOON + timedelta(hours=3)


def test_an_engaged_line_is_tried_sooner():
    assert after("busy").until == NOON + timedelta(hours=1)


def test_an_answered_call_without_a_handler_rests_three_days():
    assert after("abandoned").until == NOON + timedelta(hours=72)


def test_after_the_last_attempt_the_local_team_takes_over():
    assert after("no_answer", State(attempts=9)).action == "rest"
    assert after("no_answer", State(attempts=10)).action == "hand_over"
    assert after("no_answer", State(attempts=10, with_local_team=True)).action == "rest"


def test_another_number_is_tried_before_anyone_repairs_data():
    decision = after("wrong_number", State(attempts=1, other_numbers=1))
    assert (decision.action, decision.retire_number) == ("rest", True)


def test_a_second_no_is_an_answer():
    assert after("declined", State(attempts=2, other_skill_tried=True)).action == "close"


def test_a_call_back_is_at_the_time_asked_for_and_mine_if_i_promised_it():
    six = NOON + timedelta(hours=6)
    decision = after("call_back", State(attempts=1, callback_at=six, callback_by="mine"))
    assert (decision.until, decision.only_me, decision.promised) == (six, True, True)
    assert not after("call_back", State(attempts=1, callback_at=six)).only_me
    with pytest.raises(CallbackTimeMissingError):
        after("call_back")


def facts(**changes: object) -> Facts:
    return Facts(
        **{
            "window_opened_at": NOON - timedelta(hours=12),
            "window_closes_at": NOON + timedelta(hours=12),
            **changes,
        }
    )


def test_the_reasons_of_a_rank_are_in_plain_words_and_the_weightiest_comes_first():
    found = rank(facts(infectious=0.1, household_size=5), TERMS, NOON)
    assert found.reasons == (
        "12 hours left of the 24 in which a call helps most",
        "about 36 in 100 answer between 12:00 and 13:00 (our default, not measured)",
        "5 people live there",
        "likely to be infectious now",
    )
    assert found.score == 200 + 117 + 80 + 30


@given(
    one=st.floats(0, 1), other=st.floats(0, 1), size=st.integers(1, 9), minutes=st.integers(0, 29)
)
def test_a_rank_rises_with_infectiousness_and_stays_within_its_bucket(one, other, size, minutes):
    low, high = sorted((one, other))
    first = rank(facts(infectious=low, household_size=size), TERMS, NOON)
    second = rank(facts(infectious=high, household_size=size), TERMS, NOON)
    assert first.score <= second.score
    later = NOON + timedelta(minutes=minutes)
    assert rank(facts(infectious=low, household_size=size), TERMS, later) == first


def test_the_nearer_the_end_of_the_window_the_higher_and_after_it_lower_but_never_nothing():
    soon = rank(facts(window_closes_at=NOON + timedelta(hours=1)), TERMS, NOON).score
    later = rank(facts(window_closes_at=NOON + timedelta(hours=30)), TERMS, NOON).score
    past = rank(facts(window_closes_at=NOON - timedelta(hours=8)), TERMS, NOON).score
    assert soon > later
    assert soon > past > 0


def test_a_promised_call_comes_before_others_from_its_time_on():
    promised = facts(promised_at=NOON)
    assert rank(promised, TERMS, NOON).reasons[0] == "they asked to be rung at this time"
    early = NOON - timedelta(hours=1)
    assert "they asked to be rung at this time" not in rank(promised, TERMS, early).reasons


def test_only_the_latest_claim_of_the_same_handler_may_write():
    lease = Lease(fence=7, agent=ADA, until=extended(NOON, TERMS))
    assert may_write(lease, fence=7, agent=ADA, at=NOON) == Held()
    assert isinstance(may_write(lease, fence=6, agent=ADA, at=NOON), Lost)
    assert isinstance(may_write(lease, fence=7, agent=BEN, at=NOON), Lost)
    assert next_fence(lease) == 8


def test_a_lease_is_over_at_the_second_it_runs_out():
    lease = Lease(fence=7, agent=ADA, until=extended(NOON, TERMS))
    end = NOON + timedelta(seconds=300)
    assert not is_free(lease, end - timedelta(seconds=1))
    assert is_free(lease, end)
    assert isinstance(may_write(lease, fence=7, agent=ADA, at=end), Lost)


CODES = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True)
QUEUES = st.builds(
    Queue, kind=CODES, tier=CODES, skill=CODES, language=CODES, area=CODES | st.just("")
)


@given(queue=QUEUES)
def test_a_queue_reads_back_from_its_key(queue):
    assert from_key(queue.key) == queue


@pytest.mark.parametrize("bad", ["Case", "a/b", "", " case"])
def test_a_part_that_would_blur_two_queues_is_refused(bad):
    with pytest.raises(QueueKeyError, match="lower-case code"):
        Queue(kind=bad, tier="2", skill="clinical", language="en")
    with pytest.raises(QueueKeyError, match="is not a queue"):
        from_key("case/2/clinical")


def test_an_agent_takes_from_the_queues_that_fit_in_every_part():
    reach = Reach(
        kinds=frozenset({"case"}),
        tiers=frozenset({"2"}),
        skills=frozenset({"clinical"}),
        languages=frozenset({"en", "pl"}),
    )
    polish = Queue(kind="case", tier="2", skill="clinical", language="pl", area="e06000008")
    urdu = Queue(kind="case", tier="2", skill="clinical", language="ur", area="e06000008")
    contact = Queue(kind="contact", tier="2", skill="clinical", language="en")
    assert queues_for(reach, [polish, urdu, contact]) == (polish,)
    elsewhere = Reach(**{**vars(reach), "areas": frozenset({"e06000009"})})
    assert not may_take(elsewhere, polish)


def test_an_empty_queue_says_why_and_when_to_look_again():
    found = empty_queue_reason(
        EmptyFacts(
            resting_for_me=12,
            next_wakes_at=NOON + timedelta(hours=2),
            with_others=1,
            waiting_for_other_skills=3,
            handlers_ready=214,
        ),
        TERMS,
        NOON,
    )
    assert found.sentence == (
        "0 conversations wait for your skills. 12 rest, of which the first comes back at "
        "14:00. 1 is with other handlers now. 3 wait for skills, languages or areas that are not yours. 214 handlers are "
        "ready, you among them. Look again at 14:00; your waiting time is counted as waiting."
    )
    assert found.look_again_at == NOON + timedelta(hours=2)


def test_at_night_the_queue_says_when_calls_begin_again():
    found = empty_queue_reason(EmptyFacts(waiting_for_me=5), TERMS, NOON + timedelta(hours=10))
    assert found.sentence == ("Nobody is rung at this hour; calls begin again at 08:00 tomorrow.")
    assert found.look_again_at == datetime(2020, 10, 22, 7, 0, tzinfo=UTC)
