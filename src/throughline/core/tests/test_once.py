from throughline.core.once import once_each


class Form:
    """An object without a hash, as a form with mappings in it is."""

    __hash__ = None  # type: ignore[assignment]

    def __init__(self, said: str) -> None:
        self.said = said


def test_what_is_made_of_an_object_is_made_once() -> None:
    made = []
    length = once_each(lambda form: made.append(form.said) or len(form.said))
    one, other = Form("one"), Form("other")

    assert [length(one), length(one), length(other)] == [3, 3, 5]
    assert made == ["one", "other"]


def test_an_equal_object_is_another_one() -> None:
    made = []
    length = once_each(lambda form: made.append(form.said) or len(form.said))

    length(first := Form("one"))
    length(second := Form("one"))

    assert made == ["one", "one"]
    assert first is not second


def test_nothing_is_kept_of_an_object_that_is_gone() -> None:
    said = once_each(lambda form: form.said)
    for number in range(100):
        # A new object may have the identity of one that is gone.
        assert said(Form(str(number))) == str(number)
