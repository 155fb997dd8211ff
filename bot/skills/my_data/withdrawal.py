"""Taking one consent back: what stands on it ends at once, the others stay as they are."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.applications.follow import withdraw as stop_following
from bot.broadcasts.wishes import withdraw as stop_news
from bot.domain.messages import ChatAddress
from bot.domain.person import Person, read_about
from bot.handover.withdraw import withdraw as stop_staff
from bot.privacy.withdrawals import Withdrawal
from bot.questions.wishes import withdraw as stop_waiting
from bot.reminders.rules import PURPOSE as REMINDERS
from bot.reminders.subscribe import withdraw as stop_reminders
from bot.storage.checklists import delete_checklists
from bot.storage.citizens import find_contact, list_addresses, list_contacts
from bot.storage.consents import ConsentAction, find_consent, record_consent
from bot.storage.encryption import Cipher
from bot.storage.person_links import delete_links
from bot.storage.reminders import end_subscription, list_subscriptions
from bot.storage.tombstones import make_mark

_Stop = Callable[..., Awaitable[bool]]
_Forget = Callable[[AsyncSession, Sequence[UUID]], Awaitable[None]]

WARD = "reminders-ward"
_STOPS: Mapping[str, _Stop] = {
    "announcements": stop_news,
    "application-updates": stop_following,
    "question-answered": stop_waiting,
    "replies": stop_staff,
}
FORGETS: Mapping[str, _Forget] = {"checklists": delete_checklists, "application-link": delete_links}
"""What ends by forgetting: nothing is sent for it."""
PURPOSES = (REMINDERS, WARD, *_STOPS, *FORGETS)


async def withdraw_purpose(
    tx: AsyncSession, purpose: str, *, contact_address: ChatAddress, cipher: Cipher, now: datetime
) -> bool:
    """Take the consent for one purpose back; False where it was not given. `purpose`: of PURPOSES.

    What waits to be sent for it is cancelled; what a worker holds is stopped by the consent check before sending.
    """
    contact = await find_contact(tx, contact_address)
    if contact is None:
        return False
    last = await find_consent(tx, citizen_id=contact.citizen_id, purpose=purpose)
    if last is None or last.action is not ConsentAction.GIVEN:
        return False
    if purpose == REMINDERS:
        await stop_reminders(tx, contact_address=contact_address, purpose=purpose, now=now)
        return True
    if (stop := _STOPS.get(purpose)) is not None:
        await stop(tx, contact_address=contact_address, now=now)
        return True
    if purpose == WARD:
        await _end_of_wards(tx, contact.citizen_id, cipher, now)
    else:
        await FORGETS[purpose](tx, [each.id for each in await list_contacts(tx, contact.citizen_id)])
    await record_consent(
        tx,
        citizen_id=contact.citizen_id,
        purpose=purpose,
        action=ConsentAction.WITHDRAWN,
        wording_sha256=last.wording_sha256,
        channel=contact_address.channel,
        now=now,
    )
    return True


async def withdraw_again(tx: AsyncSession, withdrawals: Iterable[Withdrawal], cipher: Cipher) -> int:
    """Take back what was taken back after it was given, as far as a restored backup knows; return how many.

    Who agreed anew after that stays.
    """
    newest: dict[tuple[bytes, str], datetime] = {}
    for each in withdrawals:
        key = each.mark, each.purpose
        newest[key] = max(each.withdrawn_at, newest.get(key, each.withdrawn_at))
    again = 0
    for address in await list_addresses(tx):
        mark = make_mark(cipher, address)
        for purpose in PURPOSES:
            withdrawn_at = newest.get((mark, purpose))
            contact = await find_contact(tx, address) if withdrawn_at is not None else None
            if withdrawn_at is None or contact is None:
                continue
            last = await find_consent(tx, citizen_id=contact.citizen_id, purpose=purpose)
            if last is not None and last.action is ConsentAction.GIVEN and last.happened_at <= withdrawn_at:
                await withdraw_purpose(tx, purpose, contact_address=address, cipher=cipher, now=withdrawn_at)
                again += 1
    return again


async def has_given(tx: AsyncSession, purpose: str, *, contact_address: ChatAddress) -> bool:
    """Tell whether the citizen of a chat agreed to a purpose, and still does."""
    contact = await find_contact(tx, contact_address)
    last = await find_consent(tx, citizen_id=contact.citizen_id, purpose=purpose) if contact is not None else None
    return last is not None and last.action is ConsentAction.GIVEN


async def _end_of_wards(tx: AsyncSession, citizen_id: UUID, cipher: Cipher, now: datetime) -> None:
    for subscription in await list_subscriptions(tx, citizen_id, cipher):
        if read_about(subscription.about) not in (None, Person.SELF):
            await end_subscription(tx, subscription.id, now=now)
