"""Links that open once: a secret of 256 bits, kept as a hash, for the first browser and ten minutes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.storage.tables import OneTimeLinkRow

LIVES = timedelta(minutes=10)
_TOKEN_BYTES = 32


async def make_link(tx: AsyncSession, citizen_id: UUID, *, now: datetime) -> str:
    """Return the secret of a new link; an older one of the citizen opens no more."""
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    values = {
        "token_sha256": hash_secret(token),
        "browser_sha256": None,
        "created_at": now,
        "expires_at": now + LIVES,
    }
    written = insert(OneTimeLinkRow).values(citizen_id=citizen_id, **values)
    await tx.execute(written.on_conflict_do_update(index_elements=["citizen_id"], set_=values))
    return token


async def claim_link(tx: AsyncSession, token: str, *, browser: str, now: datetime) -> UUID | None:
    """Return whose link it is, and bind it to the browser; None where it is wrong, old, or another browser's."""
    browser_sha256 = hash_secret(browser)
    return await tx.scalar(
        update(OneTimeLinkRow)
        .where(
            OneTimeLinkRow.token_sha256 == hash_secret(token),
            OneTimeLinkRow.expires_at > now,
            or_(OneTimeLinkRow.browser_sha256.is_(None), OneTimeLinkRow.browser_sha256 == browser_sha256),
        )
        .values(browser_sha256=browser_sha256)
        .returning(OneTimeLinkRow.citizen_id)
    )


async def delete_over_links(tx: AsyncSession, *, now: datetime) -> None:
    """Delete links whose time is over."""
    await tx.execute(delete(OneTimeLinkRow).where(OneTimeLinkRow.expires_at <= now))


def hash_secret(secret: str) -> bytes:
    """Return what is kept of a secret: it is random and long, so a plain hash hides it."""
    return hashlib.sha256(secret.encode()).digest()
