"""Every value of a message, read by us and by the `hl7` package: the two agree wherever the standard is plain."""

from __future__ import annotations

import hl7
from hypothesis import given, settings
from hypothesis import strategies as st

from throughline.definitions.forms.hl7_paths import hl7_path
from throughline.intake.parsing.hl7 import split
from throughline.intake.unpacking.hl7.picking import cut, picker

# The package strips a whole message and fields that are HL7's null read as they are; both are left out here.
LETTERS = st.text(
    alphabet=st.characters(min_codepoint=0x21, max_codepoint=0x2FF, exclude_categories=("Cc", "Zs"))
    .filter(lambda sign: sign not in '|^~\\&"*:;!/$#'),
    max_size=6,
)  # fmt: skip


@st.composite
def texts(draw: st.DrawFn) -> tuple[str, bytes]:
    """A message with separators of its own choice, some of them escaped within its values."""
    field, component, repetition, escape, sub = draw(
        st.sampled_from(["|^~\\&", "*:;!/", "|~^\\&", "$^~#&"])
    )

    def value() -> str:
        parts = draw(st.lists(LETTERS | st.sampled_from("FSTREX"), min_size=1, max_size=3))
        return "".join(
            f"{escape}{'X41' if part == 'X' else part}{escape}" if part in set("FSTREX") else part
            for part in parts
        )

    def joined(sign: str, inner: object, most: int) -> str:
        return sign.join(inner() for _ in range(draw(st.integers(1, most))))  # type: ignore[operator]

    def whole_field() -> str:
        return joined(repetition, lambda: joined(component, lambda: joined(sub, value, 3), 3), 2)

    segments = [f"MSH{field}{component}{repetition}{escape}{sub}{field}app"]
    for number in range(draw(st.integers(1, 3))):
        fields = [whole_field() for _ in range(draw(st.integers(1, 4)))]
        segments.append(field.join([f"ZZ{number}", *fields, "end"]))
    text = "\r".join(segments) + "\r"
    return text, text.encode()


@settings(max_examples=150)
@given(texts())
def test_both_read_the_same_values_at_the_same_places(pair: tuple[str, bytes]) -> None:
    text, data = pair
    other, ours = hl7.parse(text), split(data)
    assert [segment[0] for segment in ours.segments] == [str(one[0]) for one in other]
    for segment in ours.segments[1:]:
        for field in range(1, len(segment) + 1):
            for component in range(1, 4):
                for sub in range(1, 4):
                    path = hl7_path(f"{segment[0]}-{field}.{component}.{sub}")
                    value = segment[field] if field < len(segment) else ""
                    found = picker(path, ours.by, ours.codec)(cut(value, ours.by))
                    assert found == _theirs(other, segment[0], field, component, sub)


def _theirs(message: hl7.Message, name: str, field: int, component: int, sub: int) -> str:
    try:
        return str(message.extract_field(name, 1, field, 1, component, sub))
    except IndexError:
        # A path that goes on where the value has ended: to us, nothing stands there.
        return ""
