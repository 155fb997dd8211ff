"""More ways of typing each training phrase: without accents, with slips, with short forms.

Seeded, so that the same phrases always give the same set. What reading undoes again is the phrase itself and is
not repeated.
"""

from __future__ import annotations

from typing import Iterable, Iterator, List, Tuple

from vietnamese.features import read_words
from vietnamese.noise import make_noise
from vietnamese.normalise import fold
from vietnamese.spelling import Speller

SEED = 20261123


def augment(
    phrases: Iterable[Tuple[str, str]], speller: Speller, *, typo_copies: int
) -> Iterator[Tuple[List[str], str]]:
    """Yield (words, label) for each phrase as it is, without accents, with typing slips and with short forms.

    The copies with slips are made once with and once without accents in turn.
    """
    typos = [make_noise("typos", SEED + copy) for copy in range(typo_copies)]
    teencode = make_noise("teencode", SEED)
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
                yield words, label
