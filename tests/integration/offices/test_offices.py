"""Offices come from a list, row by row, and a citizen finds them by name, by an old name, or nearest."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from bot.demo import seed_demo_offices
from bot.domain.answers import Answer, AnswerKind
from bot.domain.messages import Attachment, Channel, SharedLocation
from bot.gateways.offices.columns import COLUMNS
from bot.gateways.offices.sync import OfficeSync
from bot.gateways.rows.read_table import read_file
from bot.settings import DATA
from bot.storage.database import Database
from bot.storage.tables import ConversationRow, OfficeRow
from bot.wiring import Core, load_communes, load_office_duties
from tests.conftest import MovedClock
from tests.support.core import TerminalCitizen, running_core

HEAD = "Mã nơi,Tên nơi,Loại,Tỉnh,Xã,Địa chỉ,Điện thoại,Giờ làm việc,Việc làm được,Vĩ độ,Kinh độ,Nguồn,Ngày kiểm"
GOOD = (
    'A1,Công an xã A,Công an cấp xã,Cần Thơ,Xã Hòa An,Ấp 1,0292 1,7h-17h,"cccd, cư trú",9.77,105.55,Công an,'
    "1/11/2026"
)


@pytest.fixture
def sync(database: Database, clock: MovedClock) -> OfficeSync:
    return OfficeSync(database, load_communes(), load_office_duties(), clock=clock)


async def take(sync: OfficeSync, folder: Path, *lines: str, **how: Any) -> dict[str, Any]:
    path = folder / "noi.csv"
    path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    return await sync.take(read_file(path, COLUMNS, lambda _done, _total: None), **how)


async def count(database: Database) -> int:
    async with database.begin() as tx:
        return int(await tx.scalar(select(func.count()).select_from(OfficeRow)) or 0)


async def test_a_list_is_written_once_and_a_dry_run_writes_nothing(
    sync: OfficeSync, database: Database, tmp_path: Path
) -> None:
    assert (await take(sync, tmp_path, GOOD, dry_run=True))["new"] == 1
    assert await count(database) == 0
    assert (await take(sync, tmp_path, GOOD))["new"] == 1
    assert (await take(sync, tmp_path, GOOD))["unchanged"] == 1
    assert (await take(sync, tmp_path, GOOD.replace("Ấp 1", "Ấp 2")))["changed"] == 1
    assert (await take(sync, tmp_path, GOOD.replace("1/11/2026", "1/10/2026")))["late"] == 1
    assert await count(database) == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (("Công an cấp xã", "Công an huyện"), "kind-unknown"),
        (("Cần Thơ", "Sóc Trăng"), "province-unknown"),
        (("Xã Hòa An", "Xã Không Có"), "commune-unknown"),
        (("9.77,105.55", "105.55,9.77"), "point-outside"),
        (("9.77,105.55", "9.77,"), "point-invalid"),
        (("1/11/2026", "1/11/2027"), "date-in-future"),
        (("1/11/2026", ""), "field-missing"),
        (("0292 1", "hỏi lễ tân"), "phone-invalid"),
        (("cccd, cư trú", "cccd, bay lên trời"), "duty-unknown"),
        (("Ấp 1", ""), "field-missing"),
    ],
)
async def test_a_wrong_row_says_what_is_wrong_and_the_others_are_written(
    sync: OfficeSync, database: Database, tmp_path: Path, change: tuple[str, str], reason: str
) -> None:
    report = await take(sync, tmp_path, GOOD, GOOD.replace("A1", "A2").replace(*change))
    assert (report["new"], report["refused"]) == (1, 1)
    assert [each["reason"] for each in report["rows"][1]["problems"]] == [reason]
    assert report["rows"][1]["row"] == 3
    assert await count(database) == 1


async def test_a_whole_list_of_a_province_takes_out_what_is_gone(
    sync: OfficeSync, database: Database, tmp_path: Path
) -> None:
    await seed_demo_offices(sync, DATA / "demo" / "offices.csv")
    before = await count(database)
    assert (await take(sync, tmp_path, GOOD, "B,hỏng", replaces=True))["removed"] == 0
    assert (await take(sync, tmp_path, GOOD, replaces=True))["removed"] == 2  # the invented ones of Cần Thơ
    assert await count(database) == before - 1


@pytest.fixture
async def core(knowing_database_url: SecretStr, tmp_path: Path, clock: MovedClock) -> AsyncIterator[Core]:
    async with running_core(knowing_database_url, tmp_path, clock) as core:
        sync = OfficeSync(core.database, load_communes(), load_office_duties(), clock=clock)
        await seed_demo_offices(sync, DATA / "demo" / "offices.csv")
        yield core


@pytest.fixture
def citizen(core: Core) -> TerminalCitizen:
    return TerminalCitizen(core, channel=Channel.TELEGRAM)


async def find(citizen: TerminalCitizen, text: str) -> Answer:
    return await citizen.commands("noi_lam", text)


async def test_an_office_is_found_from_one_sentence_and_marked_as_invented(citizen: TerminalCitizen) -> None:
    answer = await find(citizen, "làm căn cước ở phường Hoàn Kiếm, Hà Nội")
    for told in ("Công an phường Hoàn Kiếm", "Địa chỉ", "7 giờ 30", "Nguồn", "20/11/2026", "bịa ra để thử"):
        assert told in answer.text
    assert answer.text.count("bịa ra để thử") == answer.text.count("- Địa chỉ")
    assert answer.sources


async def test_where_nothing_is_known_it_says_so_and_where_to_look(citizen: TerminalCitizen) -> None:
    answer = await find(citizen, "đăng ký khai sinh ở xã Hòa An, Cao Bằng")
    for told in ("Xã Hòa An, Cao Bằng", "chưa có địa chỉ", "dichvucong.gov.vn", "1900 0368"):
        assert told in answer.text
    assert "Địa chỉ:" not in answer.text


async def test_what_the_sentence_does_not_say_is_asked(citizen: TerminalCitizen) -> None:
    asked = await find(citizen, "")
    assert asked.asks_location
    assert "cùng tên" in (await citizen.writes("Hòa An")).text
    assert "cần làm việc gì" in (await citizen.presses("Xã Hòa An, Thành phố Cần Thơ")).text
    answer = await citizen.writes("khai sinh")
    assert "Trung tâm Phục vụ hành chính công xã Hòa An" in answer.text


async def test_a_new_question_instead_of_a_place_is_answered(citizen: TerminalCitizen) -> None:
    await find(citizen, "làm căn cước")
    answer = await citizen.writes("cho hỏi lệ phí đổi thẻ căn cước là bao nhiêu tiền vậy")
    assert answer.kind is AnswerKind.ANSWER
    assert "Thôi" in [button.title for button in answer.buttons]
    assert "Phường Bàn Cờ" in (await citizen.writes("nhà tôi ở phường Bàn Cờ TP HCM")).text
    await find(citizen, "làm căn cước")
    unknown = await citizen.writes("xã Không Có Thật")
    assert "chưa nhận ra" in unknown.text
    assert "dừng ở đây" in (await citizen.presses("Thôi")).text


async def test_an_old_district_leads_to_todays_communes(citizen: TerminalCitizen) -> None:
    await find(citizen, "làm căn cước")
    answer = await citizen.writes("quận 3 cũ")
    assert "không còn cấp huyện" in answer.text
    assert "Phường Bàn Cờ, Thành phố Hồ Chí Minh" in [button.title for button in answer.buttons]
    assert "Phường Bàn Cờ" in (await citizen.presses("Phường Bàn Cờ, Thành phố Hồ Chí Minh")).text
    await find(citizen, "làm căn cước")
    assert "Cà Mau" in (await citizen.writes("tỉnh Bạc Liêu cũ")).text


async def test_the_nearest_are_found_and_the_place_is_kept_nowhere(citizen: TerminalCitizen, core: Core) -> None:
    await find(citizen, "đăng ký khai sinh")
    here = SharedLocation(latitude=21.02954321, longitude=105.85112345)
    answer = await citizen.sends(Attachment.LOCATION, location=here)
    assert "Trung tâm Phục vụ hành chính công phường Hoàn Kiếm" in answer.text
    assert "m)" in answer.text
    assert "không lưu" in answer.text
    async with core.database.begin() as tx:
        kept = str((await tx.scalars(select(ConversationRow.state))).all())
    assert "2954321" not in kept
    far = SharedLocation(latitude=16.0, longitude=108.2)
    assert "chưa có nơi nào gần" in (await citizen.sends(Attachment.LOCATION, location=far)).text


async def test_the_answer_about_a_place_offers_to_find_the_office(citizen: TerminalCitizen) -> None:
    answer = await citizen.presses_payload("a:can-cuoc.cap-doi.noi-lam")
    assert "Tìm nơi ở xã tôi" in [button.title for button in answer.buttons]
    assert "xã, phường nào" in (await citizen.presses("Tìm nơi ở xã tôi")).text
    assert "Công an xã Hòa An" not in (await citizen.writes("xã Hòa An, Cần Thơ")).text  # it makes no cards
