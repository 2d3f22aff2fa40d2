"""All persons compared at once: who of them may be one, by Fellegi and Sunter's model in splink, on DuckDB.

Found are pairs that arrive too far apart for the live match: it looks under few keys, answers within a millisecond and must
be sure. This one takes its time at night, weighs how common a name is, and only ever asks. It belongs to the
`analysis` requirements: no web process loads it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

if TYPE_CHECKING:
    from splink.internals.comparison_creator import ComparisonCreator

COLUMNS = ("unique_id", "given", "family", "sound", "birth_date", "sex", "nhs", "phones", "homes")
"""What the file holds of each person, one a line: `phones` and `homes` are lists with a bar between."""

PRIOR = 1e-6
"""How likely it is that two records drawn at random are one person: most persons are recorded once."""

# How often two records of one person agree so far, and how often those of two persons do, in a population of
# some ten thousands or more; how common a name is counts on top of that.
NAMES = (
    ("same", '"named_l" = "named_r"', 0.78, 1e-5),
    ("crossed", '"given_l" = "family_r" and "family_l" = "given_r"', 0.015, 1e-6),
    ("similar", '"family_l" = "family_r" and jaro_winkler_similarity("given_l", "given_r") >= 0.88', 0.07, 4e-5),
    ("similar", '"given_l" = "given_r" and ("sound_l" = "sound_r" '
     'or jaro_winkler_similarity("family_l", "family_r") >= 0.88)', 0.07, 4e-5),
    ("sounds", 'jaro_winkler_similarity("given_l", "given_r") >= 0.88 and ("sound_l" = "sound_r" '
     'or jaro_winkler_similarity("family_l", "family_r") >= 0.88)', 0.025, 2e-4),
    ("given alone", '"given_l" = "given_r"', 0.03, 5e-3),
    ("family alone", '"family_l" = "family_r"', 0.001, 5e-3),
    ("different", "ELSE", 0.009, 0.99),
)  # fmt: skip
BIRTHS = (
    ("same", '"birth_date_l" = "birth_date_r"', 0.93, 4e-5),
    ("swapped", '"birth_key_l" = "birth_key_r"', 0.03, 2e-5),
    ("one_digit", 'levenshtein(cast("birth_date_l" as varchar), cast("birth_date_r" as varchar)) = 1', 0.025, 6e-4),
    ("different", "ELSE", 0.015, 0.999),
)  # fmt: skip
SHARED = {"nhs": (0.995, 1e-7), "sex": (0.98, 0.5)}
# Those who live together share both, so that neither weighs as its rareness would have it.
COMMON = {"phones": (0.6, 0.02), "homes": (0.6, 0.03)}

# Pairs are compared that have one of these in common: all that a true pair may still share.
KEYS: tuple[tuple[str, ...], ...] = (
    ("nhs",), ("sound", "birth_date"), ("given", "birth_date"), ("family", "birth_key"),
    ("named", "birth_year"), ("home", "given"), ("phone", "given"),
)  # fmt: skip

REASONS = {
    "names": "name", "birth": "birth_date", "nhs": "nhs_number", "sex": "sex", "phones": "phone",
    "homes": "household",
}  # fmt: skip

PREPARED = """
create table persons as
select unique_id, nullif(given, '') as given, nullif(family, '') as family, nullif(sound, '') as sound,
    birth_date, nullif(sex, '') as sex,
    nullif(nhs, '') as nhs, nullif(given || ' ' || family, ' ') as named, year(birth_date) as birth_year,
    concat_ws('-', year(birth_date), least(month(birth_date), day(birth_date)),
        greatest(month(birth_date), day(birth_date))) as birth_key,
    nullif(string_split(phones, '|'), ['']) as phones, nullif(string_split(homes, '|'), ['']) as homes,
    nullif(string_split(phones, '|')[1], '') as phone, nullif(string_split(homes, '|')[1], '') as home
from (select * replace (try_cast(nullif(birth_date, '') as date) as birth_date)
    from read_csv(?, header = true, all_varchar = true))
"""


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Two records that may be one person. `reasons` are (what, how, points), the points in powers of two."""

    newer: UUID
    older: UUID
    probability: float
    weight: float
    reasons: tuple[tuple[str, str, int], ...]


def likely_pairs(persons: Path, *, at_least: float) -> list[Pair]:
    """Return the pairs of a file of persons that are one with at least this probability, the surest first.

    Splink works in memory of DuckDB's own; what it needs beyond that goes to its temporary folder.
    """
    import duckdb
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    with duckdb.connect() as connection:
        connection.execute(PREPARED, [str(persons)])
        database = DuckDBAPI(connection)
        linker = Linker(
            database.register("persons"),
            SettingsCreator(
                link_type="dedupe_only",
                comparisons=_comparisons(),
                blocking_rules_to_generate_predictions=[block_on(*keys) for keys in KEYS],
                probability_two_random_records_match=PRIOR,
                retain_matching_columns=True,
                retain_intermediate_calculation_columns=True,
            ),
            log_level=None,
        )
        found = linker.inference.predict(threshold_match_probability=at_least)
        rows = found.as_duckdbpyrelation()
        names = rows.columns
        return [_pair(dict(zip(names, row, strict=True))) for row in _surest_first(rows)]


def _surest_first(rows: Any) -> Sequence[tuple[Any, ...]]:
    return list(rows.order("match_weight desc, unique_id_l, unique_id_r").fetchall())


def _comparisons() -> list[ComparisonCreator | dict[str, Any]]:
    import splink.comparison_library as library

    return [
        library.CustomComparison(
            output_column_name="names",
            comparison_levels=[
                _null('"named_l" is null or "named_r" is null'),
                *(_level(*one, tf="named" if one[0] == "same" else None) for one in NAMES),
            ],
        ),
        library.CustomComparison(
            output_column_name="birth",
            comparison_levels=[
                _null('"birth_date_l" is null or "birth_date_r" is null'),
                *(_level(*one) for one in BIRTHS),
            ],
        ),
        *(_shared(name, f'"{name}_l" = "{name}_r"', chances) for name, chances in SHARED.items()),
        *(
            _shared(name, f'list_has_any("{name}_l", "{name}_r")', chances)
            for name, chances in COMMON.items()
        ),
    ]


def _shared(name: str, condition: str, chances: tuple[float, float]) -> ComparisonCreator:
    import splink.comparison_library as library

    return library.CustomComparison(
        output_column_name=name,
        comparison_levels=[
            _null(f'"{name}_l" is null or "{name}_r" is null'),
            _level("same", condition, *chances),
            _level("different", "ELSE", 1 - chances[0], 1 - chances[1]),
        ],
    )


def _null(condition: str) -> dict[str, Any]:
    return {"sql_condition": condition, "label_for_charts": "not known", "is_null_level": True}


def _level(
    how: str, condition: str, one: float, two: float, tf: str | None = None
) -> dict[str, Any]:
    level: dict[str, Any] = {
        "sql_condition": condition,
        "label_for_charts": how,
        "m_probability": one,
        "u_probability": two,
    }
    if tf is not None:
        # Two of a rare name are likelier one than two of a common one.
        level |= {"tf_adjustment_column": tf, "tf_adjustment_weight": 1.0}
    return level


def _pair(row: dict[str, Any]) -> Pair:
    older, newer = sorted((UUID(row["unique_id_l"]), UUID(row["unique_id_r"])))
    return Pair(
        newer=newer,
        older=older,
        probability=float(row["match_probability"]),
        weight=float(row["match_weight"]),
        reasons=tuple(_reasons(row)),
    )


def _reasons(row: dict[str, Any]) -> list[tuple[str, str, int]]:
    levels = {
        "names": [how for how, *_ in NAMES],
        "birth": [how for how, *_ in BIRTHS],
    }
    found = []
    for name, what in REASONS.items():
        gamma = row[f"gamma_{name}"]
        if gamma < 0:
            continue
        hows = levels.get(name, ["same", "different"])
        how = hows[len(hows) - 1 - gamma]
        weight = float(row[f"mw_{name}"]) + float(row.get(f"mw_tf_adj_{name}") or 0)
        found.append((what, how, round(weight)))
    return found
