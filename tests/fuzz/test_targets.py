"""What the fuzzer is given holds for the files that it begins with, and for a few hundred changed ones on every run."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.targets import FHIR, HL7, STANDARD, TARGETS, check_xlsx, read, xlsx_seeds
from throughline.intake.rules.record import Record


@pytest.mark.parametrize("name", TARGETS)
def test_what_is_true_of_every_file_is_true_of_good_ones(name: str) -> None:
    seeds = list(TARGETS[name].seeds())
    assert len(seeds) > 3
    for seed in seeds:
        TARGETS[name].check(seed)


@pytest.mark.parametrize("name", TARGETS)
@settings(max_examples=60)
@given(st.data())
def test_what_is_true_of_every_file_is_true_of_changed_ones(name: str, data: st.DataObject) -> None:
    target = TARGETS[name]
    whole = bytearray(data.draw(st.sampled_from(list(target.seeds()))))
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(whole)))
        end = data.draw(st.integers(place, min(place + 12, len(whole))))
        whole[place:end] = data.draw(st.binary(max_size=6) | st.sampled_from(target.words))
    target.check(bytes(whole))


@pytest.mark.parametrize(
    ("name", "form"),
    [("hl7", HL7), ("fhir", FHIR), ("csv", STANDARD)],
    ids=lambda one: str(one)[:9],
)
def test_the_files_to_begin_with_are_read_and_not_merely_refused(name: str, form: object) -> None:
    for seed in TARGETS[name].seeds():
        found = read(seed, form)
        if name == "csv" and found is None:
            continue
        assert found
        assert any(isinstance(one, Record) for one in found)


def test_a_workbook_to_begin_with_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[object] = []
    monkeypatch.setattr("tests.fuzz.targets.read", lambda text, by: seen.append(read(text, by)))
    check_xlsx(next(iter(xlsx_seeds())))
    ((one,),) = seen
    assert isinstance(one, Record)
    assert (one.report_id, one.result) == ("r1", "positive")
