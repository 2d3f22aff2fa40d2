"""The service's standard results layout: one CSV file is one message, one row is one test.

UTF-8 without a byte order mark, a comma between fields, quotes where needed, CRLF, one line of column names.
The message id is the file's, not the row's: `<laboratory>-<day>`. An empty field means not known.

| column | holds |
|---|---|
| report_id | the laboratory's own id of the test; a later row with the same id corrects the earlier one |
| reported_at, taken_at | UTC, `2020-09-25T14:03:00Z` |
| disease | `covid`, or another disease that a protocol of the service names |
| result | `positive`, `negative` or `void` |
| test_kind | `pcr`, `antigen`, `antibody` or `other` |
| route | `lab`, `regional_site`, `local_site`, `mobile_unit`, `satellite` or `home_kit` |
| pillar | `1` (hospital laboratories) or `2` (everyone else) |
| nhs_number | ten digits, no spaces |
| given_name, family_name | as the laboratory has them |
| birth_date | `1985-03-31` |
| sex | `female` or `male` |
| address_line_1, address_line_2, town, postcode | where the person said to live |
| phone, email | digits only; the phone may be shared |
| language | two letters (ISO 639-1): the language wished for |
| onset_on | first day of symptoms, `2020-09-24` |
| symptomatic | `yes` or `no` |
| setting, setting_kind | name and kind: `care_home`, `school`, `university`, `workplace` or `event` |
| purpose | `symptomatic`, `contact`, `screening`, `study` or `other` |
"""

from typing import Final

COLUMNS: Final = (
    "report_id",
    "reported_at",
    "taken_at",
    "disease",
    "result",
    "test_kind",
    "route",
    "pillar",
    "nhs_number",
    "given_name",
    "family_name",
    "birth_date",
    "sex",
    "address_line_1",
    "address_line_2",
    "town",
    "postcode",
    "phone",
    "email",
    "language",
    "onset_on",
    "symptomatic",
    "setting",
    "setting_kind",
    "purpose",
)
DISEASE: Final = "covid"
MOMENT: Final = "%Y-%m-%dT%H:%M:00Z"
