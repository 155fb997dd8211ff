"""One citizen as staff see them: everything that is held, masked unless there is a reason."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.console.page import Visit
from bot.console.wording import OUTCOMES, PURPOSES
from bot.domain.application_code import mask_code
from bot.domain.messages import Channel
from bot.skills.my_data.wording import mask_date
from bot.storage.application_follows import list_follows
from bot.storage.consents import ConsentEvent
from bot.storage.data_requests import DataRequest, list_of_citizen
from bot.storage.handovers import Handover, list_of_contacts
from bot.storage.news import find_news_wish
from bot.storage.people import (
    SeenContact,
    SeenDelivery,
    find_citizen,
    list_consents,
    list_seen_contacts,
    list_seen_deliveries,
)
from bot.storage.person_links import count_links
from bot.storage.questions import count_waiting
from bot.storage.reminders import list_subscriptions
from bot.storage.zalo_people import find_phone

DELIVERIES_SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReminder:
    """A subscription: what it is about, and the dates it stands on."""

    title: str
    facts: tuple[tuple[str, str], ...] = field(repr=False)
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Everything that is held on a citizen."""

    id: UUID
    known_since: datetime
    contacts: tuple[tuple[SeenContact, str], ...]
    phones: tuple[str, ...] = field(repr=False)
    consents: tuple[tuple[str, ConsentEvent], ...]
    reminders: tuple[ShownReminder, ...]
    followed: tuple[str, ...]
    linked: int
    waiting: int
    news: tuple[str, ...]
    deliveries: tuple[tuple[SeenDelivery, str, str], ...]
    handovers: tuple[Handover, ...]
    requests: tuple[DataRequest, ...]


async def load_person(tx: AsyncSession, citizen_id: UUID, visit: Visit, *, unmasked: bool) -> Person | None:
    """Return what is held on a citizen, None where there is nobody."""
    known_since = await find_citizen(tx, citizen_id)
    if known_since is None:
        return None
    contacts = await list_seen_contacts(tx, citizen_id)
    contact_ids = [each.id for each in contacts]
    return Person(
        id=citizen_id,
        known_since=known_since,
        contacts=tuple((each, each.chat if unmasked else mask_chat(each.channel, each.chat)) for each in contacts),
        phones=await _list_phones(tx, contacts, visit, unmasked=unmasked),
        consents=tuple(
            (PURPOSES.get(each.purpose, each.purpose), each) for each in await list_consents(tx, citizen_id)
        ),
        reminders=await _list_reminders(tx, citizen_id, visit, unmasked=unmasked),
        followed=tuple(
            each.code if unmasked else mask_code(each.code) for each in await list_follows(tx, contact_ids)
        ),
        linked=await count_links(tx, contact_ids),
        waiting=await count_waiting(tx, contact_ids),
        news=await _list_news(tx, contact_ids, visit, unmasked=unmasked),
        deliveries=tuple(
            (each, PURPOSES.get(each.purpose, each.purpose), OUTCOMES.get((each.state, each.reason), each.state))
            for each in await list_seen_deliveries(tx, contact_ids, limit=DELIVERIES_SHOWN)
        ),
        handovers=tuple(await list_of_contacts(tx, contact_ids)),
        requests=tuple(await list_of_citizen(tx, visit.cipher, citizen_id)),
    )


async def _list_phones(
    tx: AsyncSession, contacts: list[SeenContact], visit: Visit, *, unmasked: bool
) -> tuple[str, ...]:
    on_zalo = [each.chat for each in contacts if each.channel is Channel.ZALO]
    found = [await find_phone(tx, chat, visit.cipher) for chat in on_zalo]
    return tuple(phone if unmasked else f"•••{phone[-3:]}" for phone in found if phone is not None)


async def _list_reminders(
    tx: AsyncSession, citizen_id: UUID, visit: Visit, *, unmasked: bool
) -> tuple[ShownReminder, ...]:
    shown = []
    for each in await list_subscriptions(tx, citizen_id, visit.cipher):
        rule = visit.rules.get(each.rule_id)
        names = rule.fact_names if rule is not None else {}
        shown.append(
            ShownReminder(
                title=rule.title if rule is not None else each.rule_id,
                facts=tuple(
                    (names.get(name, name).capitalize(), _show(day, unmasked=unmasked))
                    for name, day in each.facts.items()
                ),
                created_at=each.created_at,
            )
        )
    return tuple(shown)


async def _list_news(
    tx: AsyncSession, contact_ids: list[UUID], visit: Visit, *, unmasked: bool
) -> tuple[str, ...]:
    wish = await find_news_wish(tx, contact_ids)
    if wish is None:
        return ()
    communes = visit.communes()
    commune = communes.get(wish.commune_code) if wish.commune_code else None
    province = communes.provinces.get(wish.province_code or "", "")
    place = f"{commune.name}, {commune.province}" if unmasked and commune is not None else province
    year = str(wish.birth_year) if unmasked else f"••{wish.birth_year % 10}•" if wish.birth_year else ""
    said = [
        f"Nơi ở: {place}" if place else "",
        f"Năm sinh: {year}" if wish.birth_year else "",
        *(visit.news.groups.get(each, each) for each in wish.groups),
        *(visit.news.topics.get(each, each) for each in wish.topics),
    ]
    return tuple(each for each in said if each)


def mask_chat(channel: Channel, chat: str) -> str:
    """Return a messenger's id of a chat of which only the end shows; a browser's tells nothing at all."""
    return "•••" if channel is Channel.WEB else f"•••{chat[-3:]}"


def _show(day: date, *, unmasked: bool) -> str:
    return f"{day:%d/%m/%Y}" if unmasked else mask_date(day)
