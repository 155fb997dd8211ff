"""The session of a conversation, as it is kept: taken up under a lock, kept at the end of the turn.

What was typed into a form may identify someone, so forms are encrypted; when they expire stands beside them.
"""

from __future__ import annotations

import base64
import json
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.messages import ChatAddress
from bot.domain.session import FORM_LIVES, Session
from bot.domain.switches import Switches
from bot.storage.conversations import keep, take_up
from bot.storage.encryption import CannotDecrypt, Cipher

_COLUMN = "conversations.state"
_FORMS = "forms"
_EXPIRE_AT = "forms_expire_at"
_ENCRYPTED = {"form", "paused", "last_question", "subject"}


async def load_session(
    tx: AsyncSession, address: ChatAddress, cipher: Cipher, *, now: datetime
) -> tuple[Session, Switches]:
    """Return the session of a conversation, a new one where there is none, and how the service is set.

    Expired forms are dropped. The row is locked until the transaction ends.
    """
    taken = await take_up(tx, address, now=now)
    session = Session.model_validate({**taken.state, **_open(taken.state.get(_FORMS), address, cipher)})
    session.forget_expired(now=now)
    return session, taken.switches


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
    await keep(tx, address, state, now=now)


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
