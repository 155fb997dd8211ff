"""Beginning and ending to follow an application. Each is one transaction of whoever calls it."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.application import Application, find_secret
from bot.domain.application_code import make_code_key
from bot.domain.delivery import NotSentReason
from bot.domain.messages import ChatAddress
from bot.storage.application_follows import end_follows, record_follow, record_waiting_follow
from bot.storage.applications import list_by_id
from bot.storage.citizens import find_contact, list_contacts
from bot.storage.consents import ConsentAction, find_consent, record_consent
from bot.storage.deliveries import cancel_waiting
from bot.storage.encryption import Cipher

PURPOSE = "application-updates"
"""The consent that notices stand on."""
VERIFIED_FOR = timedelta(days=30)
"""So long a right secret counts, in the chat where it was said."""
WAITS_FOR = timedelta(days=16)
"""So long a code that is not known is looked for."""
_PROOF_PURPOSE = "application-proof"


async def follow(tx: AsyncSession, *, contact_id: UUID, application_id: UUID, now: datetime) -> Application | None:
    """Follow an application that the chat was just shown; return it as it is now, None where it is gone."""
    # While it is locked no report can change it unseen: either we read the change, or its sync sees our follow.
    found = await list_by_id(tx, [application_id], lock=True)
    if not found:
        return None
    await record_follow(
        tx, contact_id=contact_id, application=found[0], code_key=make_code_key(found[0].code), now=now
    )
    return found[0]


async def follow_unknown(tx: AsyncSession, *, contact_id: UUID, code: str, proof: bytes, now: datetime) -> None:
    """Follow a code that nothing was found for; when it comes, and the proof fits, the chat is told."""
    await record_waiting_follow(
        tx,
        contact_id=contact_id,
        code=code,
        code_key=make_code_key(code),
        proof=proof,
        waits_until=now + WAITS_FOR,
        now=now,
    )


async def withdraw(tx: AsyncSession, *, contact_address: ChatAddress, now: datetime) -> bool:
    """End everything the citizen who writes follows, in every chat; False where there was nothing to end.

    The consent is withdrawn and what waits to be sent is cancelled. What a worker already holds is stopped by the
    consent check before it is sent.
    """
    found = await find_contact(tx, contact_address)
    if found is None:
        return False
    contact_ids = [contact.id for contact in await list_contacts(tx, found.citizen_id)]
    ended = await end_follows(tx, contact_ids, now=now)
    await cancel_waiting(
        tx, contact_ids=contact_ids, purpose=PURPOSE, reason=NotSentReason.CONSENT_WITHDRAWN, now=now
    )
    last = await find_consent(tx, citizen_id=found.citizen_id, purpose=PURPOSE)
    if last is None or last.action is ConsentAction.WITHDRAWN:
        return ended > 0
    await record_consent(
        tx,
        citizen_id=found.citizen_id,
        purpose=PURPOSE,
        action=ConsentAction.WITHDRAWN,
        wording_sha256=last.wording_sha256,
        channel=contact_address.channel,
        now=now,
    )
    return True


def make_proof(code: str, said: str, cipher: Cipher, *, is_void: bool) -> bytes:
    """Return what is kept of a secret that was said for an unknown code: a keyed hash.

    `is_void`: a hash of nothing, that never fits, where a try does not count. It looks the same.
    """
    secret = find_secret(said)
    if secret is None or is_void:
        return secrets.token_bytes(16)
    return hash_secret(make_code_key(code), *secret, cipher)


def hash_secret(code_key: str, kind: str, value: str, cipher: Cipher) -> bytes:
    """Return the keyed hash of a secret for a code."""
    return cipher.index(f"{code_key}|{kind}|{value}", purpose=_PROOF_PURPOSE)
