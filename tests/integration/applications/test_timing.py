"""How long a lookup takes does not tell what it came to."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from itertools import combinations

from scipy.stats import mannwhitneyu

from bot.applications.lookup import ApplicationLookup
from bot.domain.messages import Channel, ChatAddress
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from tests.conftest import MovedClock
from tests.integration.applications.conftest import CODE, FOUR, Source, make_row

TRIES = 300
SEPARABLE = 0.1
"""How far from even the odds may be that of two lookups of different kinds the first one took longer."""
SEEN_S = 1e-4
"""Nobody behind a network tells less than this apart."""
CLOSED = "H12.34.56-261102-0002"


class _Undo(Exception):
    """Takes back what a try wrote, so that every try meets the same state."""


async def test_a_wrong_code_a_wrong_secret_a_closed_door_and_a_hit_take_as_long(
    source: Source, database: Database, cipher: Cipher, clock: MovedClock
) -> None:
    """T6: an answer that tells whether a code exists, or which of two secrets was right."""
    await source.sends(make_row(), make_row(CLOSED))
    lookup = ApplicationLookup(cipher)
    for number in range(5):
        async with database.begin() as tx:
            asker = ChatAddress(channel=Channel.WEB, chat=f"before-{number}")
            await lookup.find(tx, code=CLOSED, said="0000", asker=asker, now=clock())

    async def measure(code: str, said: str, chat: str) -> float:
        asker = ChatAddress(channel=Channel.WEB, chat=chat)
        try:
            async with database.begin() as tx:
                started = time.perf_counter()
                found = await lookup.find(tx, code=code, said=said, asker=asker, now=clock())
                took = time.perf_counter() - started
                assert (found.application is not None) == (said == FOUR)
                raise _Undo
        except _Undo:
            return took

    kinds = {
        "code": ("H12.34.56-261102-9999", "9999"),
        "secret": (CODE, "9999"),
        "closed": (CLOSED, "9999"),
        "hit": (CODE, FOUR),
    }
    measured: dict[str, list[int]] = {kind: [] for kind in kinds}
    order = [*kinds] * TRIES
    random.Random(6).shuffle(order)  # what else the machine does must not fall on one kind
    for number, kind in enumerate(order):
        measured[kind].append(round(await measure(*kinds[kind], f"chat-{number}") / SEEN_S))
    odds = {(one, other): _odds(measured[one], measured[other]) for one, other in combinations(kinds, 2)}
    assert all(abs(each - 0.5) < SEPARABLE for each in odds.values()), odds


def _odds(one: Sequence[int], other: Sequence[int]) -> float:
    return float(mannwhitneyu(one, other).statistic) / (len(one) * len(other))
