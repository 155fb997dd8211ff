"""From a citizen's message to the answer that was sent, on messengers without buttons."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.channels.inbox.recent import Recent
from bot.channels.numbered_choices import find_choice
from bot.domain.answers import Answer
from bot.domain.messages import ChatAddress, CitizenMessage
from bot.domain.ports import DeliveryRefused, Sender, TakesTurns
from bot.storage.choices import find_choices
from bot.storage.database import Database

CLOCKS_DIFFER_BY = timedelta(seconds=5)
"""A message older than the choices by more than this was not an answer to them."""
_REMEMBERED = 5_000


class Replies:
    """Has each message answered. An answer that could not be sent is kept, so that a retry does not ask twice."""

    def __init__(self, *, sender: Sender, assistant: TakesTurns) -> None:
        self._sender = sender
        self._assistant = assistant
        self._unsent: Recent[Answer] = Recent(_REMEMBERED)

    async def answer(self, message: CitizenMessage, *, key: str) -> None:
        """Answer one message; raises as the sender does."""
        answer = self._unsent.find(key)
        if answer is None:
            answer = await self._assistant.take_turn(message)
            self._unsent.keep(key, answer)
        if answer.is_silent:
            self._unsent.forget(key)
            return
        try:
            await self._sender.send(message.address, answer, idempotency_key=f"reply:{key}")
        except DeliveryRefused:
            self._unsent.forget(key)
            raise
        self._unsent.forget(key)


async def find_chosen(database: Database, address: ChatAddress, typed: str, *, at: datetime) -> str | None:
    """Return the payload of the choice that a text makes, None where it makes none. `at`: when it was typed."""
    async with database.begin() as tx:
        offered = await find_choices(tx, address)
    if offered is None or at < offered.offered_at - CLOCKS_DIFFER_BY:
        return None
    chosen = find_choice(typed, offered.buttons)
    return chosen.payload if chosen is not None else None
