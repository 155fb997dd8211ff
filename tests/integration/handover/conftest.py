"""The office that tests of chats with staff share."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from pydantic import SecretStr

from bot.handover.replies import MESSAGE, NOTICE, HandoverNotices, StaffReplies
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from tests.conftest import MovedClock
from tests.integration.console.conftest import BASE_URL
from tests.integration.handover.office import DUTY, Office
from tests.support.deliveries import Post
from tests.support.recording_sender import RecordingSender
from tests.support.staff import make_console


@pytest.fixture
def office(database: Database, database_url: SecretStr, cipher: Cipher, clock: MovedClock) -> Office:
    app = FastAPI(openapi_url=None)
    app.state.clock, app.state.cipher = clock, cipher
    app.include_router(make_console(database, cipher, clock, base_url=BASE_URL))
    sources = {
        MESSAGE: StaffReplies(cipher, base_url="https://troly.example"),
        NOTICE: HandoverNotices(DUTY.rules.texts),
    }
    post = Post(database=database, url=database_url, clock=clock, sender=RecordingSender(), sources=sources)
    return Office(app, database, cipher, clock, post)
