"""A list of papers is ticked in the chat, kept only with consent, shown and deleted with the rest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from bot.domain.messages import Channel
from bot.storage.checklists import delete_old_checklists
from bot.storage.tables import ChecklistRow
from bot.wiring import Core
from tests.conftest import MovedClock
from tests.support.core import TerminalCitizen, running_core
from tests.support.private_page import read_page


@pytest.fixture
async def core(knowing_database_url: SecretStr, tmp_path: Path, clock: MovedClock) -> AsyncIterator[Core]:
    async with running_core(knowing_database_url, tmp_path, clock) as core:
        yield core


@pytest.fixture
def citizen(core: Core) -> TerminalCitizen:
    return TerminalCitizen(core, channel=Channel.TELEGRAM)


async def list_rows(core: Core) -> list[ChecklistRow]:
    async with core.database.begin() as tx:
        return list(await tx.scalars(select(ChecklistRow)))


async def test_items_are_ticked_by_button_and_by_number(citizen: TerminalCitizen, core: Core) -> None:
    answer = await citizen.commands("danh_sach", "đổi thẻ căn cước")
    assert "Giấy tờ để đổi thẻ căn cước** (0/" in answer.text
    assert answer.sources
    assert all(len(button.title) < 60 for button in answer.buttons)
    assert "✅ 1." in (await citizen.presses(answer.buttons[0].title)).text
    ticked = await citizen.writes("2 và 3")
    assert [mark in ticked.text for mark in ("✅ 1.", "✅ 2.", "✅ 3.")] == [True] * 3
    assert "⬜ 2." in (await citizen.writes("2, 99")).text
    assert await list_rows(core) == []


async def test_nothing_is_kept_before_consent_and_all_of_it_goes_on_request(
    citizen: TerminalCitizen, core: Core
) -> None:
    await citizen.commands("danh_sach", "đổi thẻ căn cước")
    await citizen.writes("1")
    assert "Bạn có đồng ý không" in (await citizen.presses("Giữ để mở lại")).text
    assert "Bạn bấm **Đồng ý**" in (await citizen.writes("ok")).text
    assert "không giữ gì" in (await citizen.presses("Không")).text
    assert await list_rows(core) == []
    await citizen.presses("Giữ để mở lại")
    kept = await citizen.presses("Đồng ý")
    assert "✅ Đã giữ" in kept.text
    assert "✅ 1." in kept.text
    await citizen.writes("2")
    assert [(row.procedure_id, row.ticked) for row in await list_rows(core)] == [("can-cuoc.cap-doi", [0, 1])]

    await citizen.presses("Xong")
    assert "Đổi thẻ căn cước" in [button.title for button in (await citizen.commands("danh_sach")).buttons]
    assert "✅ 2." in (await citizen.presses("Đổi thẻ căn cước")).text
    told = await citizen.commands("du_lieu")
    assert "đổi thẻ căn cước" not in told.text, "messages are kept abroad here"
    at = " ".join([told.text, *(link.url for link in told.links)])
    page = await read_page(core.database, core.cipher, core.clock, at)
    assert "Danh sách giấy tờ: đổi thẻ căn cước" in page
    await citizen.commands("danh_sach", "đổi thẻ căn cước")
    assert "Đã xóa danh sách" in (await citizen.presses("Xóa danh sách đã giữ")).text
    assert await list_rows(core) == []


async def test_a_list_that_nobody_opens_is_forgotten(
    citizen: TerminalCitizen, core: Core, clock: MovedClock
) -> None:
    await citizen.commands("danh_sach", "đổi thẻ căn cước")
    await citizen.presses("Giữ để mở lại")
    await citizen.presses("Đồng ý")
    async with core.database.begin() as tx:
        assert await delete_old_checklists(tx, now=clock() + timedelta(days=179)) == 0
        assert await delete_old_checklists(tx, now=clock() + timedelta(days=181)) == 1


async def test_the_answer_about_papers_offers_the_list(citizen: TerminalCitizen) -> None:
    await citizen.writes("đổi thẻ căn cước cần giấy tờ gì")
    assert "0/" in (await citizen.presses("Đánh dấu giấy tờ")).text
    await citizen.writes("thôi")
    assert (await citizen.commands("danh_sach")).text
    assert "chưa có danh sách" in (await citizen.writes("bay lên sao hỏa")).text
