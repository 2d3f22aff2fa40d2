"""A laboratory may send its results as HL7 v2 or as FHIR: what one door knows, the other knows."""

from __future__ import annotations

from typing import cast

import pytest

from throughline.definitions import load
from throughline.definitions.forms.mapping import Mapping


def codes(name: str, field: str) -> dict[str, str]:
    """The codes that the newest version of a shipped mapping knows for a field, as they are compared."""
    form = cast(Mapping, [one.form for one in load.shipped() if one.id == name][-1])
    return {theirs.casefold(): ours for theirs, ours in form.fields[field].codes.items()}


@pytest.mark.parametrize("field", ["disease", "test_kind", "result"])
def test_every_code_of_a_test_and_of_its_outcome_means_the_same_over_both_doors(field: str) -> None:
    assert codes("fhir-r4", field) == codes("hl7-oru", field)
