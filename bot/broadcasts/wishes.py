"""What citizens may choose to get news of (data/news.yml), and ending it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.broadcast import PURPOSE
from bot.domain.delivery import NotSentReason
from bot.domain.messages import ChatAddress
from bot.storage.citizens import find_contact, list_contacts
from bot.storage.consents import ConsentAction, find_consent, record_consent
from bot.storage.deliveries import cancel_waiting
from bot.storage.news import delete_news_wishes
from bot.yaml_files import read_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsChoices:
    """Titles by id. `groups`: what a citizen may say of their household."""

    topics: Mapping[str, str]
    groups: Mapping[str, str]


def load_choices(path: Path) -> NewsChoices:
    """Return what may be chosen."""
    given = read_yaml(path)
    topics, groups = ({each["id"]: each["title"] for each in given[name]} for name in ("topics", "groups"))
    return NewsChoices(topics=topics, groups=groups)


async def withdraw(tx: AsyncSession, *, contact_address: ChatAddress, now: datetime) -> bool:
    """End all news for the citizen who writes, at once; False where there was none.

    What waits to be sent is cancelled; what a worker holds is stopped by the consent check before it is sent.
    """
    found = await find_contact(tx, contact_address)
    if found is None:
        return False
    contact_ids = [contact.id for contact in await list_contacts(tx, found.citizen_id)]
    last = await find_consent(tx, citizen_id=found.citizen_id, purpose=PURPOSE)
    ended = await delete_news_wishes(tx, contact_ids)
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
