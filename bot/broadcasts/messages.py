"""What a broadcast says to one person: its words, with their place filled in, and its code."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.catalogue import UNIT_PREFIX
from bot.domain.answers import Answer, AnswerKind, Button, Link
from bot.domain.broadcast import BroadcastContent, is_link
from bot.domain.notice_code import render_code
from bot.places.communes import Communes
from bot.storage.broadcasts import find_broadcast
from bot.storage.canned_replies import find_file
from bot.storage.news import NewsWish, list_news_wishes

REFERENCE = "broadcast"
"""The key of a delivery's message that names a broadcast."""
COMMUNE, PROVINCE = "{xã}", "{tỉnh}"
PLACEHOLDERS = {COMMUNE: "xã, phường của bạn", PROVINCE: "tỉnh, thành phố của bạn"}
"""What may stand in a text, and what is said where the place is not known."""
STOP_BUTTON = Button(title="Dừng nhận tin", payload="s:news:stop")


class BroadcastMessages:
    """The port bot.delivery.message_source.MessageSource for {"broadcast": id, "contact": id}."""

    def __init__(self, communes: Callable[[], Communes]) -> None:
        self._communes = communes

    async def find_answer(self, tx: AsyncSession, message: Mapping[str, Any]) -> Answer | None:
        """Return what to send, None where the person wants no news any more."""
        return (await self.find_answers(tx, [message]))[0]

    async def find_answers(
        self, tx: AsyncSession, messages: Sequence[Mapping[str, Any]]
    ) -> Sequence[Answer | None]:
        """Return for each message what to send, None where the person wants no news any more."""
        broadcasts = {each: await find_broadcast(tx, UUID(each)) for each in {one[REFERENCE] for one in messages}}
        pictures = {
            each.id: await find_file(tx, each.content.picture_id)
            for each in broadcasts.values()
            if each is not None and each.content.picture_id is not None
        }
        wishes = await list_news_wishes(tx, [UUID(each["contact"]) for each in messages])
        found: list[Answer | None] = []
        for message in messages:
            broadcast, wish = broadcasts[message[REFERENCE]], wishes.get(UUID(message["contact"]))
            if broadcast is None or wish is None:
                found.append(None)
            else:
                answer = render(broadcast.content, wish, self._communes, code=render_code(message))
                found.append(replace(answer, file=pictures.get(broadcast.id)))
        return found


def render(content: BroadcastContent, wish: NewsWish, communes: Callable[[], Communes], *, code: str) -> Answer:
    """Return a broadcast as one person gets it."""
    text = content.text
    if any(name in text for name in PLACEHOLDERS):
        places = communes()
        commune = places.get(wish.commune_code) if wish.commune_code else None
        province = places.provinces.get(wish.province_code) if wish.province_code else None
        text = text.replace(COMMUNE, commune.name if commune is not None else PLACEHOLDERS[COMMUNE])
        text = text.replace(PROVINCE, province or PLACEHOLDERS[PROVINCE])
    links = [Link(title=title, url=leads) for title, leads in content.buttons if is_link(leads)]
    buttons = [
        Button(title=title, payload=f"{UNIT_PREFIX}{leads}")
        for title, leads in content.buttons
        if not is_link(leads)
    ]
    return Answer(
        kind=AnswerKind.FORM,
        text=f"📢 {text}\n\n{code}",
        buttons=(*buttons, STOP_BUTTON),
        links=tuple(links),
    )
