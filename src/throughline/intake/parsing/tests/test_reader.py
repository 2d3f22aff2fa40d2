import csv
import io
import time
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from throughline.intake.parsing import Row, find_layout, from_offset, rows
from throughline.intake.parsing.lines import MAX_LINE

HEADER = b"a,b,c\n"


def read(data: bytes, *, size: int = 1 << 20) -> list[Row]:
    chunks = [data[i : i + size] for i in range(0, len(data), size)]
    layout = find_layout(data)
    return list(rows(from_offset(chunks, layout.body.offset), layout))


def fields(data: bytes) -> list[list[str] | None]:
    return [row.fields for row in read(data)]


def faults(data: bytes) -> list[str | None]:
    return [row.fault for row in read(data)]


CELL = st.text(alphabet=st.sampled_from('ab ,;"\r\n\té\u2028ø😀='), max_size=8)


@given(
    table=st.lists(st.lists(CELL, min_size=3, max_size=3), max_size=12),
    ending=st.sampled_from(["\n", "\r\n"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
    size=st.integers(1, 40),
)
def test_every_record_the_csv_module_reads_is_read_the_same_in_any_block_size(
    table: list[list[str]], ending: str, encoding: str, size: int
) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerow(["a", "b", "c"])
    writer.writerows(table)
    data = text.getvalue().encode(encoding)
    expected = list(csv.reader(io.StringIO(text.getvalue(), newline="")))[1:]
    assert [row.fields for row in read(data, size=size)] == expected


@given(body=st.text(alphabet=st.sampled_from('ab,"\r\n\x00é'), max_size=80), size=st.integers(1, 9))
def test_whatever_the_bytes_every_one_of_them_is_in_a_row_or_a_blank_line(
    body: str, size: int
) -> None:
    data = HEADER + body.encode()
    found = read(data, size=size)
    left = len(HEADER)
    for row in found:
        assert not data[left : row.offset].strip(b", \r\n\t")
        assert (row.fields is None) != (row.fault is None)
        left = row.offset + row.length
    assert not data[left:].strip(b", \r\n\t")
    assert [row.row for row in found] == list(range(1, len(found) + 1))


@given(
    body=st.text(alphabet=st.sampled_from('ab,"\r\né😀'), max_size=60),
    encoding=st.sampled_from(["utf-8", "utf-16"]),
)
def test_a_load_that_was_killed_goes_on_from_any_row_as_if_nothing_had_happened(
    body: str, encoding: str
) -> None:
    data = ("a,b,c\n" + body).encode(encoding)
    layout = find_layout(data)
    whole = read(data)
    for done, row in enumerate(whole, start=1):
        again = list(rows([data[row.after.offset :]], layout, row.after))
        assert [one.fields for one in again] == [one.fields for one in whole[done:]]
        assert [one.row for one in again] == [one.row for one in whole[done:]]
        assert [one.offset for one in again] == [one.offset for one in whole[done:]]


@given(size=st.integers(1, 12))
def test_a_block_that_ends_between_cr_and_lf_moves_no_row(size: int) -> None:
    data = b"a,b,c\r\n1,2,3\r\n4,5,6\r\n"
    places = [(row.line, row.offset, row.length) for row in read(data, size=size)]
    assert places == [(2, 7, 7), (3, 14, 7)]


def test_a_quoted_newline_stays_in_its_field_and_the_lines_are_counted() -> None:
    found = read(HEADER + b'1,"two\r\nlines",3\r\n4,5,6\r\n')
    assert found[0].fields == ["1", "two\r\nlines", "3"]
    assert (found[0].line, found[0].lines, found[1].line) == (2, 2, 4)


def test_a_file_of_lone_carriage_returns_is_read_in_rows() -> None:
    assert fields(b"a,b,c\r1,2,3\r4,5,6\r") == [["1", "2", "3"], ["4", "5", "6"]]


def test_a_quote_in_the_middle_of_a_value_is_a_letter() -> None:
    assert fields(HEADER + b'1,5" pipe,3\n4,5,6\n') == [["1", '5" pipe', "3"], ["4", "5", "6"]]


def test_a_quote_that_is_never_closed_takes_its_own_row_down_and_no_other() -> None:
    found = read(HEADER + b'1,"two,3\n4,5,6\n7,8,9\n')
    assert [row.fault for row in found] == ["open_quote", None, None]
    assert found[2].fields == ["7", "8", "9"]


def test_two_stray_quotes_do_not_swallow_the_rows_between_them() -> None:
    found = read(HEADER + b'1,"two,3\n4,5,6\n7,"8,9\n10,11,12\n')
    assert [row.fault for row in found] == ["open_quote", None, "open_quote", None]


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        (b"1,2", "columns"),
        (b"1,2,3,4", "columns"),
        (b'1,"2,2",3,4', "columns"),
        (b"1,\x00,3", "nul"),
        (b"1," + b"x" * MAX_LINE + b",3", "too_long"),
    ],
)
def test_a_row_that_cannot_be_read_is_kept_with_its_fault_and_the_next_is_read(
    line: bytes, fault: str
) -> None:
    data = HEADER + line + b"\n4,5,6\n"
    bad, good = read(data, size=50_000)
    assert bad.fault == fault
    assert bad.said
    assert data[bad.offset : bad.offset + bad.length] == line + b"\n"
    assert good.fields == ["4", "5", "6"]


def test_a_byte_that_is_not_utf_8_far_into_the_file_faults_its_row_alone() -> None:
    data = HEADER + b"1,2,3\n" * 200_000 + b"4,Ren\xe9,6\n7,8,9\n"
    layout = find_layout(data[: 1 << 20])
    last = list(rows(from_offset([data], layout.body.offset), layout))[-2:]
    assert [row.fault for row in last] == ["undecodable", None]


def test_half_a_character_at_the_end_of_utf_16_faults_the_last_row() -> None:
    data = "a,b,c\n1,2,3\n4,5,6".encode("utf-16") + b"\x31"
    assert faults(data) == [None, "undecodable"]


def test_lines_of_nothing_but_separators_are_no_rows() -> None:
    assert fields(HEADER + b"1,2,3\n,,\n\n  \n4,5,6\n,,,,,\n") == [["1", "2", "3"], ["4", "5", "6"]]


def test_a_header_alone_has_no_rows() -> None:
    assert fields(HEADER) == []


def test_a_million_and_more_rows_go_through_in_a_block_at_a_time() -> None:
    block = b"1,2,3\n" * 10_000
    layout = find_layout(HEADER)
    assert sum(1 for _ in rows((block for _ in range(110)), layout)) == 1_100_000


MB = 1 << 20


def test_a_line_of_a_gigabyte_is_one_fault_within_two_seconds_of_work_and_in_little_memory() -> (
    None
):
    layout = find_layout(HEADER + b"x" * MB)
    block = b"x" * MB
    begun = time.process_time()
    tracemalloc.start()
    try:
        (one,) = rows((block for _ in range(1024)), layout)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert time.process_time() - begun < 2
    assert most < 8 * MB
    assert (one.fault, one.length) == ("too_long", 1024 * MB)
    assert fields(HEADER + b"1,2,3\n") == [["1", "2", "3"]], "the next file is read like any other"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r", ""])
@pytest.mark.parametrize("size", [MAX_LINE // 2, MAX_LINE, MAX_LINE + 1, 99_991])
def test_wherever_a_line_too_long_ends_among_blocks_the_next_begins_behind_it(
    encoding: str, ending: str, size: int
) -> None:
    for length in range(4 * size - 3, 4 * size + 3):
        after = "4,5,6" if ending else ""
        before = "a,b,c\n" + "x" * length + ending
        bad, *good = read((before + after).encode(encoding), size=size)
        assert (bad.fault, bad.offset + bad.length) == ("too_long", len(before.encode(encoding)))
        assert [one.fields for one in good] == ([["4", "5", "6"]] if after else [])
