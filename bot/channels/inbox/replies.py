"""From a citizen's message to the answer that was sent, on messengers without buttons."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from bot.channels.inbox.flood import TOO_FAST, Flood, Verdict
from bot.channels.inbox.recent import Recent
from bot.channels.numbered_choices import find_choice
from bot.clock import Clock
from bot.domain.answers import Answer, AnswerKind
from bot.domain.messages import ChatAddress, CitizenMessage
from bot.domain.ports import DeliveryRefused, Sender, TakesTurns
from bot.storage.choices import find_choices
from bot.storage.database import Database

CLOCKS_DIFFER_BY = timedelta(seconds=5)
"""A message older than the choices by more than this was not an answer to them."""
_REMEMBERED = 5_000
_COMMAND = re.compile(r"/([A-Za-z0-9_]{1,32})(?:\s+(.*))?", re.DOTALL)
"""Zalo has no menu of commands, but whoever knows one from Telegram or from a sheet of paper may type it."""


class Replies:
    """Has each message answered. An answer that could not be sent is kept, so that a retry does not ask twice."""

    def __init__(self, *, sender: Sender, assistant: TakesTurns, clock: Clock) -> None:
        self._sender = sender
        self._assistant = assistant
        self._clock = clock
        self._flood = Flood()
        self._unsent: Recent[Answer] = Recent(_REMEMBERED)

    async def answer(self, message: CitizenMessage, *, key: str) -> None:
        """Answer one message; raises as the sender does."""
        answer = self._unsent.find(key)
        if answer is None:
            verdict = self._flood.judge(message.address.chat, self._clock())
            if verdict is Verdict.IGNORE:
                return
            answer = (
                Answer(kind=AnswerKind.REFUSAL, text=TOO_FAST)
                if verdict is Verdict.TELL
                else await self._assistant.take_turn(message)
            )
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


def read_command(typed: str) -> tuple[str | None, str]:
    """Return the command that a text begins with, without its slash, and what follows; None where it is none."""
    found = _COMMAND.fullmatch(typed.strip())
    return (found.group(1).lower(), (found.group(2) or "").strip()) if found else (None, typed)


async def find_chosen(database: Database, address: ChatAddress, typed: str, *, at: datetime) -> str | None:
    """Return the payload of the choice that a text makes, None where it makes none. `at`: when it was typed."""
    async with database.begin() as tx:
        offered = await find_choices(tx, address)
    if offered is None or at < offered.offered_at - CLOCKS_DIFFER_BY:
        return None
    chosen = find_choice(typed, offered.buttons)
    return chosen.payload if chosen is not None else None
