"""What a release holds: honest rates, protected people, revisions shown, and an alarm when records are missing."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from throughline.measures import open_events, wording
from throughline.measures.answers import Answer
from throughline.measures.bulletin import files, page, published, release
from throughline.measures.bulletin.cells import written
from throughline.measures.bulletin.compute import Figures, key_of
from throughline.measures.bulletin.headlines import headlines, plain
from throughline.measures.bulletin.pictures import pictures
from throughline.measures.bulletin.release import Release
from throughline.measures.bulletin.tests.conftest import FIRST, LAST, a_week
from throughline.measures.charts import cascade_of
from throughline.measures.errors import DisclosureError, FolderError, QuestionError
from throughline.measures.wording import percent
from throughline.rehearsal.weekly import folder as weekly

WARNING = "Warning, records are not accounted for: "
CHANGED = date(2020, 11, 19)
CONTENT = {
    "cases": "case_id,transferred_at,recorded_at,outcome,managed_by_first,reached_at,contacts_named",
    "contacts": "contact_id,case_id,identified_at,recorded_at,outcome,managed_by_first,reached_at",
}


def tables(folder: Path, rows: Mapping[str, list[str]] | None = None) -> Path:
    """A folder with these lines of CSV."""
    folder.mkdir()
    (folder / "manifest.json").write_text('{"cut_at": "2020-09-01T00:00:00Z"}')
    for name, lines in (rows or {}).items():
        (folder / f"{name}.csv").write_text("\n".join([CONTENT[name], *lines]) + "\n")
    return folder


def changed(events: Path, to: Path, **statements: str) -> Path:
    """The same tables after a statement on each of some of them, in which the table is called `t`."""
    shutil.copytree(events, to)
    manifest = json.loads((to / "manifest.json").read_text())
    # What the manifest promises of a table holds until the table is changed.
    manifest["tables"] = {
        name: told for name, told in manifest.get("tables", {}).items() if name not in statements
    }
    (to / "manifest.json").write_text(json.dumps(manifest))
    for table, statement in statements.items():
        database = duckdb.connect()
        database.execute(f"CREATE TABLE t AS SELECT * FROM read_parquet('{to}/{table}/*.parquet')")
        before = database.execute("SELECT count(*) FROM t").fetchone()
        database.execute(statement)
        assert database.execute("SELECT count(*) FROM t").fetchone() == before
        shutil.rmtree(to / table)
        database.execute(f"COPY t TO '{to}/{table}.parquet' (FORMAT parquet)")
    return to


def shown(made: Release) -> str:
    """The page, without its pictures."""
    return page.html(made, [], headlines(made.figures, made.week), workbook="b.ods")


def test_no_rate_of_contacts_or_cases_stands_alone(made: Release) -> None:
    said = [plain(one) for one in headlines(made.figures, LAST)]
    assert said[1] == (
        "78.5% of these cases were reached (2,080 of 2,650); 100.0% of those managed by health protection "
        "and 74.7% of the others."
    )
    assert said[2] == (
        "70.8% of contacts were reached (4,600 of 6,500); 95.0% of those managed by health protection and "
        "60.0% of the others. Where details were given it was 80.7%."
    )


def test_the_mix_adjusted_rate_shows_that_only_the_mix_moved(made: Release) -> None:
    said = next(one for one in map(plain, headlines(made.figures, LAST)) if "mix" in one)
    # 12,000 of 16,500 contacts were health protection's in the first week, 2,000 of 6,500 in the last.
    assert "from 88.5% to 70.8%" in said
    assert "it would now be 85.5%" in said


@pytest.fixture(scope="module")
def across(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """A release of the week from which guardians count too."""
    events = tmp_path_factory.mktemp("across") / "tables"
    begins = [CHANGED + timedelta(weeks=n) for n in (-2, -1, 0)]
    weeks = [a_week(begin, 12_000 - 5_000 * n) for n, begin in enumerate(begins)]
    weekly.write(weeks, events, seed=3)
    return release.make(events, begins[-1])


def test_a_chart_across_a_change_of_definition_is_of_one_definition(across: Release) -> None:
    figure = next(one for one in pictures(across) if one.name == "decomposition")
    assert figure.data.group_by("week", "line").len()["len"].to_list() == [1] * 12
    sheet = across.sheet("contacts")
    place = [one.name for one in sheet.headings].index("contacts_reached_share")
    cells = {row[0]: row[place] for row in sheet.rows if row[1] == "All"}
    last, _, first = (percent(cells[week].value) for week in sorted(cells, reverse=True))
    assert figure.title.startswith(f"Contacts reached fell from {first} to {last};")
    assert "Definition reach-2020-11 is in force from the week of 19 November" in figure.alt_text
    assert "from 19 Nov" in figure.svg()
    assert figure.measured.endswith("under reach-2020-05")


def test_where_two_definitions_differ_the_main_points_name_both(across: Release) -> None:
    sheet = across.sheet("definitions")
    places = [one.name for one in sheet.headings]
    cells = dict(zip(places, sheet.rows[0], strict=True))
    said = [plain(one) for one in headlines(across.figures, across.week)]
    usual, since = (
        percent(cells[f"contacts_reached_reach_2020_{month}_share"].value) for month in ("05", "11")
    )
    assert said[2].startswith(f"{usual} of contacts were reached")
    assert said[2].endswith(
        " This is by reach-2020-05. Under the definition in force since 19 November 2020, "
        f"reach-2020-11, it is {since}."
    )
    assert since != usual
    # Of the cases nobody was reached through another, so there is but one number.
    assert "reach-2020" not in said[1]


def test_no_count_of_one_to_four_is_published(made: Release) -> None:
    numbers = [
        number
        for one in made.figures.answers.values()
        for number in (one.numerator, *one.beside.values())
        if number is not None and isinstance(number, int)
    ]
    assert len(numbers) > 500
    assert [one for one in numbers if 1 <= one <= 4] == []
    assert any(one.suppressed for one in made.figures.answers.values())


def test_times_to_reach_are_published_for_those_not_managed_by_health_protection_alone(
    made: Release,
) -> None:
    words = ("within", "curves.", "transfer_to_reached", "identified_to_reached", "contact_reached")
    timed = [
        one
        for one in made.figures.answers.values()
        if any(word in one.measure for word in words) and not one.measure.startswith("quality.")
    ]
    assert timed
    assert {one.group.get("managed_by_first") for one in timed} == {"others"}


def test_the_same_tables_give_the_same_release(events: Path, made: Release, out: Path) -> None:
    again = release.make(events, LAST)
    assert again.figures.answers == made.figures.answers
    assert again.input == made.input
    assert published.recall(out).answers == tuple(made.figures.answers.values())


def test_a_changed_byte_changes_the_hash(events: Path, made: Release, tmp_path: Path) -> None:
    from throughline.measures.bulletin.inputs import hashed

    other = shutil.copytree(events, tmp_path / "other")
    assert hashed(other).sha256 == made.input.sha256
    (other / "manifest.json").write_text((other / "manifest.json").read_text() + " ")
    assert hashed(other).sha256 != made.input.sha256


def test_a_release_that_gives_away_what_it_hides_is_not_written(
    made: Release, tmp_path: Path
) -> None:
    whole = Answer(measure="cases.transferred", group={}, numerator=43, value=43.0)
    parts = [
        Answer(measure="cases.transferred", group={"region": "North"}, suppressed=True),
        replace(whole, group={"region": "South"}, numerator=40, value=40.0),
    ]
    told = {key_of(one): one for one in (whole, *parts)}
    leaky = replace(made, figures=Figures(answers=told))
    with pytest.raises(DisclosureError, match=r"1 suppressed number .* of region North"):
        files.write(leaky, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_the_release_before_gave_away_by_itself_does_not_keep_this_one_back(
    made: Release,
) -> None:
    def told(region: str | None, number: int) -> Answer:
        group = {} if region is None else {"region": region}
        return Answer(measure="cases.transferred", group=group, numerator=number, value=number)

    hidden = Answer(measure="cases.transferred", group={"region": "North"}, suppressed=True)
    before = published.Previous(
        week=FIRST,
        cut_at=made.cut_at,
        sha256="",
        answers=(told("South", 40), told("West", 900), told(None, 943), hidden),
    )
    week = Answer(
        measure="cases.transferred", group={"week": str(LAST)}, numerator=500, value=500.0
    )
    release.check(replace(made, figures=Figures(answers={key_of(week): week}), previous=before))
    ours = (told("South", 40), replace(hidden), told(None, 43))
    leaky = {key_of(one): one for one in ours}
    with pytest.raises(DisclosureError, match="region North"):
        release.check(replace(made, figures=Figures(answers=leaky), previous=before))


def test_a_release_beside_the_one_before_gives_nothing_away(
    events: Path, out: Path, tmp_path: Path
) -> None:
    later = changed(
        events,
        tmp_path / "later",
        cases="UPDATE t SET outcome = 'reached' WHERE case_id IN (SELECT case_id FROM t "
        "WHERE outcome = 'not_reached' ORDER BY case_id LIMIT 12)",
    )
    release.check(release.make(later, LAST, previous=published.recall(out)))


def test_what_was_revised_is_marked_and_listed(events: Path, out: Path, tmp_path: Path) -> None:
    week = f"identified_at < TIMESTAMP '{FIRST}' + INTERVAL 6 DAY"
    later = changed(
        events,
        tmp_path / "later",
        contacts="UPDATE t SET outcome = 'reached' WHERE contact_id IN (SELECT contact_id FROM t "
        f"WHERE outcome = 'not_reached' AND managed_by_first <> 'health_protection' AND {week} "
        "ORDER BY contact_id LIMIT 20)",
    )
    made = release.make(later, LAST, previous=published.recall(out))
    rows = {row[:2]: row[2:] for row in made.sheet("revisions").rows}
    before, after = rows["Contacts reached, reach-2020-05", f"Week beginning {FIRST}"]
    assert (before.value, after.value) == (14_600, 14_620)
    assert any(cell.revised for row in made.sheet("contacts").rows for cell in row[2:])
    assert '14,620 <abbr title="revised">[r]</abbr>' in shown(made)
    names, rows_of = files.wide(made.sheet("contacts"))
    assert any("contacts_reached: r" in str(row[names.index("marks")]) for row in rows_of)


def test_the_first_release_has_nothing_to_compare_with(made: Release) -> None:
    assert "There is no earlier release to compare with." in shown(made)
    assert made.sheet("revisions").rows == ()


def test_records_that_are_accounted_for_are_said_to_be(made: Release) -> None:
    assert made.alarms == ()
    assert "Yes: every batch was received whole" in shown(made)


def test_a_record_that_is_not_accounted_for_raises_the_alarm(events: Path, tmp_path: Path) -> None:
    one_positive = (
        "(SELECT min(result_id) FROM t WHERE case_id IS NOT NULL AND result = 'positive')"
    )
    another = one_positive.replace("min(", "max(")
    elsewhere = "(SELECT min(result_id) FROM t WHERE result = 'negative')"
    broken = changed(
        events,
        tmp_path / "broken",
        batches="UPDATE t SET rows_received = rows_received - 7, accepted = accepted - 5 "
        "WHERE batch_id = (SELECT min(batch_id) FROM t)",
        results=f"UPDATE t SET case_id = CASE WHEN result_id = {one_positive} THEN NULL ELSE 'nowhere' END, "
        "no_case_reason = CASE WHEN result = 'positive' THEN NULL ELSE no_case_reason END, "
        f"batch_id = CASE WHEN result_id = {elsewhere} THEN 'nowhere' ELSE batch_id END "
        f"WHERE result_id IN ({one_positive}, {another}, {elsewhere})",
    )
    made = release.make(broken, LAST)
    said = " ".join(alarm.sentence for alarm in made.alarms)
    assert "1 batch was not received whole" in said
    assert "1 batch receives more or fewer rows than it accounts for" in said
    # One by its count, and the one that a result was taken from.
    unmatched = [one.number for one in made.alarms if one.measure == "intake.batches_unmatched"]
    assert sum(unmatched) == 2
    assert "1 result names a batch that is not there" in said
    assert "1 positive result has neither a case nor a reason" in said
    assert "1 positive result names a case that is not there" in said
    text = shown(made)
    assert "Records are not accounted for" in text
    assert page.alarm_lines(made) == [
        "Batches were not received whole.",
        "Batches receive more or fewer rows than they account for.",
        "Batches brought more or fewer results than their rows accepted.",
        "Positive results have neither a case nor a reason for having none.",
        "Results name a batch that is not there.",
        "Positive results name a case that is not there.",
    ]
    # What the page does not say, the workbook's cover does not.
    files.write(made, tmp_path / "out")
    book = CalamineWorkbook.from_path(tmp_path / "out" / f"bulletin-{made.week}.ods")
    told = [str(row[0]) for row in book.get_sheet_by_name("Cover").to_python()]
    warned = [one.removeprefix(WARNING) for one in told if one.startswith(WARNING)]
    assert warned == page.alarm_lines(made)


def test_an_alarm_tells_a_number_only_where_the_tables_show_it(
    events: Path, tmp_path: Path
) -> None:
    some = (
        "SELECT result_id FROM t WHERE case_id IS NOT NULL AND result = 'positive' AND recorded_at "
    )
    last, before = f">= '{LAST}'", f"BETWEEN '{FIRST + timedelta(days=8)}' AND '{LAST}'"
    broken = changed(
        events,
        tmp_path / "lost",
        results="UPDATE t SET case_id = NULL, no_case_reason = NULL WHERE result_id IN "
        f"({some}{last} ORDER BY 1 LIMIT 40) OR result_id IN ({some}{before} ORDER BY 1 LIMIT 3)",
    )
    made = release.make(broken, LAST)
    assert [alarm.number for alarm in made.alarms] == [3, 40]
    assert page.alarm_lines(made) == [
        "Positive results have neither a case nor a reason for having none.",
        "40 positive results have neither a case nor a reason for having none, "
        f"week of {wording.week(LAST)}.",
    ]
    sheet = made.sheet("positives")
    place = [one.name for one in sheet.headings].index("with_neither")
    assert [written(row[place]) for row in sheet.rows][:2] == ["40", "[c]"]


def test_no_tables_at_all_give_a_bulletin_that_says_so(tmp_path: Path) -> None:
    made = release.make(tables(tmp_path / "empty"), date(2020, 8, 13))
    paths = files.write(made, tmp_path / "out")
    text = paths[0].read_text()
    assert "No case and no contact is known of this week." in text
    assert "There is no cascade to draw" in text
    assert "so this cannot be said" in text
    assert made.alarms == ()


def test_one_case_and_one_contact_give_a_bulletin_that_hides_them(tmp_path: Path) -> None:
    at = "2020-08-14T10:00:00"
    tiny = tables(
        tmp_path / "tiny",
        {
            "cases": [f"a,{at},{at},reached,national,2020-08-14T12:00:00,1"],
            "contacts": [f"b,a,{at},{at},not_reached,national,"],
        },
    )
    made = release.make(tiny, date(2020, 8, 13))
    assert all(one.numerator in {None, 0} for one in made.figures.answers.values())
    assert [str(one.title) for one in pictures(made)]
    assert "[c]" in shown(made)


def test_the_readme_s_tables_of_few_columns_are_enough_for_a_cascade(tmp_path: Path) -> None:
    folder = tables(tmp_path / "few")
    at = "2020-08-14T10:00:00"
    (folder / "cases.csv").write_text(
        "case_id,transferred_at,recorded_at,outcome\n"
        + "".join(f"{n},{at},{at},{'reached' if n % 4 else 'no_details'}\n" for n in range(40))
    )
    figure = cascade_of(open_events(folder), measured="All cases")
    assert figure.data["count"].to_list() == [40, 30, 0, 10]
    assert figure.title == "75.0% of 40 cases were reached"


def test_a_definition_without_the_manner_of_reaching_is_not_available(tmp_path: Path) -> None:
    at = "2020-08-14T10:00:00"
    rows = [f"{n},{at},{at},reached,national,2020-08-14T12:00:00,1" for n in range(30)]
    made = release.make(tables(tmp_path / "old", {"cases": rows}), date(2020, 8, 13))
    sheet = made.sheet("definitions")
    cells = dict(zip([one.name for one in sheet.headings], sheet.rows[0], strict=True))
    assert cells["cases_reached_reach_2020_05"].value == 30
    assert cells["cases_reached_reach_2020_11"].value is None
    assert cells["cases_reached_reach_2020_11"].mark == "x"


@pytest.mark.parametrize(
    ("ask", "error", "said"),
    [
        (
            lambda at: release.make(at, date(2020, 8, 14)),
            QuestionError,
            "No week begins on 2020-08-14",
        ),
        (published.recall, FolderError, "holds no release.json"),
        (
            lambda at: release.make(at / "none", date(2020, 8, 13)),
            FolderError,
            "There is no folder",
        ),
    ],
)
def test_what_cannot_be_used_is_said_in_a_sentence(
    tmp_path: Path, ask: Callable[[Path], object], error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        ask(tables(tmp_path / "tables"))


def test_a_file_that_is_no_release_is_refused(tmp_path: Path) -> None:
    (tmp_path / "release.json").write_text(json.dumps({"week": "2020-08-13"}))
    with pytest.raises(FolderError, match="is not a release that a bulletin wrote"):
        published.recall(tmp_path)
