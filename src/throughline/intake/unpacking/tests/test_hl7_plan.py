"""Few fields need each component looked at: whatever is asked of the others, the answer is the same."""

from __future__ import annotations

from hypothesis import example, given, settings
from hypothesis import strategies as st

from throughline.definitions.forms.hl7_paths import hl7_path
from throughline.intake.parsing.hl7 import Separators
from throughline.intake.parsing.hl7.separators import USUAL
from throughline.intake.unpacking.hl7.filling import MOST_REMEMBERED, Filling
from throughline.intake.unpacking.hl7.picking import cut, picker

FEW = Separators(field="|", component="^", stated="^")
SIGNS = "^~\\&"

VALUES = st.text(alphabet='1aAN H\u00e9"#' + SIGNS, max_size=8) | st.sampled_from(
    ["1", '""', "a&b", "1^2~1^3", "\\T\\", "\\X41\\", "a^^L~b^^LN", "1^x^LN^2^y^L"]
)


@st.composite
def paths(draw: st.DrawFn) -> str:
    """A path of one of the first fields, with all that a path may say."""
    number = st.integers(1, 3)
    path = f"PID-{draw(number)}"
    if draw(st.booleans()):
        where = str(draw(number)) + draw(st.sampled_from(["", ".1", ".2"]))
        path += f"[{where}={draw(st.sampled_from(['1', 'a', 'NH', 'L', 'a&b']))}]"
    tail = draw(st.sampled_from(["", ".1", ".2", ".1.1", ".1.2", ".3.2", "{LN}", "{1}"]))
    return path + tail


def filling(asked: list[str], by: Separators = USUAL) -> Filling:
    return Filling([(place, hl7_path(path)) for place, path in enumerate(asked)], by, "utf-8")


def filled(asked: list[str], values: list[str], by: Separators) -> list[str]:
    """Return a row of these paths, filled at once; values that come again say the same."""
    rows = []
    for segment in ("PID", "OBX"):
        told = filling([f"{segment}{path[3:]}" for path in asked], by)
        for _ in range(2):
            rows.append([""] * len(asked))
            told.fill(rows[-1], [segment, *values])
    assert all(row == rows[0] for row in rows)
    return rows[0]


def picked(asked: list[str], values: list[str], by: Separators) -> list[str]:
    """Return the same, each path looked up by itself in its field cut up."""
    row = []
    for one in map(hl7_path, asked):
        value = values[one.field - 1] if one.field <= len(values) else ""
        row.append(picker(one, by, "utf-8")(cut(value, by)) if value else "")
    return row


@settings(max_examples=400)
@example(asked=["PID-1[1=1]"], values=["1"], by=USUAL)
@example(asked=["PID-1", "PID-1[1=2]"], values=["1"], by=USUAL)
@example(asked=["PID-1[2=a].1", "PID-1.2"], values=["1^a&b"], by=USUAL)
@example(asked=["PID-1{LN}", "PID-1"], values=["a&b^^LN"], by=USUAL)
@given(
    asked=st.lists(paths(), min_size=1, max_size=5, unique=True),
    values=st.lists(VALUES, max_size=4),
    by=st.sampled_from([USUAL, FEW]),
)
def test_a_row_is_filled_with_what_each_path_picks(
    asked: list[str], values: list[str], by: Separators
) -> None:
    assert filled(asked, values, by) == picked(asked, values, by)


def test_a_few_codes_are_remembered_and_nothing_of_a_person() -> None:
    for path, most in (("OBX-1.2", MOST_REMEMBERED), ("PID-1.2", 0)):
        told = filling([path])
        for number in range(3 * MOST_REMEMBERED):
            row = [""]
            told.fill(row, [path[:3], f"a^{number}"])
            assert row == [str(number)]
        assert len(told.asked[0][-1] or ()) == most


def test_a_field_of_one_value_is_its_own_first_component_and_may_be_chosen_by_it() -> None:
    assert filled(["PID-1[1=1]", "PID-1[1=2]", "PID-1", "PID-1.2"], ["1"], USUAL) == [
        "1", "", "1", "",
    ]  # fmt: skip
