"""Passwords of staff: argon2id, a few at a time, so that a flood of logins cannot take the machine."""

from __future__ import annotations

import asyncio
import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

AT_ONCE = 2
"""One hash takes 64 MiB and a tenth of a second on four threads."""
SHORTEST = 12
"""Characters of a password that staff choose themselves."""
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without i, l, o, 0 and 1, which are misread from paper."""
_NOBODYS_HASH = "$argon2id$v=19$m=65536,t=3,p=4$2RxyvD/6aB8Xrj7wdHh7PQ$OR1aRGZS63JgciRc+feLgzavNk9AG309Rr3UIIjHKc0"
"""The hash of a forgotten random text: checked where there is no account, so that both take as long."""


class Passwords:
    """Hashes and checks passwords, at most two at once."""

    def __init__(self) -> None:
        self._hasher = PasswordHasher()
        self._turn = asyncio.Semaphore(AT_ONCE)

    async def hash(self, password: str) -> str:
        """Return the hash to store."""
        async with self._turn:
            return await asyncio.to_thread(self._hasher.hash, password)

    async def matches(self, password: str, password_hash: str | None) -> bool:
        """Tell whether a password is right; it takes as long where there is no account (None)."""
        async with self._turn:
            right = await asyncio.to_thread(self._verify, password, password_hash or _NOBODYS_HASH)
        return right and password_hash is not None

    def _verify(self, password: str, password_hash: str) -> bool:
        try:
            return self._hasher.verify(password_hash, password)
        except (VerificationError, InvalidHashError):
            return False


def make_password() -> str:
    """Return a new random password of 99 bits, in groups that can be read aloud: "k7mqp-xh2dw-..."."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))
