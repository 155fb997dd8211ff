"""More ways of typing each training phrase: without accents and with slips.

Seeded, so that the same phrases always give the same set. What reading undoes again is the phrase itself and is
not repeated; short forms are, so none are made.
"""

from __future__ import annotations

from functools import partial
from itertools import chain
from typing import Dict, List, Sequence, Tuple

from nlu.components.parallel import map_shares
from vietnamese.features import read_words
from vietnamese.noise import make_noise
from vietnamese.normalise import fold
from vietnamese.spelling import Speller

SEED = 20261123

Phrase = Tuple[str, List[str], str]
"""As it was written, its words, its label."""
Augmented = List[Tuple[List[str], str]]
"""Words and label."""


def augment(phrases: Sequence[Phrase], speller: Speller, *, typo_copies: int) -> Augmented:
    """Return each phrase as it is, without accents, and with typing slips.

    A copy with slips keeps the accents of phrases of an even length, and drops those of the others; the next copy
    the other way round. Many phrases are shared among processes; the result is the same.
    """
    work = partial(_augment_share, counts=speller.counts(), typo_copies=typo_copies)
    return list(chain.from_iterable(map_shares(work, phrases)))


def _augment_share(
    phrases: Sequence[Phrase], *, counts: Tuple[Dict[str, int], Dict[str, int]], typo_copies: int
) -> Augmented:
    speller = Speller.restore(*counts)
    typos = [make_noise("typos", SEED + copy) for copy in range(typo_copies)]
    made: Augmented = []
    for text, read, label in phrases:
        words = speller.mend(read)
        typed = [words, [fold(word) for word in words]]
        for copy, mistype in enumerate(typos):
            slipped = mistype(text)
            typed.append(speller.mend(read_words(fold(slipped) if (len(text) + copy) % 2 else slipped)))
        # What is the same twice counts once.
        forms = dict.fromkeys(tuple(each) for each in typed if each)
        made += [(list(form), label) for form in forms]
    return made
