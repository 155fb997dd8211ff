"""Links that open once: a secret of 256 bits, kept as a hash, for the first browser and ten minutes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, and_, delete, or_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.messages import ChatAddress
from bot.storage.encryption import Cipher
from bot.storage.tables import OneTimeLinkRow, PrivatePageRow

LIVES = timedelta(minutes=10)
_TOKEN_BYTES = 32
_COLUMN = "private_pages.answer"


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
    return await tx.scalar(
        update(OneTimeLinkRow)
        .where(_may_open(OneTimeLinkRow, token, browser, now))
        .values(browser_sha256=hash_secret(browser))
        .returning(OneTimeLinkRow.citizen_id)
    )


async def make_page(tx: AsyncSession, address: ChatAddress, answer: str, *, cipher: Cipher, now: datetime) -> str:
    """Return the secret of a link to an answer (JSON), which is kept encrypted until it is over."""
    token, page_id = secrets.token_urlsafe(_TOKEN_BYTES), uuid4()
    tx.add(
        PrivatePageRow(
            id=page_id,
            token_sha256=hash_secret(token),
            channel=address.channel.value,
            chat=address.chat,
            answer_encrypted=cipher.encrypt(answer, column=_COLUMN, row=page_id),
            created_at=now,
            expires_at=now + LIVES,
        )
    )
    await tx.flush()
    return token


async def claim_page(tx: AsyncSession, token: str, *, browser: str, cipher: Cipher, now: datetime) -> str | None:
    """Return the answer, and bind it to the browser; None where the link is wrong, old, or another browser's."""
    claimed = update(PrivatePageRow).where(_may_open(PrivatePageRow, token, browser, now))
    row = (
        await tx.execute(
            claimed.values(browser_sha256=hash_secret(browser)).returning(
                PrivatePageRow.id, PrivatePageRow.answer_encrypted
            )
        )
    ).one_or_none()
    return cipher.decrypt(row.answer_encrypted, column=_COLUMN, row=row.id) if row is not None else None


async def delete_over_links(tx: AsyncSession, *, now: datetime) -> None:
    """Delete links whose time is over, with what is behind them."""
    for table in (OneTimeLinkRow, PrivatePageRow):
        await tx.execute(delete(table).where(table.expires_at <= now))


def hash_secret(secret: str) -> bytes:
    """Return what is kept of a secret: it is random and long, so a plain hash hides it."""
    return hashlib.sha256(secret.encode()).digest()


def _may_open(
    table: type[OneTimeLinkRow | PrivatePageRow], token: str, browser: str, now: datetime
) -> ColumnElement[bool]:
    return and_(
        table.token_sha256 == hash_secret(token),
        table.expires_at > now,
        or_(table.browser_sha256.is_(None), table.browser_sha256 == hash_secret(browser)),
    )
