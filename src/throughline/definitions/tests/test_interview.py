"""Walking through the shipped scripts: nothing revealed early, no past date, every path ends."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.definitions import interview, load
from throughline.definitions.errors import InvalidDefinitionError
from throughline.definitions.forms.script import MATCHED, Script, Step
from throughline.definitions.interview import Done, next_step

PATHS = {
    "case": load.FILES / "script" / "case-england-1.toml",
    "contact": load.FILES / "script" / "contact-england-1.toml",
}
SCRIPTS: dict[str, Script] = {name: load.read(path).form for name, path in PATHS.items()}
FLAGS = ("under_18", "isolation_known", "isolation_over", "others_at_home")
TALKING = {"on_the_line": "person", "identity": MATCHED, "go_on": "yes", "danger_signs": "no"}
EACH = pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)


def answer_for(step: Step, draw) -> object:
    question = step.question
    if question is None:
        return "said"
    values = [one.value for one in question.choices]
    match question.type:
        case "identity":
            return draw(st.sampled_from([MATCHED, MATCHED, MATCHED, "failed"]))
        case "yes_no":
            return draw(st.sampled_from(["yes", "no"]))
        case "choice":
            return draw(st.sampled_from(values))
        case "choices":
            return draw(st.lists(st.sampled_from(values), unique=True))
    return draw(st.sampled_from([None, "2020-10-01"]))


def holds(step: Step, answers, flags) -> bool:
    """The meaning of show_if, written a second time for the test."""
    for one in step.show_if:
        if one.flag:
            if flags.get(one.flag, False) != one.equals:
                return False
            continue
        given_answer = answers.get(one.field)
        given_answers = given_answer if isinstance(given_answer, list) else [given_answer]
        wanted = list(one.one_of) or [one.equals]
        if not any(one_given in wanted for one_given in given_answers):
            return False
    return True


@EACH
@given(data=st.data())
def test_any_path_ends_and_shows_only_steps_whose_conditions_hold(script, data):
    flags = {name: data.draw(st.booleans()) for name in FLAGS}
    answers: dict[str, object] = {}
    shown = []
    while not isinstance(step := next_step(script, answers, flags), Done):
        assert step.field not in answers
        assert holds(step, answers, flags)
        assert step.before_identity or answers["identity"] == MATCHED
        shown.append(step.id)
        answers[step.field] = answer_for(step, data.draw)
        assert len(shown) <= len(script.step)
    done = interview.progress(script, answers, flags)
    assert done.answered == done.steps == len(shown)


@EACH
@given(data=st.data())
def test_going_back_and_changing_an_answer_keeps_all_the_others(script, data):
    flags = {"isolation_known": True}
    answers: dict[str, object] = {}
    while not isinstance(step := next_step(script, answers, flags), Done):
        answers[step.field] = answer_for(step, data.draw)
    before = dict(answers)
    back = data.draw(st.sampled_from(list(interview.path(script, answers, flags))))
    assert interview.step_to_show(script, answers, flags, back.id) == back
    counted = interview.counted_answers(script, answers, flags)
    answers[back.field] = answer_for(back, data.draw)
    assert set(interview.counted_answers(script, answers, flags)) <= set(answers)
    answers[back.field] = before[back.field]
    assert answers == before
    assert interview.counted_answers(script, answers, flags) == counted


@EACH
def test_an_answer_left_over_from_another_branch_decides_nothing(script):
    answers = {"on_the_line": "person", "identity": "failed", "go_on": "yes", "support": ["unsafe"]}
    ids = [step.id for step in interview.path(script, answers, {})]
    assert ids[-1] == "identity_failed"
    assert "support" not in interview.counted_answers(script, answers, {})


@EACH
def test_nobody_jumps_over_the_identity_check(script):
    answers = {"on_the_line": "person"}
    found = interview.step_to_show(script, answers, {}, "why_we_ring")
    assert isinstance(found, Step)
    assert found.id == "identity"


@EACH
def test_nobody_jumps_over_a_question_that_was_not_asked(script):
    found = interview.step_to_show(script, {**TALKING, "why_we_ring": "said"}, {}, "support")
    assert isinstance(found, Step)
    assert found.id == "symptoms"


@EACH
def test_worry_about_safety_outweighs_a_finished_conversation(script):
    answers: dict[str, object] = {**TALKING, "support": ["unsafe", "food"]}
    flags = {"isolation_known": True}
    while not isinstance(step := next_step(script, answers, flags), Done):
        answers[step.field] = "said" if step.question is None else None
    assert step == Done(suggests="vulnerable")


@EACH
def test_before_the_identity_check_nothing_about_health_is_said(script):
    telling = re.compile(r"test|positive|contact|isolat|covid|virus|\bill\b|health", re.IGNORECASE)
    texts = [script.about.voicemail]
    texts += [text for step in script.step if step.before_identity for text in step.texts()]
    assert len(texts) > 8
    assert [text for text in texts if telling.search(text)] == []


@EACH
@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ({"isolation_known": True, "isolation_over": False}, "isolate"),
        ({"isolation_known": True, "isolation_over": True}, "isolation_over"),
        ({"isolation_known": False}, "isolation_not_known"),
    ],
)
def test_exactly_one_advice_on_isolation_is_given(script, flags, said):
    answers: dict[str, object] = dict(TALKING)
    while not isinstance(step := next_step(script, answers, flags), Done):
        answers[step.field] = "said" if step.question is None else None
    ids = {step.id for step in interview.path(script, answers, flags)}
    assert ids & {"isolate", "isolation_over", "isolation_not_known"} == {said}


@EACH
def test_the_last_day_is_said_only_while_it_is_ahead(script):
    saying = {
        step.id
        for step in script.step
        if any("isolate_until_long" in text for text in step.texts())
    }
    assert saying == {"isolate"}


@EACH
def test_a_child_is_reached_through_a_parent_or_guardian(script):
    first = next_step(script, {}, {"under_18": True})
    assert isinstance(first, Step)
    assert first.id == "ask_for_guardian"
    answers = {"guardian": "not_now", "guardian_not_now": "said"}
    assert next_step(script, answers, {"under_18": True}) == Done(suggests="proxy")


@EACH
def test_no_question_asks_for_money_or_secrets(script):
    asked = " ".join(
        f"{step.question.label} {step.question.hint} {step.question.field}"
        for step in script.step
        if step.question
    )
    assert not re.search(r"bank|card|account|password|pin\b|sort code", asked, re.IGNORECASE)


def test_the_contact_script_cannot_name_the_case():
    text = PATHS["contact"].read_text()
    with pytest.raises(InvalidDefinitionError, match=r"\{case_name\} may not be said here"):
        load.parse(text.replace("somebody who has since", "{case_name}, who has since"), file="x")


def test_a_date_that_may_be_past_is_refused_in_any_other_step():
    text = (
        PATHS["case"]
        .read_text()
        .replace("I pass that on today.", "Stay in until {isolate_until_long}.")
    )
    with pytest.raises(InvalidDefinitionError, match="no date in the past"):
        load.parse(text, file="x")


def test_a_date_in_the_branch_for_a_time_that_is_over_is_refused():
    text = (
        PATHS["case"]
        .read_text()
        .replace("Your time at home is already over", "It ended on {isolate_until_long}")
    )
    with pytest.raises(InvalidDefinitionError, match="no date in the past"):
        load.parse(text, file="x")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('field = "go_on", equals = "no"', 'field = "mood", equals = "no"', "no earlier step"),
        ('section = "places"', 'section = "spaces"', "there is no section spaces"),
        ("May I speak to {full_name}", "May I speak to {first_name}", "{first_name} may not"),
        ("Now to places.", "Now to {places.", "a brace stands alone"),
        ('flag = "isolation_over"', 'flag = "isolation_gone"', "isolation_gone"),
    ],
)
def test_a_mistake_in_a_script_is_named(old, new, says):
    text = PATHS["case"].read_text()
    assert old in text
    with pytest.raises(InvalidDefinitionError) as caught:
        load.parse(text.replace(old, new), file="x")
    assert says in str(caught.value)


@EACH
def test_every_outcome_that_a_script_suggests_is_in_the_list_for_it(script):
    outcomes = load.read(load.FILES / "outcomes" / "standard-1.toml").form
    offered = {one.code for one in outcomes.offered(script.about.purpose)}
    assert {step.suggests for step in script.step} - {""} <= offered


def test_values_are_put_in_as_they_are_and_a_missing_one_is_an_error():
    step = next_step(SCRIPTS["case"], {}, {})
    values = {"handler_name": "Sam {full_name}", "service_name": "Care", "full_name": "Ada Bell"}
    assert interview.render_say(step, values).startswith(
        "Hello, my name is Sam {full_name} and I work for Care. May I speak to Ada Bell"
    )
    with pytest.raises(interview.MissingValueError, match="full_name is not known"):
        interview.render_say(step, {**values, "full_name": ""})
