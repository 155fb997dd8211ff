"""The session of a conversation, in the database: loaded under a lock, saved at the end of the turn.

What was typed into a form may identify someone, so forms are encrypted; when they expire stands beside them.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.messages import ChatAddress
from bot.domain.session import FORM_LIVES, Session
from bot.storage.encryption import CannotDecrypt, Cipher
from bot.storage.tables import ConversationRow

_COLUMN = "conversations.state"
_FORMS = "forms"
_EXPIRE_AT = "forms_expire_at"
_ENCRYPTED = {"form", "paused", "last_question", "subject"}


async def load_session(tx: AsyncSession, address: ChatAddress, cipher: Cipher, *, now: datetime) -> Session:
    """Return the session of a conversation, a new one where there is none; expired forms are dropped.

    The row is locked until the transaction ends, so one conversation is handled in order.
    """
    state: dict[str, Any] | None = await tx.scalar(
        insert(ConversationRow)
        .values(channel=address.channel.value, chat=address.chat)
        .on_conflict_do_nothing(index_elements=["channel", "chat"])
        .returning(ConversationRow.state)
    )
    if state is None:  # it was there already
        held = select(ConversationRow.state).where(
            ConversationRow.channel == address.channel.value, ConversationRow.chat == address.chat
        )
        state = (await tx.execute(held.with_for_update())).scalar_one()
    session = Session.model_validate({**state, **_open(state.get(_FORMS), address, cipher)})
    session.forget_expired(now=now)
    return session


async def save_session(
    tx: AsyncSession, address: ChatAddress, session: Session, cipher: Cipher, *, now: datetime
) -> None:
    """Write the session back; nothing where its citizen had everything deleted in this turn."""
    state = session.model_dump(mode="json", exclude_none=True, exclude=_ENCRYPTED)
    forms = session.model_dump(mode="json", exclude_none=True, include=_ENCRYPTED)
    if forms:
        encrypted = cipher.encrypt(json.dumps(forms), column=_COLUMN, row=_name(address))
        state[_FORMS] = base64.b64encode(encrypted).decode()
        keeps_words = session.last_question or session.subject
        ends = [form.expires_at for form in (session.form, session.paused) if form is not None]
        state[_EXPIRE_AT] = max([*ends, now + FORM_LIVES] if keeps_words else ends).isoformat()
    await tx.execute(
        update(ConversationRow)
        .where(ConversationRow.channel == address.channel.value, ConversationRow.chat == address.chat)
        .values(state=state, updated_at=now)
    )


def _open(forms: str | None, address: ChatAddress, cipher: Cipher) -> dict[str, Any]:
    if forms is None:
        return {}
    try:
        read: dict[str, Any] = json.loads(
            cipher.decrypt(base64.b64decode(forms), column=_COLUMN, row=_name(address))
        )
    except CannotDecrypt:
        return {}  # the key was changed: a form of half an hour is asked anew
    return read


def _name(address: ChatAddress) -> str:
    return f"{address.channel.value}:{address.chat}"
