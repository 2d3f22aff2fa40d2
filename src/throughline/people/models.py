"""Persons and where they live, how to reach them, which of them are one, and how often they were called.

Every table carries `household_id`, so that a policy is one indexed equality on the row itself.
"""

from __future__ import annotations

from django.db import models

from throughline.core.models import Personal, Referenced, Row


class Address(Row, Personal):
    """A place as written, with the key by which two spellings are one place."""

    line_1 = models.TextField(blank=True, default="")
    line_2 = models.TextField(blank=True, default="")
    town = models.TextField(blank=True, default="")
    postcode = models.TextField(blank=True, default="")
    area = models.TextField(blank=True, default="")
    region = models.TextField(blank=True, default="")
    # Normalised house and postcode; unique, so that two rows of one batch meet in one address.
    address_key = models.TextField(null=True)
    institution = models.BooleanField(default=False)

    class Meta:
        db_table = "people_address"
        constraints = [
            models.UniqueConstraint(fields=["address_key"], name="one_address_of_a_key"),
        ]


class Household(Referenced, Personal):
    """People who are called together. A person with no known address is a household of one."""

    address = models.ForeignKey(
        Address, models.PROTECT, null=True, related_name="households", db_index=False
    )
    area = models.TextField(blank=True, default="")
    # Set on the one household that newcomers at this address join; institutions have one per resident.
    joins_address = models.BooleanField(default=False)

    class Meta:
        db_table = "people_household"
        constraints = [
            models.UniqueConstraint(
                fields=["address"],
                condition=models.Q(joins_address=True),
                name="one_household_joins_an_address",
            ),
        ]
        indexes = [models.Index(fields=["address"], name="household_by_address")]


class Person(Referenced, Personal):
    """A human being as the service knows them. Names as told; the normalised columns are for finding."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="persons", db_index=False)
    given_name = models.TextField(blank=True, default="")
    family_name = models.TextField(blank=True, default="")
    given_norm = models.TextField(blank=True, default="")
    family_norm = models.TextField(blank=True, default="")
    family_phonetic = models.TextField(blank=True, default="")
    birth_date = models.DateField(null=True)
    birth_year = models.SmallIntegerField(null=True)
    sex = models.TextField(blank=True, default="")
    language = models.TextField(blank=True, default="")
    interpreter = models.BooleanField(default=False)
    deceased = models.BooleanField(default=False)
    source = models.TextField()
    created_at = models.DateTimeField()
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "people_person"
        indexes = [
            models.Index(fields=["household"], name="person_by_household"),
            models.Index(
                fields=["family_phonetic", "birth_date"],
                name="person_by_sound_and_birth",
                condition=~models.Q(family_phonetic=""),
            ),
        ]


class Identifier(Row, Personal):
    """A number that some scheme gave to one person: `nhs`, or `sender:<code>` for a sender's own."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="identifiers")
    scheme = models.TextField()
    value = models.TextField()
    since = models.DateTimeField()

    class Meta:
        db_table = "people_identifier"
        constraints = [
            models.UniqueConstraint(fields=["scheme", "value"], name="identifier_of_one_person")
        ]


class ContactDetail(Row, Personal):
    """A telephone or e-mail of a person; a wrong one stays, marked, and is never dialled again."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="details", db_index=False)
    household_id = models.UUIDField()
    kind = models.TextField(choices=[("phone", "telephone"), ("email", "e-mail")])
    value = models.TextField()
    # A keyed hash: allowances and attempts point at it without knowing the number.
    endpoint_id = models.UUIDField()
    source = models.TextField()
    since = models.DateTimeField()
    wrong_since = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_contact_detail"
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "endpoint_id"], name="contact_detail_once_per_person"
            )
        ]
        indexes = [
            models.Index(fields=["household_id"], name="contact_detail_by_household"),
            models.Index(fields=["endpoint_id"], name="contact_detail_by_endpoint"),
        ]


class Residence(Row, Personal):
    """Where a person lived, as what, and from when to when."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="residences", db_index=False)
    address = models.ForeignKey(Address, models.PROTECT, related_name="residences", db_index=False)
    household_id = models.UUIDField()
    kind = models.TextField(choices=[(k, k) for k in ("home", "term", "work", "stay")])
    from_on = models.DateField(null=True)
    to_on = models.DateField(null=True)
    source = models.TextField()

    class Meta:
        db_table = "people_residence"
        indexes = [
            models.Index(fields=["person"], name="residence_by_person"),
            models.Index(fields=["household_id"], name="residence_by_household"),
            models.Index(fields=["address"], name="residence_by_address"),
        ]


class HouseholdMember(Row, Personal):
    """A spell of a person in a household; `people_person.household_id` is the present one."""

    household = models.ForeignKey(Household, models.PROTECT, related_name="members", db_index=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships", db_index=False)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)
    why = models.TextField()

    class Meta:
        db_table = "people_household_member"
        constraints = [
            models.UniqueConstraint(
                fields=["person"], condition=models.Q(to_at__isnull=True), name="one_household_now"
            )
        ]


class PersonLink(Row):
    """Two persons found to be one. Reads resolve it; closing it undoes the join."""

    from_person = models.ForeignKey(Person, models.PROTECT, related_name="links_away")
    to_person = models.ForeignKey(Person, models.PROTECT, related_name="links_here")
    by_id = models.UUIDField()
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_person_link"
        constraints = [
            models.UniqueConstraint(
                fields=["from_person"],
                condition=models.Q(undone_at__isnull=True),
                name="person_linked_away_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(from_person=models.F("to_person")), name="no_link_to_oneself"
            ),
        ]


class MatchQuestion(Row, Personal):
    """Two persons who may be one: a question for a person, which holds nothing up."""

    newer = models.ForeignKey(Person, models.PROTECT, related_name="questions_newer")
    older = models.ForeignKey(Person, models.PROTECT, related_name="questions_older")
    score = models.FloatField()
    reasons = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    # live: by the match of an arrival; batch: proposed by the comparison of all persons at night.
    source = models.TextField(default="live", db_default="live")
    answer = models.TextField(null=True, choices=[("same", "same"), ("different", "different")])
    answered_by = models.UUIDField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "people_match_question"
        constraints = [
            models.UniqueConstraint(fields=["newer", "older"], name="question_asked_once"),
            models.CheckConstraint(
                condition=models.Q(answer__isnull=True, answered_at__isnull=True)
                | models.Q(answer__isnull=False, answered_at__isnull=False),
                name="answer_has_its_moment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-score", "id"],
                condition=models.Q(answer__isnull=True),
                name="open_questions_by_score",
            ),
            # Joins that wait for a conversation to end.
            models.Index(
                fields=["answered_at"],
                condition=models.Q(answer="same"),
                name="same_by_answer",
            ),
        ]


class CallUse(Row):
    """One call charged to a person or a telephone, whichever supplier made it."""

    kind = models.TextField(choices=[("person", "person"), ("endpoint", "telephone")])
    subject_id = models.UUIDField()
    at = models.DateTimeField()
    supplier_id = models.UUIDField()

    class Meta:
        db_table = "people_call_use"
        indexes = [models.Index(fields=["subject_id", "at"], name="call_use_by_subject")]
