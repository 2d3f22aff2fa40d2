"""What a mapping of a list of links may fill: who met whom, by the sender's own numbers, and who the contact is."""

from __future__ import annotations

from throughline.measures.tables import CONTACTS

LINK_KINDS: dict[str, str] = {
    "from_id": "id",
    "to_id": "id",
    "disease": "word",
    "exposure_kind": "code",
    "exposed_on": "date",
    "lives_with": "flag",
}
"""Every field of a link and the kind of value it takes: the case, the contact, and how they met."""

PERSON_KINDS: dict[str, str] = {
    "nhs_number": "nhs_number",
    "given_name": "name",
    "family_name": "name",
    "full_name": "name",
    "birth_date": "date",
    "age": "age",
    "sex": "code",
    "address_line_1": "text",
    "address_line_2": "text",
    "town": "text",
    "postcode": "postcode",
    "area": "text",
    "region": "text",
    "phone": "phone",
    "email": "email",
    "language": "word",
}
"""What it may say of the contact, who need not have been reported before where it says who they are."""

NAMED_BY = frozenset({"nhs_number", "full_name", "family_name"})
"""One of these is needed to know a contact by more than a number."""

LINK_NEEDS = ("from_id", "to_id", "disease")

EXPOSURES = next(one.codes for one in CONTACTS.columns if one.name == "exposure_kind")
