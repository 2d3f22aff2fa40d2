"""Reads that a page makes each time: put into SQL once a process, and planned once a connection.

Building a queryset and writing its SQL takes Django several times as long as the database takes to answer
it. A `Read` does that once, with a place for each value that differs, and afterwards sends only the values.
It is the same statement under the same policies: who may see what is decided when it runs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db import connection
from django.db.models import Expression, Model, QuerySet
from django.db.models.query import get_related_populators
from psycopg import sql

from throughline.core.prepared import planned

M = TypeVar("M", bound=Model)


class Late(Expression):
    """A value of a read that is given with each call, by this name."""

    def __init__(self, name: str) -> None:
        """Keep the name; the column that it is compared with gives the type."""
        super().__init__()
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, Any]:
        """Stand in the parameters until the call."""
        return "%s", [self]


@dataclass(frozen=True, kw_only=True)
class _Statement:
    """A queryset as SQL, and how a row of it becomes an object."""

    sql: str
    late: tuple[str, ...]
    convert: Callable[[list[Any]], Iterable[Any]]
    model: type[Model]
    fields: tuple[str, ...]
    columns: slice
    related: tuple[Any, ...]


class Read(Generic[M]):
    """Rows of one model that are asked for again and again, with other values each time.

    `rows` makes the queryset, with a `Late` in place of each value that differs; it is called once. Values
    are compared by operators such as equal and less: there is no list for `in`, and none may be None.
    """

    def __init__(self, rows: Callable[[], QuerySet[M]]) -> None:
        """Write no SQL yet: the models may not be ready."""
        self._rows = rows
        self._written: _Statement | None = None

    def all(self, **values: Any) -> list[M]:
        """Return the rows, in the queryset's order."""
        statement = self._written or self._write()
        with planned() as cursor:
            cursor.execute(statement.sql, [values[name] for name in statement.late])
            rows = statement.convert(cursor.fetchall())
        return [_object(statement, row) for row in rows]

    def first(self, **values: Any) -> M | None:
        """Return the first row, or None. Where there may be many, put the limit into the queryset."""
        return next(iter(self.all(**values)), None)

    def _write(self) -> _Statement:
        compiler: Any = self._rows().query.get_compiler(connection=connection)
        statement, parameters = compiler.as_sql()
        if compiler.klass_info is None or compiler.annotation_col_map:
            raise TypeError("A Read returns whole rows of a model, with nothing annotated.")
        chosen = compiler.klass_info["select_fields"]
        columns = slice(chosen[0], chosen[-1] + 1)
        converters = compiler.get_converters([one[0] for one in compiler.select])
        related = get_related_populators(  # type: ignore[call-arg]  # asked for by a later Django
            compiler.klass_info, compiler.select, connection.alias
        )
        self._written = _Statement(
            sql=_with_constants(statement, parameters),
            late=tuple(one.name for one in parameters if isinstance(one, Late)),
            convert=lambda rows: compiler.apply_converters(rows, converters),
            model=compiler.klass_info["model"],
            fields=tuple(one[0].target.attname for one in compiler.select[columns]),
            columns=columns,
            related=tuple(related),
        )
        return self._written


def _with_constants(statement: str, parameters: Sequence[Any]) -> str:
    """Write what never differs into the statement: a plan for any value could use no partial index."""
    first, *rest = statement.split("%s")
    places = [
        "%s"
        if isinstance(one, Late)
        else sql.Literal(one).as_string(connection.connection).replace("%", "%%")
        for one in parameters
    ]
    return first + "".join(place + part for place, part in zip(places, rest, strict=True))


def _object(statement: _Statement, row: Any) -> Any:
    made = statement.model.from_db(connection.alias, statement.fields, row[statement.columns])
    for populator in statement.related:
        populator.populate(row, made)
    return made
