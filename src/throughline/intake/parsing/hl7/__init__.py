"""HL7 v2 in the encoding with bars, split by ourselves: fast, strict, in constant memory. Knows no Django.

`messages` cuts a stream of bytes into messages and checks the batches around them; `split` cuts one message
into segments and fields; `escapes.plain` makes what stands in a field readable.
"""

from throughline.intake.parsing.hl7.batches import Broken, messages, starts
from throughline.intake.parsing.hl7.errors import Unreadable
from throughline.intake.parsing.hl7.message import Message, Segment, split
from throughline.intake.parsing.hl7.pieces import MAX_MESSAGE
from throughline.intake.parsing.hl7.separators import Separators

__all__ = [
    "MAX_MESSAGE",
    "Broken",
    "Message",
    "Segment",
    "Separators",
    "Unreadable",
    "messages",
    "split",
    "starts",
]
