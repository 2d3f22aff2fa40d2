"""MLLP's frames out of the bytes of a connection: 0x0B, a message, 0x1C 0x0D."""

from __future__ import annotations

from dataclasses import dataclass

START, END = b"\x0b", b"\x1c\x0d"


class NotAFrame(Exception):
    """Bytes that begin no frame: whoever sends them speaks something else."""


@dataclass(frozen=True, slots=True)
class Frame:
    """One message as it came; `is_cut` where it was longer than a message may be, and its rest was not kept."""

    data: bytes
    is_cut: bool = False


class Frames:
    """Takes bytes in whatever pieces they come, gives whole frames."""

    def __init__(self, most: int) -> None:
        """Take how many bytes one message may have."""
        self.most = most
        self.held = bytearray()
        self.seen = 0

    @property
    def is_within(self) -> bool:
        """Whether a frame has begun and not ended."""
        return bool(self.held)

    def feed(self, data: bytes) -> None:
        """Take bytes that have come."""
        self.held += data

    def next(self) -> Frame | None:
        """Return the next whole frame, or None until more has come.

        A frame that begins while another is open takes its place: the sender gave the first up, and never had
        an answer to it. Raises NotAFrame for what is neither a frame nor a line end between two.
        """
        self._begin()
        end = self.held.find(END, max(self.seen - 1, 0))
        if end < 0 or end > self.most + 1:
            self.seen = len(self.held)
            if self.seen <= self.most + len(END):
                return None
            return Frame(bytes(self.held[1 : self.most + 1]), is_cut=True)
        whole = bytes(self.held[1:end])
        del self.held[: end + len(END)]
        self.seen = 0
        self._begin()
        return Frame(whole[whole.rfind(START) + 1 :])

    def _begin(self) -> None:
        """Leave off line ends before a frame, which some senders put there."""
        if self.held[:1] == START:
            return
        rest = self.held.lstrip(b"\r\n")
        if rest and rest[:1] != START:
            raise NotAFrame
        self.held = bytearray(rest)
