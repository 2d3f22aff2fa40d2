"""What senders sent: raw bytes kept whole, one row of ledger for each row received, and quarantine."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from throughline.core.ids import new_id
from throughline.core.models import Personal, Referenced
from throughline.suppliers.models import Organisation

CHUNK = 1024 * 1024
"""Every chunk of a message or its text has this size but the last, so that a row's place tells its chunk."""


class Sender(Referenced):
    """A laboratory or other source, by the name that its files carry."""

    code = models.TextField(unique=True)
    name = models.TextField()
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, related_name="senders"
    )
    mapping = models.TextField(default="standard")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "intake_sender"

    def __str__(self) -> str:
        return self.name


class SenderKey(Referenced):
    """What a sender's machine proves itself with. The key itself is shown once and kept by nobody here."""

    sender = models.ForeignKey(Sender, models.PROTECT, related_name="keys", db_index=False)
    # The key's beginning, by which people and look-ups name it.
    prefix = models.TextField(unique=True)
    sha256 = models.BinaryField()
    per_minute = models.PositiveIntegerField()
    created_at = models.DateTimeField()
    created_by = models.UUIDField(null=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    revoked_by = models.UUIDField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "intake_sender_key"
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=models.F("created_at")),
                name="key_expires_after_it_is_made",
            )
        ]
        indexes = [models.Index(fields=["sender", "-created_at"], name="key_by_sender")]


class SenderCertificate(Referenced):
    """A client certificate by which a sender's connections are known; while one is in force, it is needed."""

    sender = models.ForeignKey(Sender, models.PROTECT, related_name="certificates")
    sha256 = models.TextField()  # of its DER form, in hexadecimal
    pem = models.TextField()
    not_after = models.DateTimeField()
    added_at = models.DateTimeField()
    added_by = models.UUIDField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "intake_sender_certificate"
        constraints = [
            models.UniqueConstraint(
                fields=["sha256"],
                condition=Q(ended_at__isnull=True),
                name="certificate_of_one_sender",
            )
        ]


class Message(Referenced, Personal):
    """One file or message, acknowledged once it and its chunks are committed."""

    sender = models.ForeignKey(Sender, models.PROTECT, related_name="messages", db_index=False)
    message_id = models.TextField()
    sha256 = models.TextField()
    size = models.PositiveBigIntegerField()
    name = models.TextField(blank=True, default="")
    received_at = models.DateTimeField()
    received_by = models.UUIDField(null=True)
    mapping = models.TextField()
    mapping_version = models.PositiveIntegerField()
    # stored: waiting to be parsed; parsing: begun; parsed; refused: not a table we can read at all;
    # conflict: the same id came with other content, a person decides; undoing: a person asked for it,
    # undone: what it alone brought is withdrawn; unmapped: a person says first how it is read.
    state = models.TextField(default="stored")
    refused = models.TextField(blank=True, default="")
    # The length of its text in intake_unpacked, of which rows and positions then tell; null: its own bytes.
    unpacked_size = models.PositiveBigIntegerField(null=True)
    # What whoever sent it should know of the whole file, though it was read.
    remark = models.TextField(blank=True, default="")
    # What its manifest says is in it, and where its rows end when a last line stands behind them.
    declared_rows = models.PositiveBigIntegerField(null=True)
    rows_end = models.PositiveBigIntegerField(null=True)
    # Where parsing, or undoing, goes on after a stop.
    position = models.JSONField(null=True)
    undone_by = models.UUIDField(null=True)
    # Of one that waits whole for a person: who sees to it, and what came of it; open until then.
    owner_id = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.UUIDField(null=True)
    settled_why = models.TextField(null=True)
    rows_received = models.PositiveBigIntegerField(default=0)
    parsed_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "intake_message"
        constraints = [
            # The same id with the same content is the same message, for ever.
            models.UniqueConstraint(
                fields=["sender", "message_id", "sha256"], name="message_stored_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                condition=Q(state__in=["stored", "parsing"]),
                name="messages_to_parse",
            ),
            models.Index(
                fields=["received_at"], condition=Q(state="undoing"), name="messages_to_undo"
            ),
            models.Index(
                fields=["received_at"],
                condition=Q(state__in=["refused", "conflict", "unmapped"], settled_at__isnull=True),
                name="held_by_age",
            ),
            models.Index(fields=["sender", "-received_at"], name="message_by_sender"),
        ]

    @property
    def text_size(self) -> int:
        """How many bytes there are to read: its own, or those of the text it was unpacked into."""
        if self.rows_end is not None:
            return self.rows_end
        return self.size if self.unpacked_size is None else self.unpacked_size


class Declared(models.Model):
    """How many rows a sender says it sent in a day, or in one hour of it, told by another way than the rows."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    sender = models.ForeignKey(Sender, models.PROTECT, related_name="declared", db_index=False)
    day = models.DateField()  # local
    hour = models.PositiveSmallIntegerField(null=True)  # local; null: the whole day
    rows = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    by = models.UUIDField(null=True)

    class Meta:
        db_table = "intake_declared"
        constraints = [
            models.UniqueConstraint(
                fields=["sender", "day", "hour"], name="declared_once", nulls_distinct=False
            ),
            models.CheckConstraint(
                condition=Q(hour__isnull=True) | Q(hour__lt=24), name="declared_hour_of_a_day"
            ),
        ]


class Chunk(models.Model):
    """A part of a message's bytes, in order."""

    pk = models.CompositePrimaryKey("message_id", "number")
    message = models.ForeignKey(Message, models.PROTECT, related_name="chunks", db_index=False)
    number = models.PositiveIntegerField()
    bytes = models.BinaryField()

    class Meta:
        db_table = "intake_chunk"


class Unpacked(models.Model):
    """A part of the CSV into which a message was unpacked, in order; read in place of its own bytes."""

    pk = models.CompositePrimaryKey("message_id", "number")
    message = models.ForeignKey(Message, models.PROTECT, related_name="unpacked", db_index=False)
    number = models.PositiveIntegerField()
    bytes = models.BinaryField()

    class Meta:
        db_table = "intake_unpacked"


class IncomingRow(models.Model):
    """One row received: in exactly one place (I2). Its text stays in the message's chunks."""

    # The key is what makes parsing a row twice impossible (I5).
    pk = models.CompositePrimaryKey("message_id", "number")
    # Not checked row by row: whoever writes one holds the message locked, and nobody may delete one.
    message = models.ForeignKey(
        Message, models.PROTECT, related_name="rows", db_index=False, db_constraint=False
    )
    number = models.PositiveBigIntegerField()
    sender_id = models.UUIDField()
    day = models.DateField()  # of receipt, local; the ledger's day
    place = (
        models.TextField()
    )  # waiting | accepted | duplicate | corrected | quarantined | rejected
    offset = models.PositiveBigIntegerField()
    length = models.PositiveIntegerField()
    report_id = models.TextField(blank=True, default="")
    content_sha = models.BinaryField(null=True)
    result_id = models.UUIDField(null=True)

    class Meta:
        db_table = "intake_row"
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    place__in=[
                        "waiting",
                        "accepted",
                        "duplicate",
                        "corrected",
                        "quarantined",
                        "rejected",
                    ]
                ),
                name="row_in_a_known_place",
            )
        ]
        indexes = [models.Index(fields=["sender_id", "day", "place"], name="row_by_ledger")]


class Report(models.Model):
    """A sender's own number for a result, for ever: what makes a repeated report a duplicate."""

    pk = models.CompositePrimaryKey("sender_id", "report_id")
    # Not checked row by row, like a row's message: it is the sender of the message that is read.
    sender = models.ForeignKey(
        Sender, models.PROTECT, related_name="reports", db_index=False, db_constraint=False
    )
    report_id = models.TextField()
    content_sha = models.BinaryField()  # of the newest version
    earlier = ArrayField(models.BinaryField(), default=list)  # of those it corrected
    reported_at = models.DateTimeField(null=True)
    # preliminary | final | corrected | withdrawn, or `decided` by a person; of the version that stands.
    status = models.TextField(default="final")
    result_id = models.UUIDField()

    class Meta:
        db_table = "intake_report"


class ToldLink(Personal):
    """A row of a list of links: whom the sender says met whom. It waits until both are known, then it made a contact."""

    # Not checked row by row, like a row's own message.
    pk = models.CompositePrimaryKey("message_id", "number")
    message = models.ForeignKey(
        Message, models.PROTECT, related_name="links", db_index=False, db_constraint=False
    )
    number = models.PositiveBigIntegerField()
    sender_id = models.UUIDField()
    from_id = models.TextField()
    # Whom it waits for; null where the row itself says who the contact is.
    to_id = models.TextField(null=True)
    disease = models.TextField()
    content = models.BinaryField()
    contact_id = models.UUIDField(null=True)
    exposure_id = models.UUIDField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "intake_link"
        constraints = [
            # The same meeting told again, by whichever file, is a duplicate.
            models.UniqueConstraint(
                fields=["sender_id", "content"],
                condition=Q(contact_id__isnull=False, withdrawn_at__isnull=True),
                name="link_of_one_meeting",
            )
        ]
        indexes = [
            models.Index(
                fields=["sender_id", "from_id"],
                condition=Q(contact_id__isnull=True, withdrawn_at__isnull=True),
                name="links_that_wait",
            )
        ]


class Quarantined(Referenced, Personal):
    """A row that could not be read, or that contradicts an earlier one: worked, never dropped."""

    message = models.ForeignKey(Message, models.PROTECT, related_name="quarantined", db_index=False)
    number = models.PositiveBigIntegerField()
    sender_id = models.UUIDField()
    column = models.TextField()
    value = models.TextField()
    reason = models.TextField()
    allowed = models.TextField()
    at = models.DateTimeField()
    # found: whom a link named has come since, so that it was taken up by itself.
    state = models.TextField(default="open")  # open | corrected | rejected | found
    # Who has taken it on; nobody yet: it is the intake team's.
    owner_id = models.UUIDField(null=True)
    decided_by = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    reject_reason = models.TextField(blank=True, default="")
    # The row's columns as mended; taken up by the worker, as every other row is.
    correction = models.JSONField(null=True)
    taken_up_at = models.DateTimeField(null=True)
    revision = models.PositiveIntegerField(default=1)

    class Meta:
        db_table = "intake_quarantined"
        constraints = [
            models.UniqueConstraint(fields=["message", "number"], name="row_quarantined_once"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | Q(state="found", decided_at__isnull=False)
                | (
                    ~Q(state__in=["open", "found"])
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
                name="decision_has_who_and_when",
            ),
        ]
        indexes = [
            models.Index(fields=["at"], condition=Q(state="open"), name="open_quarantine_by_age"),
            models.Index(
                fields=["decided_at"],
                condition=Q(state="corrected", taken_up_at__isnull=True),
                name="mended_to_take_up",
            ),
        ]


class Trial(Referenced):
    """A file to be tried, or a load whose undoing is: the worker does it, takes it all back and says what came of it."""

    # A file: from whom, by which mapping; nothing of it stays once it is answered.
    sender_code = models.TextField(default="")
    name = models.TextField(default="")
    mapping = models.TextField(default="")
    # A load to be undone.
    message = models.ForeignKey(
        Message, models.PROTECT, null=True, related_name="trials", db_index=False
    )
    asked_at = models.DateTimeField()
    asked_by = models.UUIDField()
    # Counts and sentences; no value of any row.
    answer = models.JSONField(null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "intake_trial"
        constraints = [
            models.CheckConstraint(
                condition=Q(answer__isnull=True, answered_at__isnull=True)
                | Q(answer__isnull=False, answered_at__isnull=False),
                name="trial_answer_has_its_moment",
            ),
            models.CheckConstraint(
                condition=Q(message__isnull=True) ^ Q(sender_code=""), name="trial_of_one_thing"
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=Q(answer__isnull=True), name="trials_to_answer"
            )
        ]


class TrialChunk(models.Model):
    """A part of the bytes of a file to be tried, in order; deleted with the answer."""

    pk = models.CompositePrimaryKey("trial_id", "number")
    trial = models.ForeignKey(Trial, models.CASCADE, related_name="chunks", db_index=False)
    number = models.PositiveIntegerField()
    bytes = models.BinaryField()

    class Meta:
        db_table = "intake_trial_chunk"
