"""Templates keep to the content security policy, and a missing value never passes in silence."""

import re
from pathlib import Path

import jinja2
import pytest

from throughline.web.jinja import environment

WEB = Path(__file__).parents[1]
TEMPLATES = sorted(p for p in WEB.rglob("*.html"))


@pytest.fixture
def jinja() -> jinja2.Environment:
    return environment(loader=jinja2.FileSystemLoader([WEB / "templates", WEB]))


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(WEB)))
def test_no_template_has_inline_script_style_or_handlers(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|hx-on|javascript:", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(WEB)))
def test_no_template_turns_escaping_off(path: Path) -> None:
    assert not re.search(r"\|\s*safe\b|autoescape\s+false|Markup\(", path.read_text())


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda p: str(p.relative_to(WEB)))
def test_every_template_compiles(path: Path, jinja: jinja2.Environment) -> None:
    assert jinja.compile(path.read_text())


def test_a_missing_value_is_an_error_and_not_an_empty_place(jinja: jinja2.Environment) -> None:
    with pytest.raises(jinja2.UndefinedError):
        jinja.from_string("{{ nobody }}").render()


def test_names_are_escaped_in_every_macro_that_shows_them(jinja: jinja2.Environment) -> None:
    page = jinja.from_string(
        '{% from "components/identity.html" import identity %}{% from "components/tag.html" import tag %}'
        "{{ identity(name, [name, tag(name)]) }}"
    )
    shown = page.render(name='<img src=x onerror="alert(1)">')
    assert "<img" not in shown
    assert shown.count("&lt;img") == 3


def test_govuk_macros_work_under_the_strict_environment(jinja: jinja2.Environment) -> None:
    shown = jinja.from_string('{{ govuk.button({"text": text}) }}').render(text="<b>Save</b>")
    assert "&lt;b&gt;Save" in shown
    assert "govuk-button" in shown
