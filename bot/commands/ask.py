"""`ask`: questions in, one a line; answers out as JSON, one a line, in order."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TextIO
from uuid import uuid4

from sqlalchemy import delete

from bot.channels.answer_json import render_json
from bot.domain.messages import Channel, ChatAddress, CitizenMessage
from bot.storage.tables import ConversationRow
from bot.wiring import Core


class LineNotUnderstood(ValueError):
    """A line is a JSON object without a text or a button."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedLine:
    """One line of the input."""

    conversation: str
    text: str
    button: str | None


def read_lines(lines: Iterable[str]) -> Iterable[AskedLine]:
    """Yield what each line asks; an empty line is skipped.

    Raises:
        LineNotUnderstood: a JSON object with neither text nor button.
    """
    last = ""
    for number, raw in enumerate(lines, start=1):
        line = raw.rstrip("\r\n")
        if not line.strip():
            continue
        given = _object(line)
        if given is None:
            yield AskedLine(conversation=f"line-{number}", text=line, button=None)
            continue
        if not isinstance(given.get("text", given.get("button")), str):
            raise LineNotUnderstood(f'dòng {number}: cần "text" hoặc "button"')
        # A pressed button without a conversation goes on with the one before it.
        last = str(given.get("conversation") or (last if "button" in given and last else f"line-{number}"))
        button = given.get("button")
        yield AskedLine(
            conversation=last, text=str(given.get("text", "")), button=str(button) if button is not None else None
        )


async def answer_lines(
    core: Core, lines: Iterable[str], out: TextIO, *, noise: Callable[[str], str] | None
) -> int:
    """Answer every line on `out`, and return how many there were; nothing of it is kept afterwards."""
    run = uuid4().hex
    count = 0
    for asked in read_lines(lines):
        text = noise(asked.text) if noise is not None else asked.text
        message = CitizenMessage(
            address=ChatAddress(channel=Channel.TERMINAL, chat=f"ask:{run}:{asked.conversation}"),
            received_at=core.clock(),
            text=text,
            button=asked.button,
        )
        started = time.perf_counter()
        answer = await core.assistant.take_turn(message)
        elapsed_ms = (time.perf_counter() - started) * 1000
        told = render_json(
            answer, conversation=asked.conversation, question=text or (asked.button or ""), elapsed_ms=elapsed_ms
        )
        out.write(json.dumps(told, ensure_ascii=False) + "\n")
        out.flush()
        count += 1
    async with core.database.begin() as tx:
        await tx.execute(delete(ConversationRow).where(ConversationRow.chat.startswith(f"ask:{run}:")))
    return count


def _object(line: str) -> dict[str, object] | None:
    if not line.lstrip().startswith("{"):
        return None
    try:
        given = json.loads(line)
    except ValueError:
        return None
    return given if isinstance(given, dict) else None
