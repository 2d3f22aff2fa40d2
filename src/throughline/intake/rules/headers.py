"""Which field of a result a column's name speaks of."""

from __future__ import annotations

import re

from rapidfuzz import fuzz

NAMES: dict[str, tuple[str, ...]] = {
    "report_id": ("report id", "report number", "lab no", "lab number", "laboratory number", "specimen id",
                  "specimen number", "sample id", "sample number", "accession", "accession number", "test id",
                  "result id", "request number", "uuid", "barcode"),
    "reported_at": ("reported at", "report date", "date reported", "date of report", "date of reporting",
                    "result date", "date of result", "authorised", "authorised at", "reported"),
    "taken_at": ("taken at", "sample taken", "sample date", "specimen date", "date of sample", "collected",
                 "collection date", "date collected", "date of specimen", "test date", "date of test", "swab date"),
    "status": ("status", "report status", "result status"),
    "disease": ("disease", "pathogen", "organism", "infection", "condition"),
    "result": ("result", "outcome", "test result", "finding", "interpretation"),
    "test_kind": ("test kind", "test type", "kind of test", "method", "assay", "test"),
    "route": ("route", "channel"),
    "pillar": ("pillar",),
    "purpose": ("purpose", "reason for test"),
    "nhs_number": ("nhs number", "nhs no", "nhs"),
    "patient_id": ("patient id", "patient number", "patient no", "case id", "person id", "hospital number",
                   "mrn", "id"),
    "household_id": ("household id", "family id", "household"),
    "infector_ids": ("infector", "source case", "infected by"),
    "linked_ids": ("related cases", "linked cases", "linked to"),
    "given_name": ("given name", "first name", "firstname", "forename", "forenames", "vorname", "prenom"),
    "family_name": ("family name", "last name", "lastname", "surname", "nachname", "nom"),
    "full_name": ("full name", "name", "patient name", "patient"),
    "birth_date": ("birth date", "date of birth", "dob", "born", "birthdate", "birthday", "geburtsdatum"),
    "age": ("age", "age years", "age in years"),
    "sex": ("sex", "gender", "geschlecht"),
    "address_line_1": ("address line 1", "address 1", "address", "street", "street address"),
    "address_line_2": ("address line 2", "address 2"),
    "town": ("town", "city", "post town"),
    "postcode": ("postcode", "post code", "postal code", "zip", "zip code"),
    "area": ("area", "local authority", "district"),
    "region": ("region", "county", "state"),
    "phone": ("phone", "telephone", "mobile", "mobile number", "phone number", "contact number", "tel"),
    "email": ("email", "e mail", "email address", "mail"),
    "language": ("language", "preferred language"),
    "onset_on": ("onset", "onset date", "date of onset", "symptom onset", "symptoms began"),
    "symptomatic": ("symptomatic", "symptoms", "has symptoms"),
    "setting": ("setting", "school", "care home", "workplace", "facility", "institution"),
    "setting_kind": ("setting kind", "setting type", "kind of setting"),
}  # fmt: skip
"""What people call each field, in words of small letters."""

SURE = 100.0
LIKELY = 84.0

_FIELD_OF = {name: field for field, names in NAMES.items() for name in names}
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_OTHER = re.compile(r"[^a-z0-9]+")


def words(name: str) -> str:
    """Return a column's name in words: `dateOfBirth` and `Date_of_birth:` are both `date of birth`."""
    return _OTHER.sub(" ", _CAMEL.sub(" ", name).casefold()).strip()


def fields_of(name: str) -> list[tuple[float, str]]:
    """Return the fields that a column's name may speak of, the likeliest first, with 0 to 100 for how likely."""
    said = words(name)
    if said in _FIELD_OF:
        return [(SURE, _FIELD_OF[said])]
    found: dict[str, float] = {}
    for known, field in _FIELD_OF.items():
        score = fuzz.token_sort_ratio(said, known)
        if score >= LIKELY:
            found[field] = max(found.get(field, 0.0), score)
    return sorted(((score, field) for field, score in found.items()), reverse=True)
