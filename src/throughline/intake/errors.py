"""What can go wrong with what senders send."""

from __future__ import annotations

from throughline.core.errors import Problem


class NotStored(Problem):
    """A message that could not be kept, so that it is not acknowledged either."""

    code = "not_stored"


class UnknownMapping(Problem):
    """A mapping that nobody has taken into use."""

    code = "unknown_mapping"


class CorrectionRefused(Problem):
    """New values for a row that cannot be right either."""

    code = "correction_refused"


class AlreadyDecided(Problem):
    """A quarantined row that somebody has dealt with."""

    code = "already_decided"

    def __init__(self) -> None:
        """Say where to go on."""
        super().__init__("This row has been dealt with already. Take the next one from the list.")


class ReasonNeeded(Problem):
    """A rejection that does not say why."""

    code = "reason_needed"

    def __init__(
        self, sentence: str = "A row is rejected for a reason: write why in a few words."
    ) -> None:
        """Say what is wanted."""
        super().__init__(sentence)


class NotUndone(Problem):
    """A load that cannot be undone now."""

    code = "not_undone"


class NotTried(Problem):
    """A file that is too large to be tried from a page."""

    code = "not_tried"


class NotMended(Problem):
    """A file of mended rows that cannot be taken."""

    code = "not_mended"


class SenderRefused(Problem):
    """A sender that cannot be added."""

    code = "sender_refused"


class UnknownSender(Problem):
    """A name under which nobody sends."""

    code = "unknown_sender"

    def __init__(self, name: str) -> None:
        """Say where the names are."""
        super().__init__(f"There is no sender {name!r}; `throughline senders list` names them.")


class DeclarationRefused(Problem):
    """A count that cannot be one."""

    code = "declaration_refused"


class KeyRefused(Problem):
    """A key that cannot be made or revoked."""

    code = "key_refused"


class CertificateRefused(Problem):
    """A client certificate that cannot be bound to a sender, or is not."""

    code = "certificate_refused"


OUR_FAULT = (
    "The service itself failed on this message, which is no fault of the sender's: it is kept, and whoever runs the "
    "service must look at it."
)
"""What is said of a message that is refused because reading it failed; such a one may be read again."""
