"""What understanding reads: a text in one form, with raw keys undone and short forms written out."""

from __future__ import annotations

from vietnamese.normalise import normalise
from vietnamese.shorthand import expand_shorthand
from vietnamese.telex import undo_telex


def tidy(text: str) -> str:
    """Return a text as understanding reads it: normalised, Telex and VNI keys undone, shorthand written out.

    "LM CCCD mat bn" becomes "làm căn cước công dân mat bao nhiêu". Never raises.
    """
    return expand_shorthand(undo_telex(normalise(text)))
