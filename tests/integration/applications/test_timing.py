"""How long a refusal takes does not tell why it was refused."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence

from scipy.stats import mannwhitneyu

from bot.applications.lookup import ApplicationLookup
from bot.domain.messages import Channel, ChatAddress
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from tests.conftest import MovedClock
from tests.integration.applications.conftest import CODE, Source, make_row

TRIES = 1_000
SEPARABLE = 0.05
"""How far from even the odds may be that of two refusals of different kinds the first one took longer."""
CLOSED = "H12.34.56-261102-0002"


class _Undo(Exception):
    """Takes back what a try wrote, so that every try meets the same state."""


async def test_a_wrong_code_a_wrong_secret_and_a_closed_door_take_as_long(
    source: Source, database: Database, cipher: Cipher, clock: MovedClock
) -> None:
    """T6: an answer that tells whether a code exists."""
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
                assert found.application is None
                raise _Undo
        except _Undo:
            return took

    kinds = {"code": ("H12.34.56-261102-9999", "1234"), "secret": (CODE, "9999"), "closed": (CLOSED, "1234")}
    measured: dict[str, list[float]] = {kind: [] for kind in kinds}
    order = [*kinds] * TRIES
    random.Random(6).shuffle(order)  # what else the machine does must not fall on one kind
    for number, kind in enumerate(order):
        measured[kind].append(await measure(*kinds[kind], f"chat-{number}"))
    odds = {
        (one, other): _odds(measured[one], measured[other])
        for one, other in (("code", "secret"), ("code", "closed"), ("secret", "closed"))
    }
    assert all(abs(each - 0.5) < SEPARABLE for each in odds.values()), odds


def _odds(one: Sequence[float], other: Sequence[float]) -> float:
    return float(mannwhitneyu(one, other).statistic) / (len(one) * len(other))
