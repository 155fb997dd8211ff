"""All that is held is given once, to one browser, to whoever asked for it in the chat."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from markupsafe import escape
from sqlalchemy import text

from bot.channels.web.my_data_page import make_my_data_router
from bot.channels.web.one_time_door import TRIES_PER_CLIENT
from bot.channels.web.wording import HELD_WORDS
from bot.domain.messages import Channel
from bot.domain.session import Form, Session
from bot.privacy.holdings import list_held
from bot.privacy.inventory import INVENTORY, load_inventory
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.wiring.held_names import list_held_names
from tests.conftest import MovedClock
from tests.support.skill_chat import SkillChat, make_reminder_skills
from tests.support.whole_person import CANARY, CHATS, FACT, STAFF, WholePerson

HELD = load_inventory(INVENTORY)
LINK = re.compile(r"https://troly\.example(/du-lieu/[\w-]{43})")

OpenBrowser = Callable[[], httpx.AsyncClient]


@pytest.fixture
def open_browser(database: Database, cipher: Cipher, clock: MovedClock) -> OpenBrowser:
    """Opens browsers of different people."""
    app = FastAPI()
    app.include_router(
        make_my_data_router(
            database=database,
            inventory=HELD,
            cipher=cipher,
            clock=clock,
            base_url="https://troly.example",
            names=list_held_names(),
        )
    )
    return lambda: httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="https://troly.example")


@pytest.fixture
async def chat(database: Database, cipher: Cipher, clock: MovedClock) -> SkillChat:
    """The chat of somebody on whom every table holds something."""
    async with database.begin() as tx:
        await WholePerson(cipher, clock()).write(tx, HELD)
    return SkillChat(database, make_reminder_skills(cipher), clock, cipher=cipher, chat=CHATS[Channel.TELEGRAM])


async def get_link(chat: SkillChat) -> str:
    """Ask for a link, and return its path."""
    answer = await chat.starts("my-data", "export")
    assert answer.private
    found = LINK.search(answer.text)
    assert found is not None
    return found.group(1)


async def test_every_table_about_citizens_is_given_unmasked(chat: SkillChat, open_browser: OpenBrowser) -> None:
    path = await get_link(chat)
    async with open_browser() as browser:
        page = await browser.post(path)
        given = await browser.post(path, data={"as": "json"})
    assert "attachment" in given.headers["content-disposition"]
    tables = {each["table"]: each["rows"] for each in json.loads(given.text)["tables"]}
    assert tables.keys() == {each.table for each in list_held(HELD)}
    assert tables["zalo_phones"][0]["phone_encrypted"] == CANARY
    assert tables["reminder_subscriptions"][0]["facts_encrypted"] == json.dumps({"birth": FACT.isoformat()})
    assert {each["chat"] for each in tables["contacts"]} == set(CHATS.values())
    assert STAFF not in given.text, "who of the staff worked on it is theirs"
    for entry in list_held(HELD):
        assert str(escape(entry.holds)) in page.text
    assert FACT.isoformat() in page.text


async def test_the_page_calls_things_by_their_names_and_the_json_by_ours(
    chat: SkillChat, open_browser: OpenBrowser, database: Database
) -> None:
    async with database.begin() as tx:
        for change in (
            "UPDATE reminder_subscriptions SET rule_id = 'card-exchange', about = 'parent:social-pension'",
            "UPDATE reminders SET occasion = 'card-exchange:2027-03-05:P30D'",
            "UPDATE news_subscriptions SET province_code = '01', groups = '{poor}', topics = '{tro-cap}'",
            "UPDATE checklists SET procedure_id = 'can-cuoc.cap-doi'",
            "UPDATE application_follows SET told_state = 'processing'",
        ):
            await tx.execute(text(change))
    path = await get_link(chat)
    async with open_browser() as browser:
        page = (await browser.post(path)).text
        given = (await browser.post(path, data={"as": "json"})).text
    for ours in ("card-exchange", "social-pension", "tro-cap", "can-cuoc.cap-doi", "processing"):
        assert ours not in page
        assert ours in given
    for theirs in ("Đổi thẻ căn cước khi tới mốc tuổi", "cha mẹ, ông bà, Trợ cấp hưu trí", "Hà Nội", "Hộ nghèo"):
        assert theirs in page
    assert "ngày sinh: " in page


async def test_what_is_only_held_to_run_comes_last(chat: SkillChat, open_browser: OpenBrowser) -> None:
    path = await get_link(chat)
    async with open_browser() as browser:
        page = (await browser.post(path)).text
    lasting, mark, passing = page.partition("Giữ tạm để máy chạy")
    assert mark
    for entry in list_held(HELD):
        assert str(escape(entry.holds)) in (passing if entry.passing else lasting)


def test_what_a_conversation_remembers_has_words() -> None:
    assert {*Session.model_fields, *Form.model_fields} <= HELD_WORDS.keys()


async def test_looking_at_the_link_shows_nothing_and_uses_nothing_up(
    chat: SkillChat, open_browser: OpenBrowser
) -> None:
    path = await get_link(chat)
    async with open_browser() as preview, open_browser() as browser:
        seen = await preview.get(path)
        assert seen.status_code == 200
        assert CANARY not in seen.text
        assert "chim-bao" not in seen.text
        assert seen.headers["cache-control"] == "no-store"
        assert "noindex" in seen.headers["x-robots-tag"]
        assert not preview.cookies
        assert (await preview.get("/du-lieu/sai")).text == seen.text
        assert CANARY in (await browser.post(path)).text


async def test_only_the_browser_that_came_first_opens_it(chat: SkillChat, open_browser: OpenBrowser) -> None:
    path = await get_link(chat)
    async with open_browser() as first, open_browser() as second:
        opened = await first.post(path)
        assert {"HttpOnly", "Secure"} <= {each.strip() for each in opened.headers["set-cookie"].split(";")}
        refused = await second.post(path)
        assert refused.status_code == 404
        assert CANARY not in refused.text
        assert (await first.post(path)).status_code == 200


async def test_after_ten_minutes_or_a_newer_link_it_is_over(
    chat: SkillChat, open_browser: OpenBrowser, clock: MovedClock
) -> None:
    old = await get_link(chat)
    new = await get_link(chat)
    async with open_browser() as browser:
        assert (await browser.post(old)).status_code == 404
        assert (await browser.post(new)).status_code == 200
        clock.move(timedelta(minutes=10))
        assert (await browser.post(new)).status_code == 404


async def test_guessing_is_slowed_down(open_browser: OpenBrowser) -> None:
    async with open_browser() as browser:
        tried = [(await browser.post(f"/du-lieu/{number}")).status_code for number in range(TRIES_PER_CLIENT + 1)]
    assert tried == [404] * TRIES_PER_CLIENT + [429]


async def test_after_a_deletion_an_open_link_leads_nowhere(chat: SkillChat, open_browser: OpenBrowser) -> None:
    path = await get_link(chat)
    await chat.starts("my-data", "delete")
    await chat.presses("Xóa hết")
    async with open_browser() as browser:
        assert (await browser.post(path)).status_code == 404
