"""The examples of the docstrings run, on one small folder that each of them may open as `tables`."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

from throughline.measures import open_events
from throughline.measures.tests import spec

CASES = """
case_id | person_id | managed_by_first  | onset_on   | taken_at         | result_at        | transferred_at   | reached_at       | outcome     | contacts_named
a       | p1        | national          | 2020-05-25 | 2020-05-26 09:00 | 2020-05-27 18:00 | 2020-05-28 10:00 | 2020-05-28 16:00 | reached     | 2
b       | p2        | health_protection | 2020-05-24 | 2020-05-27 09:00 | 2020-05-28 12:00 | 2020-05-29 10:00 | 2020-05-30 16:00 | reached     | 2
c       | p3        | national          |            | 2020-05-28 09:00 | 2020-05-29 15:00 | 2020-05-30 10:00 |                  | not_reached |
d       | p4        | national          | 2020-05-31 | 2020-06-02 09:00 | 2020-06-03 12:00 | 2020-06-04 10:00 | 2020-06-04 12:00 | reached     | 3
e       | p5        | national          | 2020-06-01 | 2020-06-03 09:00 | 2020-06-04 12:00 | 2020-06-05 10:00 |                  | no_details  |
f       | p6        | national          | 2020-06-02 | 2020-06-04 09:00 | 2020-06-05 12:00 | 2020-06-06 10:00 |                  | open        |
"""
CONTACTS = """
contact_id | case_id | person_id | managed_by_first  | case_transferred_at | identified_at    | reached_at       | outcome     | became_case_id
1          | a       | p4        | national          | 2020-05-28 10:00    | 2020-05-28 16:00 | 2020-05-28 20:00 | reached     | d
2          | a       | p7        | national          | 2020-05-28 10:00    | 2020-05-28 16:00 |                  | not_reached |
3          | b       | p8        | health_protection | 2020-05-29 10:00    | 2020-05-30 16:00 | 2020-05-30 17:00 | reached     |
4          | b       | p9        | health_protection | 2020-05-29 10:00    | 2020-05-30 16:00 | 2020-05-31 17:00 | reached     |
5          | d       | p10       | national          | 2020-06-04 10:00    | 2020-06-04 12:00 | 2020-06-05 10:00 | reached     |
6          | d       | p11       | national          | 2020-06-04 10:00    | 2020-06-04 12:00 |                  | no_details  |
7          | d       | p12       | health_protection | 2020-06-04 10:00    | 2020-06-04 12:00 | 2020-06-04 18:00 | reached     |
"""
AGENT_STATES = """
agent_id | from_at          | to_at            | provider | state    | queue_waiting
x        | 2020-06-04 08:00 | 2020-06-04 08:30 | north    | handling | true
x        | 2020-06-04 08:30 | 2020-06-04 09:00 | north    | ready    | false
y        | 2020-06-04 08:00 | 2020-06-04 09:00 | south    | ready    | true
"""
TABLES = {"cases": CASES, "contacts": CONTACTS, "agent_states": AGENT_STATES}

# Every module with something public to call, and what its docstrings must show at work.
EXAMPLES = {
    "": ["events_from_frames", "open_events"],
    "answers": ["Answer", "Answers", "Pair"],
    "charts.cascade": ["cascade", "cascade_of"],
    "charts.clock_legs": ["clock_legs"],
    "charts.decomposition": ["decomposition"],
    "charts.epicurve": ["epicurve", "epicurve_of"],
    "charts.figure": ["Figure"],
    "charts.occupancy": ["occupancy"],
    "charts.reach_curves": ["time_to_reach"],
    "check": ["check"],
    "curves": ["from_steps", "kaplan_meier", "reach_curve"],
    "declared": ["Measure"],
    "disclosure": ["recover", "suppress"],
    "events": ["Events", "Events.measure", "Events.sql"],
    "linelist": [""],
    "linelist.brought": ["from_frames"],
    "linelist.lists": ["LineList.delays", "LineList.degrees", "LineList.clusters"],
    "linelist.recorded": ["from_events"],
    "tidy": ["Tidy"],
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_examples_in_the_docstrings_run(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "tables").mkdir()
    spec.write(tmp_path / "tables", TABLES, {"cut_at": "2020-06-07T00:00:00Z"})
    monkeypatch.chdir(tmp_path)
    module = import_module(f"throughline.measures.{name}".rstrip("."))
    found = doctest.DocTestFinder().find(
        module, extraglobs={"open_events": open_events, "events": open_events("tables")}
    )
    shown = {one.name.removeprefix(module.__name__).lstrip(".") for one in found if one.examples}
    assert set(EXAMPLES[name]) <= shown
    runner = doctest.DocTestRunner()
    for one in found:
        runner.run(one)
    assert runner.failures == 0
