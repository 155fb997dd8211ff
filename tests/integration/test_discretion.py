"""T35: What is said on a messenger whose servers are abroad: short, masked, the rest behind a link."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.channels.web.one_time_door import TRIES_PER_CLIENT
from bot.conversation.discretion import keep_discreet
from bot.domain.answers import Answer, AnswerKind, Button
from bot.domain.messages import Channel, ChatAddress, CitizenMessage
from bot.domain.session import Session
from bot.skills.skill import SkillTurn
from bot.storage.citizens import delete_chat
from bot.storage.one_time_links import delete_over_links
from bot.storage.tables import PrivatePageRow
from bot.wiring import Core
from tests.conftest import MovedClock
from tests.support.core import TerminalCitizen, running_core
from tests.support.private_page import find_number, find_path, open_browser, read_page

CODE, FOUR = "H00.01.02-261102-0001", "1234"
"""An invented application that is shipped."""
TOLD_ON_THE_PAGE = (CODE, "Cấp đổi thẻ căn cước", "Công an xã Mẫu", "27/11/2026")
BASE = "https://troly.example"


@pytest.fixture
async def core(knowing_database_url: SecretStr, tmp_path: Path, clock: MovedClock) -> AsyncIterator[Core]:
    """The assistant at an address that Telegram takes under a button."""
    async with running_core(knowing_database_url, tmp_path, clock, public_url=BASE) as core:
        yield core


async def look_up(core: Core, channel: Channel) -> Answer:
    """Look the invented application up."""
    citizen = TerminalCitizen(core, "an", channel)
    await citizen.presses_payload("s:application-status:other")
    await citizen.writes(CODE)
    return await citizen.writes(FOUR)


async def open_page(core: Core, answer: Answer) -> str:
    """Return the page behind the one link under an answer."""
    (link,) = answer.links
    return await read_page(core.database, core.cipher, core.clock, link.url)


def assert_discreet(answer: Answer, *hidden: str) -> None:
    """Nothing of it goes abroad, on a button or behind one either."""
    assert answer.private
    assert not answer.sources
    sent = "\n".join([answer.text, *(f"{each.title} {each.payload}" for each in answer.buttons)])
    assert not [each for each in hidden if each.lower() in sent.lower()]


async def test_an_application_is_one_line_and_the_rest_a_page(core: Core) -> None:
    answer = await look_up(core, Channel.TELEGRAM)
    assert answer.text.startswith("⏳ Đang giải quyết. Hồ sơ •••0001.")
    assert_discreet(answer, *TOLD_ON_THE_PAGE)
    assert answer.deletes_message, "the figures of the ID number do not stay there either"
    page = await open_page(core, answer)
    assert all(each in page for each in TOLD_ON_THE_PAGE)


@pytest.mark.parametrize("channel", [each for each in Channel if not each.keeps_messages_abroad])
async def test_elsewhere_it_is_told_in_the_chat(core: Core, channel: Channel) -> None:
    answer = await look_up(core, channel)
    assert all(each in answer.text for each in TOLD_ON_THE_PAGE)
    assert not answer.links
    assert not answer.deletes_message


async def test_a_list_has_masked_codes_on_its_buttons(core: Core) -> None:
    await look_up(core, Channel.TELEGRAM)
    citizen = TerminalCitizen(core, "an", Channel.TELEGRAM)
    await look_up_and_follow(core, citizen)
    answer = await citizen.presses_payload("s:application-status")
    assert "•••0001: ⏳ Đang giải quyết" in answer.text
    assert_discreet(answer, *TOLD_ON_THE_PAGE)
    assert "Cấp đổi thẻ căn cước" in await open_page(core, answer)
    answer = await citizen.presses("Hồ sơ •••0001")
    assert_discreet(answer, *TOLD_ON_THE_PAGE)


async def look_up_and_follow(core: Core, citizen: TerminalCitizen) -> None:
    """Look up and follow, so that it is remembered."""
    citizen.answer = await look_up(core, Channel.TELEGRAM)
    await citizen.presses("Theo dõi hồ sơ này")
    await citizen.presses("Đồng ý")


async def test_benefits_are_counted_in_the_chat_and_named_on_the_page(core: Core) -> None:
    citizen = TerminalCitizen(core, "an", Channel.TELEGRAM)
    asked = await citizen.presses_payload("s:benefits")
    assert "ở nước ngoài" in asked.text
    for said in ("Cho cha mẹ, ông bà", "14/3/1952", "Không thuộc diện nào", "Không khuyết tật", "Không có"):
        await citizen.writes(said)
    for said in ("Không", "Không", "Chưa"):
        answer = await citizen.writes(said)
    assert_discreet(answer, "hưu trí", "trợ cấp", "bảo hiểm", "social-pension", "540.000")
    page = await open_page(core, answer)
    assert "Trợ cấp hưu trí xã hội" in page
    assert "ít nhất 540.000 đồng một tháng" in page
    assert "Căn cứ:" in page
    assert "Không thuộc diện, vì:" in page
    # What is set from there says no name either.
    await citizen.presses(f"Nhắc tôi về mục {find_number(page, 'Trợ cấp hưu trí xã hội')}")
    await citizen.presses("Đồng ý")
    answer = await citizen.presses("Người đó đã đồng ý")
    assert_discreet(answer, "hưu trí", "trợ cấp")
    assert "việc bạn vừa chọn" in answer.text


async def test_what_a_skill_forgot_to_say_discreetly_is_not_said_at_all(core: Core) -> None:
    held = await TerminalCitizen(core, "an", Channel.TELEGRAM).presses_payload("s:benefits:why-not")
    assert not held.private, "nothing was answered yet"
    answer = Answer(
        kind=AnswerKind.FORM,
        text="Bạn thuộc hộ nghèo.",
        buttons=(Button(title="Hộ nghèo", payload="s:x:ho-ngheo"),),
        private=True,
    )
    said = await say(core, answer)
    assert_discreet(said, "hộ nghèo", "ho-ngheo")
    assert "Bạn thuộc hộ nghèo." in await open_page(core, said)


async def say(core: Core, answer: Answer) -> Answer:
    """Return an answer as Telegram gets it."""
    address = ChatAddress(channel=Channel.TELEGRAM, chat="an")
    async with core.database.begin() as tx:
        message = CitizenMessage(address=address, received_at=core.clock())
        turn = SkillTurn(message=message, session=Session(), tx=tx, now=core.clock())
        return await keep_discreet(answer, turn, cipher=core.cipher, base_url=BASE)


async def test_the_page_opens_for_the_first_browser_only_and_ten_minutes(core: Core, clock: MovedClock) -> None:
    path = find_path((await look_up(core, Channel.TELEGRAM)).links[0].url)
    async with (
        open_browser(core.database, core.cipher, clock) as preview,
        open_browser(core.database, core.cipher, clock) as first,
        open_browser(core.database, core.cipher, clock) as second,
    ):
        looked = await preview.get(path)
        assert CODE not in looked.text
        assert looked.text == (await preview.get("/xem-rieng/sai")).text
        assert looked.headers["cache-control"] == "no-store"
        assert looked.headers["referrer-policy"] == "no-referrer"
        assert CODE in (await first.post(path)).text
        refused = await second.post(path)
        assert (refused.status_code, CODE in refused.text) == (404, False)
        assert CODE in (await first.post(path)).text
        clock.move(timedelta(minutes=10))
        assert (await first.post(path)).status_code == 404
    async with core.database.begin() as tx:
        await delete_over_links(tx, now=clock())
        assert not (await tx.scalars(select(PrivatePageRow))).all()


async def test_an_answer_that_waits_is_encrypted_and_goes_with_its_chat(core: Core) -> None:
    path = find_path((await look_up(core, Channel.TELEGRAM)).links[0].url)
    async with core.database.begin() as tx:
        (row,) = await tx.scalars(select(PrivatePageRow))
        assert b"0001" not in row.answer_encrypted
        await delete_chat(tx, ChatAddress(channel=Channel.TELEGRAM, chat="an"))
    async with open_browser(core.database, core.cipher, core.clock) as browser:
        assert (await browser.post(path)).status_code == 404


async def test_guessing_is_slowed_down(core: Core) -> None:
    async with open_browser(core.database, core.cipher, core.clock) as browser:
        tried = [
            (await browser.post(f"/xem-rieng/{number}")).status_code for number in range(TRIES_PER_CLIENT + 1)
        ]
    assert tried == [404] * TRIES_PER_CLIENT + [429]
