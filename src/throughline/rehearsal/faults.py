"""How rows get spoilt on their way: the faults that laboratories' files are known for."""

from datetime import date, timedelta

from throughline.rehearsal.streams import Streams

Row = dict[str, str]
UNREADABLE = ("31/02/1980", "unknown", "1980-13-45", "19800229x", "00/00/0000")


def spoil(streams: Streams, row: Row, fault: str | None) -> Row:
    """The row as the laboratory sends it. Duplicates and corrections are matters of files, not of one row."""
    key = row["report_id"]
    if fault == "unreadable_date":
        return row | {"birth_date": streams.pick(UNREADABLE, "unreadable date", key)}
    if fault == "swapped_date":
        return row | {"birth_date": _swapped(row["birth_date"])}
    if fault == "no_nhs_number":
        return row | {"nhs_number": ""}
    if fault == "misspelt_name":
        return row | {"family_name": misspelt(streams, row["family_name"], key)}
    if fault == "formula":
        return row | {"given_name": f'=T("{row["given_name"]}")'}
    if fault == "future_birth":
        return row | {"birth_date": f"2090{row['birth_date'][4:]}".replace("-02-29", "-02-28")}
    return row


def before_correction(streams: Streams, row: Row) -> Row:
    """What was reported first: mostly a birth year mistyped, sometimes the wrong result."""
    key = row["report_id"]
    if row["result"] != "void" and streams.chance(0.3, "result corrected", key):
        return row | {"result": "negative" if row["result"] == "positive" else "positive"}
    born = date.fromisoformat(row["birth_date"])
    return row | {"birth_date": (born - timedelta(days=3653)).isoformat()}


def _swapped(birth_date: str) -> str:
    """Day and month exchanged: a different date for a day up to 12, else none at all."""
    year, month, day = birth_date.split("-")
    return f"{year}-{day}-{month}"


def misspelt(streams: Streams, name: str, key: str) -> str:
    at = streams.below(max(1, len(name) - 1), "misspelling", key)
    how = streams.below(3, "kind of misspelling", key)
    if how == 0 and len(name) > 2:
        return name[:at] + name[at + 1 :]
    if how == 1:
        return name[:at] + name[at : at + 1] + name[at:]
    return name[:at] + name[at : at + 2][::-1] + name[at + 2 :]
