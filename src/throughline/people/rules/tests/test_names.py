import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.people.rules.compare import compare_family, compare_given
from throughline.people.rules.names import name_key, sound_key, split_name


@given(st.text(max_size=30))
def test_a_name_key_of_a_name_key_is_itself(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("O'Brien", "OBRIEN"),
        ("O\u2019Brien", "o'brien"),
        ("Núñez", "Nunez"),
        ("Smith-Jones", "smith  jones"),
        ("Łukasz", "Lukasz"),
        ("Sørensen", "Sorensen"),
        ("STRAßE", "strasse"),
    ],
)
def test_spellings_of_one_name_have_one_key(a: str, b: str) -> None:
    assert name_key(a) == name_key(b)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("Smith", "Smyth"),
        ("van der Berg", "Berg"),
        ("Philips", "Phillips"),
        ("Stephenson", "Stevenson"),
        ("Clarke", "Clark"),
        ("Smith-Jones", "Jones"),
        ("MacDonald", "Macdonald"),
    ],
)
def test_surnames_often_confused_sound_alike(a: str, b: str) -> None:
    assert sound_key(a) == sound_key(b)


@pytest.mark.parametrize("name", ["李", "王", "محمد", "Ng", "O", "Y"])
def test_every_name_has_a_sound_of_its_own_script(name: str) -> None:
    assert sound_key(name)


def test_names_in_other_letters_fall_together_only_when_equal() -> None:
    assert sound_key("李") != sound_key("王")


@pytest.mark.parametrize(
    ("full", "parts"),
    [
        ("Ana Silva", ("Ana", "Silva")),
        ("Silva, Ana Maria", ("Ana Maria", "Silva")),
        ("Dr Jan van der Berg", ("Jan", "van der Berg")),
        ("Sukarno", ("", "Sukarno")),
        ("John Smith Jr", ("John", "Smith Jr")),
    ],
)
def test_a_name_written_as_one_is_split(full: str, parts: tuple[str, str]) -> None:
    assert split_name(full) == parts


@pytest.mark.parametrize(
    ("a", "b", "how"),
    [
        ("ann", "ann", "same"),
        ("ann marie", "ann", "same"),
        ("alexander", "alex", "short"),
        ("j", "john", "initial"),
        ("j", "peter", "different"),
        ("michael", "micheal", "similar"),
        ("", "john", None),
    ],
)
def test_given_names_agree_by_levels(a: str, b: str, how: str | None) -> None:
    assert compare_given(a, b) == compare_given(b, a) == how


@pytest.mark.parametrize(
    ("a", "b", "how"),
    [
        ("de souza", "souza", "same"),
        ("mac donald", "macdonald", "same"),
        ("smith jones", "smith", "part"),
        ("smith", "smyth", "sounds"),
        ("patel", "khan", "different"),
        ("", "khan", None),
    ],
)
def test_surnames_agree_by_levels(a: str, b: str, how: str | None) -> None:
    assert compare_family(a, b) == compare_family(b, a) == how
