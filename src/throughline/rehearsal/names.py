"""Names from eight traditions. Pools keep repeats, so that common names stay common.

Faker's lists are used where they are in Latin letters; Bengali and Arabic names are written here as their
bearers commonly spell them in English.
"""

import unicodedata
from dataclasses import dataclass
from functools import cache

from faker import Faker

from throughline.rehearsal.streams import Streams

Pool = tuple[str, ...]
_POOL_SIZE = 1500
_LOCALES = {
    "english": "en_GB",
    "polish": "pl_PL",
    "romanian": "ro_RO",
    "portuguese": "pt_PT",
    "urdu": "en_PK",
    "indian": "en_IN",
}
TRADITIONS: tuple[tuple[str, float], ...] = (
    ("english", 0.76),
    ("polish", 0.05),
    ("urdu", 0.05),
    ("indian", 0.04),
    ("romanian", 0.03),
    ("bengali", 0.03),
    ("arabic", 0.02),
    ("portuguese", 0.02),
)
LANGUAGE_OF = {
    "english": "en",
    "indian": "en",
    "polish": "pl",
    "romanian": "ro",
    "portuguese": "pt",
    "urdu": "ur",
    "bengali": "bn",
    "arabic": "ar",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class NamePool:
    female: Pool
    male: Pool
    family: Pool


def _words(text: str) -> Pool:
    return tuple(text.split())


_BENGALI = NamePool(
    female=_words(
        "Ayesha Fatema Nusrat Sharmin Taslima Rehana Shirin Sultana Farzana Nasrin Rokeya "
        "Jahanara Mousumi Sabina Tania Shapla Ruksana Parvin Laila Momena Salma Hosneara "
        "Anika Ishrat"
    ),
    male=_words(
        "Abdul Mohammed Rafiqul Shafiq Kamal Jahangir Anwar Habibur Mizanur Tariq Nazrul "
        "Faruk Imran Rashid Shahid Delwar Aminul Sohel Monir Babul Arif Masud Rezaul Zahid"
    ),
    family=_words(
        "Rahman Islam Hossain Ahmed Begum Chowdhury Miah Uddin Khatun Ali Haque Sarkar "
        "Talukdar Khan Alam Sheikh Mollah Bhuiyan Sikder Majumder Mia Kabir Karim Akter"
    ),
)
_ARABIC = NamePool(
    female=_words(
        "Amal Noor Huda Layla Maryam Rania Samira Yasmin Zahra Hanan Iman Dalal Salwa Nadia "
        "Mona Rasha Abeer Reem Hala Dina Farah Lina Suad Wafa"
    ),
    male=_words(
        "Ahmad Mohamed Omar Khalid Yusuf Hassan Hussein Ibrahim Mahmoud Mustafa Samir Tarek "
        "Walid Ziad Karim Nabil Rami Bilal Faisal Jamal Hamza Adel Basim Issa"
    ),
    family=_words(
        "Al-Haddad Haddad Khoury El-Sayed Mansour Nasser Saleh Al-Rashid Hamdan Darwish Awad "
        "Aziz Salem Qasim Al-Najjar Jaber Shaheen Barakat Abdallah Al-Masri Younis Farouk"
    ),
)


@cache
def pool(tradition: str) -> NamePool:
    if tradition == "bengali":
        return _BENGALI
    if tradition == "arabic":
        return _ARABIC
    faker = Faker(_LOCALES[tradition])
    faker.seed_instance(f"names of {tradition}")
    last = faker.last_name_male if tradition == "polish" else faker.last_name
    return NamePool(
        female=tuple(faker.first_name_female() for _ in range(_POOL_SIZE)),
        male=tuple(faker.first_name_male() for _ in range(_POOL_SIZE)),
        family=tuple(last() for _ in range(_POOL_SIZE)),
    )


def given_name(streams: Streams, tradition: str, sex: str, key: object) -> str:
    names = pool(tradition)
    return streams.pick(names.female if sex == "female" else names.male, "given name", key)


def family_name(streams: Streams, tradition: str, key: object) -> str:
    return streams.pick(pool(tradition).family, "family name", key)


def worn_by(family: str, tradition: str, sex: str) -> str:
    """Polish surnames that are adjectives follow the bearer: Kowalski, Kowalska."""
    if tradition == "polish" and sex == "female" and family.endswith(("ski", "cki", "dzki")):
        return f"{family[:-1]}a"
    return family


def in_ascii(name: str) -> str:
    """As a laboratory without diacritics writes it, and without spaces' or apostrophes' surprises."""
    plain = unicodedata.normalize("NFKD", name.replace("\u0142", "l").replace("\u0141", "L"))
    return "".join(c for c in plain if c.isascii() and (c.isalnum() or c in " -'")).replace(
        " ", "-"
    )
