"""Ending to wait for answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.delivery import NotSentReason
from bot.domain.messages import ChatAddress
from bot.domain.question import PURPOSE
from bot.storage.citizens import find_contact, list_contacts
from bot.storage.consents import ConsentAction, find_consent, record_consent
from bot.storage.deliveries import cancel_waiting
from bot.storage.questions import delete_waiting


async def withdraw(tx: AsyncSession, *, contact_address: ChatAddress, now: datetime) -> bool:
    """Forget which answers the citizen who writes waits for; False where there were none."""
    found = await find_contact(tx, contact_address)
    if found is None:
        return False
    contact_ids = [contact.id for contact in await list_contacts(tx, found.citizen_id)]
    last = await find_consent(tx, citizen_id=found.citizen_id, purpose=PURPOSE)
    ended = await delete_waiting(tx, contact_ids)
    await cancel_waiting(
        tx, contact_ids=contact_ids, purpose=PURPOSE, reason=NotSentReason.CONSENT_WITHDRAWN, now=now
    )
    if last is None or last.action is not ConsentAction.GIVEN:
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
