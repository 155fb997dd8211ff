"""Beginning and ending to be reminded. Each is one transaction of whoever calls it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import hanoi_date
from bot.domain.delivery import NotSentReason
from bot.domain.messages import ChatAddress
from bot.domain.reminder import Subscription
from bot.reminders.due import HORIZON, list_days, plan_ahead
from bot.reminders.rules import ReminderRule
from bot.storage.citizens import find_contact, list_contacts, record_contact
from bot.storage.consents import ConsentAction, find_consent, record_consent
from bot.storage.deliveries import cancel_waiting
from bot.storage.encryption import Cipher
from bot.storage.reminders import NewSubscription, end_subscriptions, list_waiting_reminders, record_subscription


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
    consents: Sequence[GivenConsent],
    cipher: Cipher,
    now: datetime,
    about: str = "",
) -> list[date]:
    """Remember a citizen who agreed, and write what is due; return the days of all reminders, the next first.

    `consents`: what was agreed to, and by whom where it is about somebody else.
    """
    contact = await record_contact(tx, address, now=now)
    for consent in consents:
        await record_consent(
            tx,
            citizen_id=contact.citizen_id,
            purpose=consent.purpose,
            action=ConsentAction.GIVEN,
            wording_sha256=consent.wording_sha256,
            channel=address.channel,
            now=now,
        )
    ahead = plan_ahead(rule, facts, now=now)
    await record_subscription(
        tx,
        NewSubscription(
            citizen_id=contact.citizen_id,
            contact_id=contact.id,
            rule_id=rule.id,
            about=about,
            rule_version=rule.version,
            next_look_on=ahead.next_look_on,
            facts=facts,
            reminders=ahead.moments,
        ),
        cipher=cipher,
        now=now,
    )
    return list_days(rule, facts, now=now)


async def list_coming_days(
    tx: AsyncSession, subscription: Subscription, rule: ReminderRule, *, now: datetime
) -> list[date]:
    """List the days on which a subscription still reminds: written, put off or asked for again, or far ahead."""
    waiting = await list_waiting_reminders(tx, subscription.id)
    written = {hanoi_date(each.due_at) for each in waiting}
    beyond = {day for day in list_days(rule, subscription.facts, now=now) if day > hanoi_date(now) + HORIZON}
    return sorted(written | beyond)


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
