import pytest

from throughline.intake.parsing import FileRefused, find_layout


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"\xff\xfe", b" \r\n"])
def test_an_empty_file_is_refused_with_what_to_send(data: bytes) -> None:
    with pytest.raises(FileRefused, match="The file is empty: send a CSV file"):
        find_layout(data)


@pytest.mark.parametrize(
    ("header", "separator"),
    [
        (b"a,b,c\n", ","),
        (b"a;b;c\n", ";"),
        (b"a\tb\tc\n", "\t"),
        (b'"x;y",b,"p;q;r"\n', ","),
        (b"alone\n", ","),
    ],
)
def test_the_separator_is_the_one_most_used_outside_quotes(header: bytes, separator: str) -> None:
    assert find_layout(header + b"1\n").separator == separator


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("name\nRené\n".encode(), "utf-8"),
        ("name\nRené\n".encode("utf-8-sig"), "utf-8"),
        ("name\nRené\n".encode("utf-16"), "utf-16-le"),
        (b"\xfe\xff" + "name\nRené\n".encode("utf-16-be"), "utf-16-be"),
        ("name\nRené and others\n".encode("windows-1252"), "windows-1252"),
    ],
)
def test_the_encoding_is_found_and_said(data: bytes, encoding: str) -> None:
    layout = find_layout(data)
    assert layout.encoding == encoding
    assert layout.columns == ("name",)
    assert encoding in layout.chosen


def test_a_head_that_ends_inside_a_character_is_still_utf_8() -> None:
    assert find_layout("name\nRen€".encode()[:-1]).encoding == "utf-8"


def test_what_a_mapping_states_is_not_guessed() -> None:
    layout = find_layout(b"a;b,c,d\n", encoding="windows-1252", separator=";")
    assert (layout.encoding, layout.columns) == ("windows-1252", ("a", "b,c,d"))


def test_a_header_may_run_over_lines_in_quotes() -> None:
    layout = find_layout(b'id,"date\r\nof birth"\r\n1,2\r\n')
    assert layout.columns == ("id", "date of birth")
    assert layout.body.line == 3


def test_a_column_named_twice_is_refused_by_name() -> None:
    with pytest.raises(FileRefused, match="'Name' more than once"):
        find_layout(b"id,Name,name\n1,2,3\n")


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"%PDF-1.7", "a PDF, not a table"),
        (b"\xd0\xcf\x11\xe0rest", "old Excel workbook"),
        ("id,name\n".encode("utf-16-le"), "NUL bytes"),
        (b'id,"name\n1,2\n', "does not end"),
        (b",,\n1,2,3\n", "names no column"),
        (b'"id,name\n1,"Quill, B"\n2"\n', "quote in it is opened or closed in the middle"),
        (
            b'id,"' + b"n" * 60_000 + b"\n" + b"n" * 60_000 + b"\n" + b"n" * 60_000 + b'"\n',
            "a name is endless",
        ),
    ],
)
def test_what_is_no_csv_file_is_refused_with_what_to_do(data: bytes, sentence: str) -> None:
    with pytest.raises(FileRefused, match=sentence):
        find_layout(data)
