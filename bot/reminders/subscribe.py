"""Beginning and ending to be reminded. Each is one transaction of whoever calls it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import hanoi_date
from bot.domain.delivery import NotSentReason
from bot.domain.messages import ChatAddress
from bot.reminders.due import list_due_moments
from bot.reminders.rules import ReminderRule
from bot.storage.citizens import find_contact, list_contacts, record_contact
from bot.storage.consents import ConsentAction, find_consent, record_consent
from bot.storage.deliveries import cancel_waiting
from bot.storage.encryption import Cipher
from bot.storage.reminders import end_subscriptions, record_subscription


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenConsent:
    """That a citizen said yes, and to which words."""

    purpose: str
    wording_sha256: str


async def subscribe(
    tx: AsyncSession,
    *,
    rule: ReminderRule,
    address: ChatAddress,
    facts: Mapping[str, date],
    event_on: date,
    consent: GivenConsent,
    cipher: Cipher,
    now: datetime,
) -> list[date]:
    """Remember a citizen who agreed, and write the due moments of an event; return their days, the next first."""
    contact = await record_contact(tx, address, now=now)
    await record_consent(
        tx,
        citizen_id=contact.citizen_id,
        purpose=consent.purpose,
        action=ConsentAction.GIVEN,
        wording_sha256=consent.wording_sha256,
        channel=address.channel,
        now=now,
    )
    moments = list_due_moments(rule, event_on, now=now)
    await record_subscription(
        tx,
        citizen_id=contact.citizen_id,
        contact_id=contact.id,
        rule_id=rule.id,
        facts=facts,
        reminders=moments,
        cipher=cipher,
        now=now,
    )
    return [hanoi_date(moment.due_at) for moment in moments]


async def withdraw(tx: AsyncSession, *, contact_address: ChatAddress, purpose: str, now: datetime) -> bool:
    """End every subscription of the citizen who writes, at once; False where there was nothing to end.

    The consent is withdrawn, the dates are forgotten, and what waits to be sent is cancelled. What a worker
    already holds is stopped by the consent check before it is sent.
    """
    found = await find_contact(tx, contact_address)
    if found is None:
        return False
    contact_ids = [contact.id for contact in await list_contacts(tx, found.citizen_id)]
    last = await find_consent(tx, citizen_id=found.citizen_id, purpose=purpose)
    ended = await end_subscriptions(tx, contact_ids=contact_ids, now=now)
    cancelled = await cancel_waiting(
        tx, contact_ids=contact_ids, purpose=purpose, reason=NotSentReason.CONSENT_WITHDRAWN, now=now
    )
    if last is not None and last.action is ConsentAction.GIVEN:
        await record_consent(
            tx,
            citizen_id=found.citizen_id,
            purpose=purpose,
            action=ConsentAction.WITHDRAWN,
            wording_sha256=last.wording_sha256,
            channel=contact_address.channel,
            now=now,
        )
        return True
    return ended + cancelled > 0
