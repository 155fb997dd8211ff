"""The page of figures: what was counted is what is shown, drawn and exported."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

from openpyxl import load_workbook

from bot.clock import hanoi_date
from bot.domain.handover import HandoverState, Rating
from bot.domain.messages import Channel
from bot.storage.database import Database
from bot.storage.handovers import count_one
from tests.conftest import MovedClock
from tests.integration.console.conftest import OTHER, UNIT, Browser
from tests.support.figures import fill_days, let_processes_beat

TODAY = "23/11/2026"


async def test_with_nothing_counted_the_page_says_so(editor: Browser) -> None:
    page = (await editor.get("/console/statistics")).text
    assert "Chưa có số liệu" in page
    assert "7 ngày qua: 0 cuộc trò chuyện, 0 lượt, trả lời được –" in page
    assert "Chưa chạy" in page


async def test_the_export_has_what_was_counted(editor: Browser, seeded: Database, clock: MovedClock) -> None:
    async with seeded.begin() as tx:
        await fill_days(tx, [UNIT, OTHER], days=10, now=clock())
    page = (await editor.get("/console/statistics?days=30")).text
    assert "Lệ phí đổi thẻ căn cước" in page
    assert "Thành phố Cần Thơ" in page
    assert "hài lòng 67%" in page
    response = await editor.get("/console/statistics/export/theo-ngay.csv?days=7&channel=web")
    assert response.headers["content-disposition"] == 'attachment; filename="theo-ngay-2026-11-23-7-ngay.csv"'
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert len(rows) == 7
    # Ten days of growth, three times as much on a Monday, one share of three on the web.
    assert rows[-1]["Ngày"] == TODAY
    assert (rows[-1]["Cuộc trò chuyện"], rows[-1]["Chưa biết"]) == ("120", "120")
    answered = 3 * 30 + 2 * (2 + 1) * 30  # forms; twice, with and without a province, two units
    assert rows[-1]["Trả lời được"] == str(answered)


async def test_the_workbook_has_a_sheet_for_each_table(
    editor: Browser, seeded: Database, clock: MovedClock
) -> None:
    async with seeded.begin() as tx:
        await fill_days(tx, [UNIT], days=3, now=clock())
    body = (await editor.get("/console/statistics/export/tat-ca.xlsx?days=7")).content
    workbook = load_workbook(io.BytesIO(body))
    assert len(workbook.sheetnames) == 9
    sheet = workbook["Câu trả lời được hỏi nhiều"]
    assert sheet[2][0].value == "Lệ phí đổi thẻ căn cước"


async def test_what_citizens_said_of_chats_with_staff_stands_beside_what_they_said_of_answers(
    editor: Browser, seeded: Database, clock: MovedClock
) -> None:
    assert "gặp cán bộ được việc" not in (await editor.get("/console/statistics")).text
    today = hanoi_date(clock())
    async with seeded.begin() as tx:
        for ago, what in enumerate([Rating.GOOD, Rating.GOOD, Rating.GOOD, Rating.PARTLY, Rating.BAD]):
            for said in (what, HandoverState.CLOSED):
                await count_one(tx, today - timedelta(days=ago // 2), Channel.WEB, said)
        await count_one(tx, today - timedelta(days=20), Channel.WEB, Rating.BAD)
        await count_one(tx, today, Channel.TELEGRAM, Rating.GOOD)
    assert "gặp cán bộ được việc 67%" in (await editor.get("/console/statistics")).text
    assert "gặp cán bộ được việc 60%" in (await editor.get("/console/statistics?channel=web")).text
    response = await editor.get("/console/statistics/export/hai-long-can-bo.csv?days=7&channel=web")
    rows = list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert [tuple(row.values()) for row in rows[-3:]] == [
        ("21/11/2026", "0", "0", "1", "1"),
        ("22/11/2026", "1", "1", "0", "2"),
        ("23/11/2026", "2", "0", "0", "2"),
    ]


async def test_a_title_that_looks_like_a_formula_is_not_computed(
    editor: Browser, seeded: Database, clock: MovedClock
) -> None:
    async with seeded.begin() as tx:
        await fill_days(tx, ["=HYPERLINK(1)"], days=1, now=clock())
    response = await editor.get("/console/statistics/export/cau-tra-loi.csv")
    assert "\r\n'=HYPERLINK(1)," in response.content.decode()


async def test_there_is_no_other_export(editor: Browser) -> None:
    for name in ("khac.csv", "theo-ngay.xlsx", "tat-ca.csv"):
        assert (await editor.get(f"/console/statistics/export/{name}")).status_code == 404


async def test_a_part_that_fell_silent_is_on_the_first_page(
    editor: Browser, seeded: Database, clock: MovedClock
) -> None:
    async with seeded.begin() as tx:
        await let_processes_beat(tx, now=clock())
    assert "Đang có lỗi" not in (await editor.get("/console")).text
    async with seeded.begin() as tx:
        await let_processes_beat(tx, now=clock(), silent="delivery")
    assert "Đang có lỗi: Gửi tin." in (await editor.get("/console")).text
    assert "Mất liên lạc" in (await editor.get("/console/statistics")).text
