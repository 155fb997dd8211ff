"""More ways of typing each training phrase: without accents, with slips, with short forms.

Seeded, so that the same phrases always give the same set.
"""

from __future__ import annotations

from typing import Iterable, Iterator, Tuple

from vietnamese.noise import make_noise
from vietnamese.normalise import fold

SEED = 20261123


def augment(phrases: Iterable[Tuple[str, str]], *, typo_copies: int) -> Iterator[Tuple[str, str]]:
    """Yield (text, label) for each phrase as it is, without accents, with typing slips and with short forms.

    The copies with slips are made once with and once without accents in turn.
    """
    typos = [make_noise("typos", SEED + copy) for copy in range(typo_copies)]
    teencode = make_noise("teencode", SEED)
    for text, label in phrases:
        yield text, label
        yield fold(text), label
        yield teencode(text), label
        for copy, mistype in enumerate(typos):
            slipped = mistype(text)
            yield (fold(slipped) if copy % 2 else slipped), label
