"""Ending that staff read what a citizen writes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.delivery import NotSentReason
from bot.domain.handover import PURPOSE
from bot.domain.messages import ChatAddress
from bot.handover.lifecycle import leave
from bot.storage.citizens import find_contact, list_contacts
from bot.storage.consents import ConsentAction, find_consent, record_consent
from bot.storage.deliveries import cancel_waiting
from bot.storage.handovers import list_of_contacts


async def withdraw(tx: AsyncSession, *, contact_address: ChatAddress, now: datetime) -> bool:
    """End the handovers of the citizen who writes and take the consent back; False where there was none."""
    found = await find_contact(tx, contact_address)
    if found is None:
        return False
    last = await find_consent(tx, citizen_id=found.citizen_id, purpose=PURPOSE)
    if last is None or last.action is not ConsentAction.GIVEN:
        return False
    contact_ids = [contact.id for contact in await list_contacts(tx, found.citizen_id)]
    for held in await list_of_contacts(tx, contact_ids):
        await leave(tx, held.id, now=now)
    await cancel_waiting(
        tx, contact_ids=contact_ids, purpose=PURPOSE, reason=NotSentReason.CONSENT_WITHDRAWN, now=now
    )
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
