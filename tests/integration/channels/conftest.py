"""What the tests of channels share: the emulator and the channel on it, an assistant that echoes, a web server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta

import pytest
import pytest_asyncio
import uvicorn
from fastapi import FastAPI
from pydantic import SecretStr
from sqlalchemy import text

from bot.channels.telegram.channel import TelegramChannel
from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.messages import CitizenMessage
from bot.privacy.inventory import INVENTORY, load_inventory
from bot.storage.database import Database
from bot.wiring import Core
from tests.conftest import MovedClock
from tests.integration.channels.telegram_talk import SECRET, is_ready, make_channel, until
from tests.integration.channels.town import OWNER, Town, chat_of
from tests.support.telegram_emulator import Emulator, running_emulator
from tests.support.web_process import make_app, opened
from tests.support.whole_person import WholePerson


class FakeAssistant:
    """Echoes what it is told, with two buttons, and remembers every turn.

    `takes_s`: how long a turn takes. `answer`: what is said instead of an echo.
    """

    def __init__(self) -> None:
        self.turns: list[CitizenMessage] = []
        self.takes_s = 0.0
        self.answer: Answer | None = None
        self.deletes = "001234567890"
        self.in_flight: dict[str, int] = {}
        self.most_in_flight_per_chat = 0

    async def take_turn(self, message: CitizenMessage) -> Answer:
        self.turns.append(message)
        chat = message.address.chat
        self.in_flight[chat] = self.in_flight.get(chat, 0) + 1
        self.most_in_flight_per_chat = max(self.most_in_flight_per_chat, self.in_flight[chat])
        await asyncio.sleep(self.takes_s)
        self.in_flight[chat] -= 1
        if self.answer is not None:
            return self.answer
        return Answer(
            kind=AnswerKind.ANSWER,
            text=self._echo(message),
            buttons=BUTTONS,
            deletes_message=message.text == self.deletes,
        )

    def _echo(self, message: CitizenMessage) -> str:
        if message.button is not None:
            return f"Bạn bấm: {message.button}"
        if message.command is not None:
            return f"Lệnh: {message.command} {message.text}".strip()
        if message.attachment is not None:
            return f"Bạn gửi: {message.attachment.value}"
        return f"{'Sửa' if message.edited else 'Bạn nói'}: {message.text}"


BUTTONS = (Button(title="Lệ phí", payload="u:le-phi"), Button(title="Hồ sơ", payload="s:application-status"))


@pytest.fixture
def assistant() -> FakeAssistant:
    """An assistant that echoes."""
    return FakeAssistant()


@pytest.fixture
async def emulator() -> AsyncIterator[Emulator]:
    """A Telegram of this test's own."""
    async with running_emulator() as emulator:
        yield emulator


@asynccontextmanager
async def served(app: FastAPI) -> AsyncIterator[str]:
    """Serve an application on a free port and give its address."""
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=0, log_level="error", lifespan="off"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        assert not serving.done(), "the web server ended"
        await asyncio.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        await serving


@pytest.fixture(params=["polling", "webhook"])
async def channel(
    request: pytest.FixtureRequest,
    emulator: Emulator,
    database: Database,
    assistant: FakeAssistant,
    clock: MovedClock,
) -> AsyncIterator[TelegramChannel]:
    """The whole Telegram channel at work."""
    async with AsyncExitStack() as stack:
        if request.param == "polling":
            channel = make_channel(emulator, database, assistant, clock)
        else:
            app = FastAPI()
            address = await stack.enter_async_context(served(app))
            channel = make_channel(emulator, database, assistant, clock, secret=SECRET, public_url=address)
            assert channel.router is not None
            app.include_router(channel.router)
        await channel.start()
        await until(lambda: is_ready(channel))
        yield channel
        await channel.stop()


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def opened_town(
    shared_database_url: SecretStr, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Town]:
    clock = MovedClock(datetime(2026, 11, 23, 2, tzinfo=UTC))
    app = make_app(shared_database_url, tmp_path_factory.mktemp("town"), clock)
    async with opened(app), served(app) as url:
        core: Core = app.state.core
        person = WholePerson(core.cipher, clock())
        async with core.database.begin() as tx:
            await person.write(tx, load_inventory(INVENTORY))
            await tx.execute(
                text("UPDATE contacts SET chat = :chat WHERE channel = 'web'"), {"chat": chat_of(OWNER).chat}
            )
        yield Town(app=app, core=core, url=url, clock=clock, person=person)


@pytest.fixture
def town(opened_town: Town) -> Town:
    """The web process two minutes later: what was counted against a client is forgotten."""
    opened_town.clock.move(timedelta(minutes=2))
    return opened_town
