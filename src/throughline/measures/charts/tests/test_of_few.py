"""Charts of few people, as of a list of one's own: nobody left, nobody lost, and days on which nobody fell ill."""

from __future__ import annotations

from throughline.measures.answers import Answer
from throughline.measures.charts import Figure, epicurve
from throughline.measures.charts.tests.test_charts import drawn, rate, steps, the_cascade
from throughline.measures.wording import balanced


def with_(other: Answer) -> list[Answer]:
    """The invented week with one answer in place of its own."""
    return [other if one.measure == other.measure else one for one in steps()]


def lost_of(figure: Figure) -> list[tuple[float, float]]:
    """Return from where to where each pale bar goes."""
    pale = next(one for one in figure.spec()["layer"] if one["mark"].get("strokeDash"))
    return [(row["left"], row["before"]) for row in pale["data"]["values"]]


def test_what_is_lost_stands_pale_beside_what_is_left_though_nothing_is_left() -> None:
    assert lost_of(drawn("cascade"))[:2] == [(0.1, 1.0), (0.75, 1.0)]
    none = with_(rate("cases.reached", 0, 80))
    assert lost_of(the_cascade(none))[1] == (0.0, 1.0)
    # Of a number that is suppressed nobody sees how much is lost.
    hidden = Answer(measure="cases.reached", group={}, suppressed=True)
    told = with_(hidden)
    assert [lost[0] for lost in lost_of(the_cascade(told))] == [0.1, 0.85, 0.6]


def test_no_line_of_a_title_holds_a_last_word_alone() -> None:
    title = "50.0% of 6 cases and 66.7% of 6 contacts were reached; case by contact that is 33.3%"
    assert balanced(title, 80) == [
        "50.0% of 6 cases and 66.7% of 6 contacts",
        "were reached; case by contact that is 33.3%",
    ]
    assert balanced("Short", 80) == ["Short"]


def test_nobody_lost_is_not_told() -> None:
    none = with_(rate("cases.no_details", 0, 80))
    assert "lost: 15 not reached or still open. Cases" in the_cascade(none).alt_text


def test_when_all_are_open_the_cascade_does_not_say_that_none_was_reached() -> None:
    def still(who: str, many: int) -> list[Answer]:
        return [
            Answer(measure=f"{who}.reached", group={}, numerator=0, denominator=many, value=0.0),
            Answer(
                measure=f"{who}.not_reached", group={}, numerator=many, denominator=many, value=1.0,
                beside={"open": many},
            ),
        ]  # fmt: skip

    begun = [Answer(measure="cases.transferred", group={}, numerator=9, value=9.0)]
    assert the_cascade([*begun, *still("cases", 9), *still("contacts", 4)]).title == (
        "None of 9 cases and 4 contacts is closed yet"
    )


def test_the_epicurve_shows_the_days_on_which_nobody_fell_ill() -> None:
    answers = [
        Answer(measure="cases.transferred", group={"day": day}, numerator=number, value=number)
        for day, number in (("2020-05-28", 2), ("2020-05-31", 1))
    ]
    figure = epicurve(answers, measured="Cases by day", by="day")
    assert figure.data["count"].to_list() == [2, 0, 0, 1]
