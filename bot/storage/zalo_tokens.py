"""The pair of tokens of a Zalo app: encrypted, with a version, so that who renews it is one."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.encryption import Cipher
from bot.storage.tables import ZaloTokenRow


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenPair:
    """What a call is made with until `expires_at`, and what gets the next pair, once."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    version: int
    issued_at: datetime
    expires_at: datetime


async def find_token_pair(tx: AsyncSession, app_id: str, cipher: Cipher) -> TokenPair | None:
    """Return the pair of an app, None where it was never connected.

    Raises:
        CannotDecrypt: it was kept with another data key.
    """
    row = await tx.get(ZaloTokenRow, app_id)
    if row is None:
        return None
    bound = f"{app_id}:{row.version}"
    return TokenPair(
        access=cipher.decrypt(row.access_encrypted, column="zalo_tokens.access", row=bound),
        refresh=cipher.decrypt(row.refresh_encrypted, column="zalo_tokens.refresh", row=bound),
        version=row.version,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
    )


async def record_token_pair(tx: AsyncSession, app_id: str, pair: TokenPair, cipher: Cipher) -> None:
    """Keep a new pair in place of the one before."""
    bound = f"{app_id}:{pair.version}"
    values = {
        "version": pair.version,
        "access_encrypted": cipher.encrypt(pair.access, column="zalo_tokens.access", row=bound),
        "refresh_encrypted": cipher.encrypt(pair.refresh, column="zalo_tokens.refresh", row=bound),
        "issued_at": pair.issued_at,
        "expires_at": pair.expires_at,
    }
    await tx.execute(
        insert(ZaloTokenRow)
        .values(app_id=app_id, **values)
        .on_conflict_do_update(index_elements=["app_id"], set_=values)
    )
