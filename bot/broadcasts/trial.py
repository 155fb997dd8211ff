"""A code by which staff see a broadcast on their own phone before anybody else does: /thu 7KQ4X2MB.

It is made of the broadcast and its version: nothing about the phone is kept, and an older text has another code.
"""

from __future__ import annotations

import hmac

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.broadcast import Broadcast, BroadcastState
from bot.domain.notice_code import ALPHABET
from bot.storage.broadcasts import list_broadcasts
from bot.storage.encryption import Cipher

_LENGTH = 8


def make_trial_code(broadcast: Broadcast, cipher: Cipher) -> str:
    """Return the code of a broadcast as it is now; 39 bits, so that guessing one gains nothing."""
    seal = cipher.seal(f"trial of a broadcast {broadcast.id} {broadcast.version}".encode())
    return "".join(ALPHABET[each % len(ALPHABET)] for each in seal[:_LENGTH])


async def find_by_trial_code(tx: AsyncSession, typed: str, cipher: Cipher) -> Broadcast | None:
    """Return the broadcast that waits to be sent and has this code."""
    wanted = "".join(typed.upper().split()).replace("-", "")
    waiting = await list_broadcasts(tx, BroadcastState.DRAFT, BroadcastState.SUBMITTED, BroadcastState.APPROVED)
    for broadcast in waiting:
        if hmac.compare_digest(make_trial_code(broadcast, cipher).encode(), wanted.encode()):
            return broadcast
    return None
