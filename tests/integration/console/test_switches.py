"""Switches: what is off says so, emergencies go on, a banner is said once, a hot topic has its answer."""

from __future__ import annotations

import html
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.domain.answers import AnswerKind
from bot.domain.messages import Channel
from bot.domain.switches import Switches
from bot.storage.audit import list_events
from bot.storage.database import Database
from bot.storage.switches import find_switches, record_switches
from bot.wiring import Core
from tests.conftest import MovedClock
from tests.integration.broadcasts.conftest import Studio, studio  # noqa: F401 -- a fixture
from tests.integration.console.conftest import UNIT, Browser
from tests.support.core import TerminalCitizen, running_core


@pytest.fixture
async def core(knowing_database_url: SecretStr, tmp_path: Path, clock: MovedClock) -> AsyncIterator[Core]:
    async with running_core(knowing_database_url, tmp_path, clock) as core:
        yield core


async def set_to(database: Database, switches: Switches, clock: MovedClock) -> None:
    async with database.begin() as tx:
        version = (await find_switches(tx)).version
        assert await record_switches(tx, switches, version=version, staff="a@b.vn", now=clock())


async def test_a_channel_that_is_off_still_helps_in_an_emergency(core: Core, clock: MovedClock) -> None:
    web, terminal = TerminalCitizen(core, channel=Channel.WEB), TerminalCitizen(core)
    await set_to(core.database, Switches(channels_off=frozenset({"web"})), clock)
    assert "đang tạm dừng" in (await web.writes("đổi thẻ hết bao nhiêu tiền")).text
    assert "đang tạm dừng" in (await web.commands("tra_cuu")).text
    assert (await web.writes("cháy nhà rồi cứu với")).kind is AnswerKind.EMERGENCY
    assert (await terminal.writes("lệ phí đổi thẻ căn cước")).kind is AnswerKind.ANSWER
    await set_to(core.database, Switches(), clock)
    assert (await web.writes("lệ phí đổi thẻ căn cước")).kind is AnswerKind.ANSWER


async def test_a_feature_that_is_off_says_so_however_it_is_asked_for(core: Core, clock: MovedClock) -> None:
    citizen = TerminalCitizen(core)
    await citizen.commands("tra_cuu")
    await set_to(core.database, Switches(skills_off=frozenset({"application-status"})), clock)
    for answer in (
        await citizen.writes("H00.01.02-261102-0001"),
        await citizen.writes("H00.01.02-261102-0001"),
        await citizen.commands("tra_cuu"),
        await citizen.presses_payload("s:application-status"),
        await citizen.writes("hồ sơ của tôi tới đâu rồi"),
    ):
        assert "Việc này đang tạm dừng" in answer.text
    assert (await citizen.writes("lệ phí đổi thẻ căn cước")).kind is AnswerKind.ANSWER


async def test_a_banner_is_said_once_until_its_day(core: Core, clock: MovedClock) -> None:
    until = clock() + timedelta(days=1)
    await set_to(core.database, Switches(banner="Cổng dịch vụ công bảo trì tối nay.", banner_until=until), clock)
    citizen = TerminalCitizen(core)
    assert "bảo trì tối nay" in (await citizen.writes("lệ phí đổi thẻ căn cước")).text
    assert "bảo trì tối nay" not in (await citizen.writes("lệ phí đổi thẻ căn cước")).text
    clock.set(until)
    assert "bảo trì tối nay" not in (await TerminalCitizen(core, chat="sau").writes("chào bạn")).text


async def test_a_hot_topic_has_its_answer(core: Core, clock: MovedClock) -> None:
    citizen = TerminalCitizen(core)
    pinned = Switches(pinned_words=("ra soat du lieu",), pinned_unit="vneid.la-gi")
    await set_to(core.database, pinned, clock)
    assert (await citizen.writes("nghe nói phải RÀ SOÁT dữ liệu à?")).answer_id == "vneid.la-gi"
    assert (await citizen.writes("lệ phí đổi thẻ căn cước")).answer_id != "vneid.la-gi"


async def test_nothing_leaves_while_sending_is_off(studio: Studio, clock: MovedClock) -> None:  # noqa: F811
    await studio.add_reader("an")
    await studio.approve()
    await studio.plan()
    await set_to(studio.database, Switches(sending_off=True), clock)
    assert await studio.let_out() == 0
    await set_to(studio.database, Switches(), clock)
    assert await studio.let_out() == 1
    await set_to(studio.database, Switches(channels_off=frozenset({"telegram"})), clock)
    await studio.post.deliver()
    assert studio.post.sender.sent == []
    await set_to(studio.database, Switches(), clock)
    await studio.post.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")
    await studio.post.deliver()
    assert len(studio.post.sender.sent) == 1


async def test_they_are_set_with_a_code_and_remembered(chief: Browser, seeded: Database) -> None:
    """T9: an insider lowers safeguards."""
    asked = {
        "version": "0",
        "channel_off": "web",
        "skill_off": "benefits",
        "sending_off": "yes",
        "banner": "Đang bảo trì.",
        "banner_until": "30/11/2026",
        "pinned_words": "Lừa đảo, mã OTP",
        "pinned_unit": "lệ phí đổi thẻ căn cước",
    }
    refused = await chief.send("/console/switches", **asked, code="000000")
    assert (refused.status_code, "Chưa có gì thay đổi" in refused.text) == (422, True)
    assert 'value="web" checked' in refused.text
    assert (await chief.send("/console/switches", **asked, code=chief.read_code())).status_code == 303
    async with seeded.begin() as tx:
        held = await find_switches(tx)
        (event,) = await list_events(tx, action="switches.set", before=None, limit=9)
    assert (held.switches.pinned_words, held.switches.pinned_unit) == (("lua dao", "ma otp"), UNIT)
    assert held.switches.banner_until is not None
    assert held.switches.banner_until.isoformat() == "2026-11-30T23:59:59+07:00"
    assert (held.version, held.changed_by, held.switches.sending_off) == (1, "chief@a.vn", True)
    assert event.details["banner"] == "Đang bảo trì."
    stale = await chief.send("/console/switches", version="0", code=chief.read_code())
    assert (stale.status_code, "Người khác vừa đổi" in stale.text) == (409, True)
    for wrong, said in (
        ({"pinned_words": "x y"}, "Câu ghim chưa đủ"),
        ({"pinned_words": "ab", "pinned_unit": UNIT}, "Câu ghim chưa đủ"),
        ({"pinned_words": "lừa đảo", "pinned_unit": "khong.co"}, "Câu ghim chưa rõ"),
        ({"pinned_words": "lừa đảo", "pinned_unit": "phí đổi thẻ"}, "Lệ phí đổi thẻ căn cước”. Chọn đúng một tên"),
        ({"banner": "x" * 201}, "Lời nhắn chung dài quá"),
        ({"banner_until": "mai"}, "Không đọc được ngày"),
    ):
        # What was typed stays, also where something else is wrong.
        typed = {"skill_off": "news", "away": "Mai quay lại.", **wrong}
        response = await chief.send("/console/switches", version="1", code="0", **typed)
        assert (response.status_code, said in response.text) == (422, True)
        assert 'value="news" checked' in response.text
        assert all(html.escape(each) in response.text for each in typed.values())
