"""T18, T23: whatever other systems send, it is read or refused with a reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from telegram import Update

from bot.applications.sources import INVENTED, SourceSystems
from bot.channels.telegram.read_update import find_chat, find_message, find_public_message
from bot.clock import Clock
from bot.gateways.applications.columns import COLUMNS
from bot.gateways.applications.rows import RowChecker
from bot.gateways.rows.raw import UNSTORABLE
from bot.wiring import SOURCES
from tests.fuzz.texts import much, texts, values

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
CLOCK: Clock = lambda: NOW  # noqa: E731
SOURCE = SourceSystems.load(SOURCES).find(INVENTED)
FIELDS = sorted(COLUMNS.headings)
rows: st.SearchStrategy[Any] = st.one_of(
    values, st.dictionaries(st.sampled_from(FIELDS), values | texts, max_size=len(FIELDS))
)
"""A row of another system: the right names with anything under them, or anything at all."""


@much
@given(row=rows)
def test_a_row_is_read_or_refused(row: object) -> None:
    checked = RowChecker(SOURCE, now=NOW).check(row)
    assert checked
    if isinstance(checked, tuple):
        said = "".join(each.as_json()["message"] for each in checked)
        assert not UNSTORABLE.search(said), "the report of a delivery is kept"


@much
@given(update=values)
def test_the_chat_of_an_update_is_found_or_not(update: object) -> None:
    assert isinstance(find_chat(update), str)


@much
@given(
    text=texts,
    chat=st.sampled_from(["private", "group", "supergroup", "channel"]),
    extra=st.dictionaries(st.sampled_from(["caption", "entities", "sticker", "reply_to_message"]), st.none()),
)
def test_an_update_of_telegram_is_read(text: str, chat: str, extra: dict[str, object]) -> None:
    raw = {
        "update_id": 1,
        "message": {"message_id": 1, "date": 1, "chat": {"id": 1, "type": chat}, "text": text, **extra},
    }
    update = Update.de_json(json.loads(json.dumps(raw)), None)
    assert update is not None
    message = find_message(update, now=NOW)
    if text:
        assert (message is None) == (chat != "private")
    find_public_message(update)
