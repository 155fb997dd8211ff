"""A delivery as a whole: how its sender makes sure that it is taken once."""

from __future__ import annotations

from collections.abc import AsyncIterator
from hashlib import sha256

BREATHE_EVERY = 250
"""Rows after which others may go on: citizens are answered while a delivery is read (about 10 ms of work)."""


class IdempotencyKeyReused(Exception):
    """The key came with other rows before."""


class BodyHash:
    """The hash of a body, taken while it streams by."""

    def __init__(self) -> None:
        self._hash = sha256()

    async def watch(self, chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        """Give the chunks on as they come."""
        async for chunk in chunks:
            self._hash.update(chunk)
            yield chunk

    def digest(self) -> bytes:
        """Return the hash of what has passed."""
        return self._hash.digest()
