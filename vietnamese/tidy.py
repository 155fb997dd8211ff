"""What understanding reads: a text in one form, with raw keys undone and short forms written out."""

from __future__ import annotations

from functools import lru_cache

from vietnamese.normalise import normalise
from vietnamese.shorthand import expand_shorthand
from vietnamese.telex import undo_telex


@lru_cache(maxsize=16)
def tidy(text: str) -> str:
    """Return a text as understanding reads it: normalised, Telex and VNI keys undone, shorthand written out.

    "LM CCCD mat bn" becomes "làm căn cước công dân mat bao nhiêu". Never raises. Kept for a
    while, because several steps of understanding read one question.
    """
    return expand_shorthand(undo_telex(normalise(text)))
