"""More ways of typing each training phrase: without accents, with slips, with short forms.

Seeded, so that the same phrases always give the same set. What reading undoes again is the phrase itself and is
not repeated.
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

Pairs = Sequence[Tuple[str, str]]
Augmented = List[Tuple[List[str], str]]


def augment(phrases: Pairs, speller: Speller, *, typo_copies: int) -> Augmented:
    """Return (words, label) for each phrase as it is, without accents, with typing slips and with short forms.

    The copies with slips are made once with and once without accents in turn. Many phrases are shared among
    processes; the result is the same.
    """
    work = partial(_augment_share, counts=speller.counts(), typo_copies=typo_copies)
    return list(chain.from_iterable(map_shares(work, phrases)))


def _augment_share(
    phrases: Pairs, *, counts: Tuple[Dict[str, int], Dict[str, int]], typo_copies: int
) -> Augmented:
    speller = Speller.restore(*counts)
    typos = [make_noise("typos", SEED + copy) for copy in range(typo_copies)]
    teencode = make_noise("teencode", SEED)
    made: Augmented = []
    for text, label in phrases:
        written = [text, fold(text), teencode(text)]
        for copy, mistype in enumerate(typos):
            slipped = mistype(text)
            written.append(fold(slipped) if copy % 2 else slipped)
        seen = set()
        for each in written:
            words = speller.mend(read_words(each))
            if words and tuple(words) not in seen:
                seen.add(tuple(words))
                made.append((words, label))
    return made
