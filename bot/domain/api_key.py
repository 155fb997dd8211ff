"""Bearer keys of other systems."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from uuid import UUID

_PREFIX = "troly06_"
"""So that a key which slipped into a log or a repository is recognised."""
_BYTES = 32


class ApiScope(StrEnum):
    """What a key may do."""

    APPLICATIONS_WRITE = "applications:write"
    BENEFICIARIES_WRITE = "beneficiaries:write"


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """A key that was recognised."""

    id: UUID
    name: str
    source: str
    scopes: frozenset[str]


def make_key() -> str:
    """Return a new key: 256 random bits, so a plain hash of it is enough at rest."""
    return _PREFIX + secrets.token_urlsafe(_BYTES)


def hash_key(key: str) -> bytes:
    """Return what is kept of a key."""
    return sha256(key.encode()).digest()
