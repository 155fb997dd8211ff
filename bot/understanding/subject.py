"""What a question is about: its words without those that say what is asked, for whom, and what happened.

"em bị mất sim làm lại ở đâu" is about a sim. An answer on a lost card shares all the other words with it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.understanding.question_kind import FILLERS, KINDS_ONLY
from vietnamese.concepts import drop_concepts, find_concepts

WHO = frozenset(
    re.findall(
        r"[\w-]+",
        "child newborn elderly grown-up disabled foreigner abroad company orphan poor age age-under-6 age-6-to-13"
        " age-14-to-17 age-adult age-60-and-over",
    )
)
"""Concepts that say for whom."""
WHAT_HAPPENED = frozenset(
    re.findall(
        r"[\w-]+",
        "lost broken wrong-data exchange reissue first-time late refused until-when name-change address-change"
        " authorize pay-home online",
    )
)
"""Concepts that say what happened, or what is to be done."""
_SAID_BESIDE = frozenset(
    re.findall(
        r"\w+",
        "bi neu truong hop nguoi minh toi tui ong ba bo me cha ma vo chong anh chi nha roi va ca thang nay kia"
        " bang qua tai luc",
    )
)
BESIDE = (FILLERS | _SAID_BESIDE) - {"the"}
"""Words that add nothing. Without accents "the" is as often a card as "thế"."""
_NOT_THINGS = KINDS_ONLY | WHO | WHAT_HAPPENED


def find_subject(folded: Sequence[str]) -> tuple[list[str], list[str]]:
    """Return the words and the concepts that a question is about, each once. `folded`: its words, no accents."""
    words = dict.fromkeys(word for word in drop_concepts(folded, _NOT_THINGS) if word not in BESIDE)
    return list(words), [concept for concept in find_concepts(folded) if concept not in _NOT_THINGS]
