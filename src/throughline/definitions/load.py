"""Read definitions from TOML: the head every definition has, and a body checked by its kind's form."""

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, Field, ValidationError

from throughline.definitions.errors import InvalidDefinitionError, UnreadableDefinitionError
from throughline.definitions.forms import Form

T = TypeVar("T", bound=BaseModel)
FILES = Path(__file__).parent / "files"
KINDS = ("outcomes", "script", "calling", "protocol", "mapping")


class Head(Form):
    """The `[definition]` table."""

    kind: Literal["outcomes", "script", "calling", "protocol", "mapping"]
    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{1,60}$")]
    version: Annotated[int, Field(ge=1)]
    valid_from: date
    applies_to: Literal["new", "open"]
    title: Annotated[str, Field(min_length=3)]
    reason: Annotated[str, Field(min_length=3)]
    approved_by: Annotated[str, Field(min_length=2)]
    source: str = ""


@dataclass(frozen=True, kw_only=True)
class Definition:
    """One version of one definition; `body` is what was written, `form` the same thing checked."""

    kind: str
    id: str
    version: int
    valid_from: date
    applies_to: Literal["new", "open"]
    title: str
    reason: str
    approved_by: str
    source: str
    body: Mapping[str, Any]
    sha256: str
    form: BaseModel

    @property
    def name(self) -> str:
        return f"{self.kind} {self.id} version {self.version}"


@cache
def shipped() -> tuple[Definition, ...]:
    """Every definition that comes with the package, in order of kind, id and version; read once a process."""
    found = (read(path) for path in FILES.glob("*/*.toml"))
    return tuple(sorted(found, key=lambda one: (one.kind, one.id, one.version)))


def read(path: Path) -> Definition:
    """The definition in this file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError as error:
        raise UnreadableDefinitionError(f"There is no file {path.name}; check the path.") from error
    except UnicodeDecodeError as error:
        raise UnreadableDefinitionError(
            f"{path.name} is not UTF-8 text at byte {error.start}; save it as UTF-8."
        ) from error
    except OSError as error:
        raise UnreadableDefinitionError(
            f"{path.name} could not be read: {error.strerror}; check that it is a file you may open."
        ) from error
    return parse(text, file=path.name)


def parse(text: str, *, file: str) -> Definition:
    """The definition in this text; `file` is what errors call it."""
    try:
        content = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UnreadableDefinitionError(f"{file} is not TOML: {error}; mend that place.") from error
    if not isinstance(content.get("definition"), dict):
        raise UnreadableDefinitionError(
            f"{file} has no [definition] table; it must say kind, id, version, valid_from, "
            "applies_to, title, reason and approved_by."
        )
    head = _checked(Head, content.pop("definition"), file=file, within="definition.")
    form = check(head.kind, content, file=file)
    return Definition(
        **head.model_dump(), body=_plain(content), sha256=sha256_of(content), form=form
    )


def check(kind: str, body: Mapping[str, Any], *, file: str) -> BaseModel:
    """The body as its kind's form, from a file or from the stored JSON."""
    return _checked(form_of(kind), body, file=file, within="")


def form_of(kind: str) -> type[BaseModel]:
    """The form of a kind: `mapping` is checked by `forms.mapping.Mapping`, and so on."""
    if kind not in KINDS:
        raise UnreadableDefinitionError(
            f"There is no kind {kind!r}; the kinds are {', '.join(KINDS)}."
        )
    form: type[BaseModel] = getattr(
        import_module(f"throughline.definitions.forms.{kind}"), kind.capitalize()
    )
    return form


def canonical(body: Mapping[str, Any]) -> str:
    """One spelling of a body: the same content gives the same text wherever it was stored."""
    return json.dumps(
        _plain(body), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def sha256_of(body: Mapping[str, Any]) -> str:
    """The fingerprint that tells whether a body changed."""
    return hashlib.sha256(canonical(body).encode()).hexdigest()


def _checked(form: type[T], body: Mapping[str, Any], *, file: str, within: str) -> T:
    try:
        return form.model_validate_json(canonical(body))
    except ValidationError as error:
        key, reason = next(_complaints(error))
        raise InvalidDefinitionError(file=file, key=f"{within}{key}", reason=reason) from error
    except ValueError as error:  # NaN and infinity have no JSON
        raise InvalidDefinitionError(
            file=file, key=within.rstrip(".") or "(whole file)", reason=f"{error}; write a number."
        ) from error


def _complaints(error: ValidationError) -> Iterator[tuple[str, str]]:
    for one in error.errors(include_url=False, include_context=True):
        key = "".join(
            f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in one["loc"]
        ).lstrip(".")
        yield key or "(whole file)", _sentence(one["type"], one["msg"], one.get("input"))


def _sentence(kind: str, message: str, given: object) -> str:
    if kind == "extra_forbidden":
        return "this key is not known here; remove it or check its spelling."
    if kind == "missing":
        return "this key is missing; add it."
    text = message.removeprefix("Value error, ").rstrip(".")
    if kind == "value_error" or isinstance(given, dict | list):
        return f"{text}."
    shown = json.dumps(given, default=str, ensure_ascii=False)
    return f"{shown} is not allowed here: {text[:1].lower()}{text[1:]}."


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {str(key): _plain(inner) for key, inner in value.items()}
        case list() | tuple():
            return [_plain(inner) for inner in value]
        case datetime() | date() | time():
            return value.isoformat()
    return value
