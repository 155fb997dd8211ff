"""Finding an answer, editing it, and not losing anybody's work."""

from __future__ import annotations

import html
from datetime import timedelta

import pytest
from fastapi import FastAPI

from bot.console.preview import render_markup
from bot.console.unit_form import read_day
from bot.domain.content import ContentKind
from bot.domain.staff import Role
from bot.storage.content_drafts import DraftState, find_draft
from bot.storage.content_records import find_record
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from tests.conftest import MovedClock
from tests.integration.console.conftest import (
    OTHER,
    OTHER_PATH,
    PATH,
    UNIT,
    Browser,
    fields_of,
    logged_in,
)
from tests.support.staff import create_account


async def test_the_first_page_counts_what_needs_attention(editor: Browser) -> None:
    text = (await editor.get("/console")).text
    for title, unit in [
        ("Hết hiệu lực", "Câu cũ"),
        ("Hết hiệu lực trong 90 ngày", "Thời gian đổi thẻ"),
        ("Hơn 180 ngày chưa kiểm tra", "Câu cũ"),
    ]:
        section = text[text.index(f'tabindex="-1">{title} <span') :]
        section = section[: section.index("</section>")]
        assert "(1)" in section
        assert unit in section
    assert '">Thiếu số liệu' not in text
    assert "Kho có 3 câu trả lời, 2 câu đang dùng" in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"Lệ phí đổi thẻ căn cước", "Thời gian đổi thẻ", "Câu cũ"}),
        ("q=le phi", {"Lệ phí đổi thẻ căn cước"}),
        ("q=LỆ PHÍ", {"Lệ phí đổi thẻ căn cước"}),
        ("q=doi the", {"Lệ phí đổi thẻ căn cước", "Thời gian đổi thẻ"}),
        ("topic=vneid.muc-2", {"Câu cũ"}),
        ("kind=fee&state=expiring", {"Thời gian đổi thẻ"}),
        ("state=expired", {"Câu cũ"}),
        ("state=check-overdue", {"Câu cũ"}),
        ("q=khong co gi", set()),
        ("kind=place", set()),
        ("page=99999999999999999999", {"Lệ phí đổi thẻ căn cước", "Thời gian đổi thẻ", "Câu cũ"}),
        ("page=%00&q=%00", {"Lệ phí đổi thẻ căn cước", "Thời gian đổi thẻ", "Câu cũ"}),
    ],
)
async def test_the_list_is_narrowed_by_the_address(editor: Browser, query: str, found: set[str]) -> None:
    text = (await editor.get(f"/console/answers?{query}")).text
    titles = {"Lệ phí đổi thẻ căn cước", "Thời gian đổi thẻ", "Câu cũ"}
    assert {title for title in titles if f">{title}</a>" in text} == found
    assert ("Không có câu nào phù hợp" in text) == (not found)


async def test_topics_are_told_in_words(editor: Browser) -> None:
    for path in ("/console/answers", "/console/answers/new"):
        text = (await editor.get(path)).text
        group = text[text.index('<optgroup label="VNeID">') :]
        assert '<option value="vneid.muc-2">Đăng ký VNeID mức 2</option>' in group[: group.index("</optgroup>")]
    assert "· Đăng ký VNeID mức 2</div>" in (await editor.get("/console/answers")).text


async def test_a_draft_is_not_seen_by_citizens(editor: Browser, seeded: Database) -> None:
    fields = await editor.read_form()
    response = await editor.post(PATH, {**fields, "do": "save", "versions.0.text": "Miễn phí.\r\n\r\nCả năm."})
    assert response.headers["location"] == f"{PATH}?done=saved"
    page = (await editor.get(response.headers["location"])).text
    assert "Đã lưu bản nháp" in page
    assert "Người dân vẫn thấy bản 1" in page
    assert (await editor.read_form())["versions.0.text"] == "Miễn phí.\n\nCả năm."
    async with seeded.begin() as tx:
        stored = await find_record(tx, ContentKind.ANSWER, UNIT)
        draft = await find_draft(tx, ContentKind.ANSWER, UNIT)
    assert stored is not None
    assert (stored.revision, stored.edited_by) == (1, None)
    assert draft is not None
    assert (draft.state, draft.authors, draft.base_revision) == (DraftState.OPEN, ("editor@a.vn",), 1)
    dropped = await editor.post(PATH, {**await editor.read_form(), "do": "drop"})
    assert dropped.headers["location"] == f"{PATH}?done=dropped"
    assert "50.000" not in (await editor.read_form())["versions.0.text"]
    assert "Bản nháp" not in (await editor.get(PATH)).text.replace("Đã bỏ bản nháp", "")


async def test_saving_what_was_not_touched_is_no_draft(editor: Browser, seeded: Database) -> None:
    fields = await editor.read_form(OTHER_PATH)
    async with seeded.begin() as tx:
        before = await find_record(tx, ContentKind.ANSWER, OTHER)
    assert before is not None
    assert before.body["versions"][0]["text"].endswith("\n")
    response = await editor.post(OTHER_PATH, fields)
    assert response.headers["location"] == f"{OTHER_PATH}?done=unchanged"


@pytest.mark.parametrize(
    ("place", "typed", "message"),
    [
        ("versions.0.text", "", "Câu trả lời đang trống"),
        ("versions.0.text", "x" * 901, "Dài 901 ký tự, quá 900"),
        ("versions.0.text", "{{khong.co}}", "Không có tham số {{khong.co}}"),
        ("versions.0.effective_from", "", "Còn thiếu ngày"),
        ("versions.0.effective_from", "31/02/2026", "Không đọc được ngày này"),
        ("versions.0.effective_to", "01/01/2020", "phải từ 01/07/2024 trở đi"),
        ("versions.0.checked_on", "24/11/2026", "không thể sau hôm nay (23/11/2026)"),
        ("versions.0.sources.0.document", "khong-co", "không còn trong danh mục"),
        ("versions.0.sources.0.document", "", "Chọn văn bản cho điều khoản này"),
    ],
)
async def test_a_mistake_is_said_beside_its_field(editor: Browser, place: str, typed: str, message: str) -> None:
    fields = await editor.read_form()
    response = await editor.post(PATH, {**fields, place: typed, "versions.0.more": "Giữ tôi lại."})
    assert response.status_code == 422
    text = html.unescape(response.text)
    error = text[text.index(f'id="{place.replace(".", "-")}-error"') :]
    assert message in error[: error.index("</p>")]
    assert f'href="#{place.replace(".", "-")}"' in text
    assert fields_of(response.text)["versions.0.more"] == "Giữ tôi lại."
    assert (await editor.read_form())["seen"] == "1:0"


async def test_two_editors_do_not_lose_work(app: FastAPI, seeded: Database, editor: Browser) -> None:
    other = await logged_in(app, seeded, Role.REVIEWER)
    mine, theirs = await editor.read_form(), await other.read_form()
    await other.post(PATH, {**theirs, "versions.0.text": "Bản của người kia."})

    response = await editor.post(PATH, {**mine, "versions.0.text": "Bản của tôi."})

    assert response.status_code == 409
    assert "reviewer@a.vn" in response.text
    assert "Bản của người kia." in response.text
    assert "<del>" in response.text
    again = fields_of(response.text)
    assert again["versions.0.text"] == "Bản của tôi."
    assert (await editor.post(PATH, again)).headers["location"] == f"{PATH}?done=submitted"
    async with seeded.begin() as tx:
        draft = await find_draft(tx, ContentKind.ANSWER, UNIT)
    assert draft is not None
    assert draft.authors == ("reviewer@a.vn", "editor@a.vn")
    await other.http.aclose()


async def test_rows_come_and_go_without_saving(editor: Browser) -> None:
    fields = await editor.read_form()
    more = fields_of((await editor.post(PATH, {**fields, "do": "add-source:0"})).text)
    assert more["versions.0.sources.1.document"] == ""
    fewer = fields_of((await editor.post(PATH, {**more, "do": "drop-source:0:0"})).text)
    assert (fewer["versions.0.sources.0.document"], "versions.0.sources.1.document" in fewer) == ("", False)
    two = fields_of((await editor.post(PATH, {**fields, "do": "add-version"})).text)
    assert two["versions.1.text"] == fields["versions.0.text"]
    one = fields_of((await editor.post(PATH, {**two, "do": "drop-version:1"})).text)
    assert "versions.1.text" not in one
    for nonsense in ("drop-version:0", "add-source:9", "drop-source:a:b", "drop-source", "", "x:1:2:3"):
        assert (await editor.post(PATH, {**fields, "do": nonsense})).status_code == 200
    assert (await editor.read_form())["seen"] == "1:0"


async def test_a_change_of_law_is_two_stages(editor: Browser) -> None:
    fields = await editor.read_form()
    two = fields_of((await editor.post(PATH, {**fields, "do": "add-version"})).text)
    two |= {
        "versions.1.text": "Từ 2027 miễn phí.",
        "versions.1.effective_from": "1/1/2027",
        "versions.1.checked_on": "23-11-2026",
    }
    refused = await editor.post(PATH, two)
    assert "Giai đoạn sau bắt đầu ngày 01/01/2027" in refused.text
    saved = await editor.post(PATH, {**two, "versions.0.effective_to": "31/12/2026"})
    assert saved.status_code == 303
    page = (await editor.get(PATH)).text
    assert "Từ 01/07/2024 đến hết 31/12/2026" in page


async def test_the_preview_shows_what_citizens_see(editor: Browser) -> None:
    fields = await editor.read_form()
    response = await editor.post(
        f"{PATH}/preview",
        {
            **fields,
            "versions.0.text": "**{{can-cuoc.le-phi.doi}}**\n- <b>một</b>\n- hai\n\nHết",
            "versions.0.more": "Thêm",
        },
        **{"HX-Request": "true"},
    )
    assert "<p><strong>50.000 đồng</strong></p><ul><li>&lt;b&gt;một&lt;/b&gt;</li><li>hai</li></ul><p>Hết</p>" in (
        response.text
    )
    assert "Căn cứ: Luật Căn cước 26/2023/QH15, Điều 38. Kiểm tra ngày 23/11/2026." in response.text
    assert "<summary>Xem thêm</summary><p>Thêm</p>" in response.text
    telegram, zalo = response.text.split("<summary>Trên Telegram</summary>")[1].split(
        "<summary>Trên Zalo OA</summary>"
    )
    assert "<b>50.000 đồng</b>\n• &lt;b&gt;một&lt;/b&gt;\n• hai" in telegram
    assert "<li>Xem thêm</li>" in telegram
    assert "50.000 đồng\n• &lt;b&gt;một&lt;/b&gt;\n• hai" in zalo
    assert "1. Xem thêm" in zalo
    missing = await editor.post(f"{PATH}/preview", {**fields, "versions.0.text": "{{khong.co}}"})
    assert "Người dân sẽ không thấy câu trả lời" in missing.text


async def test_who_may_not_edit_reads(app: FastAPI, seeded: Database) -> None:
    auditor = await logged_in(app, seeded, Role.AUDITOR)
    text = (await auditor.get(PATH)).text
    assert "50.000 đồng" in text
    assert '<form id="edit"' not in text
    await auditor.http.aclose()


async def test_what_was_typed_outlives_the_login(
    cipher: Cipher, seeded: Database, browser: Browser, clock: MovedClock
) -> None:
    password = await create_account(seeded, cipher, email="lan@a.vn", role=Role.EDITOR)
    await browser.log_in("lan@a.vn", password)
    fields = await browser.read_form()
    clock.move(timedelta(hours=1))

    ended = await browser.post(PATH, {**fields, "versions.0.text": 'Một "buổi"\nsoạn.'})

    assert ended.status_code == 401
    assert "Nội dung bạn vừa soạn vẫn còn" in ended.text
    kept = html.unescape(ended.text.partition('name="kept" value="')[2].partition('"')[0])
    assert fields["csrf"] not in kept
    again = await browser.post(
        "/console/login", {"email": "lan@a.vn", "password": password, "next": PATH, "kept": kept}
    )
    assert "Bạn đã đăng nhập lại" in again.text
    sent = {
        name: html.unescape(value)
        for name, value in (
            tag.split('" value="')
            for tag in again.text.split('<input type="hidden" name="')[1:]
            for tag in [tag.partition('">')[0]]
        )
    }
    resumed = await browser.post(PATH, {**sent, "do": "resume"})
    assert html.unescape(fields_of(resumed.text)["versions.0.text"]) == 'Một "buổi"\nsoạn.'
    assert "chưa lưu" in resumed.text

    clock.move(timedelta(hours=1))
    part = await browser.post(f"{PATH}/preview", fields, **{"HX-Request": "true"})
    assert (part.status_code, "<html" in part.text) == (401, False)
    for broken in ("[", "{}", "[1]", "null"):
        form = {"email": "lan@a.vn", "password": password, "next": PATH, "kept": broken}
        assert (await browser.post("/console/login", form)).status_code == 200


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        ("23/11/2026", "2026-11-23"),
        ("1-7-2024", "2024-07-01"),
        ("2026-11-23", "2026-11-23"),
        ("1 . 7 . 2024", "2024-07-01"),
        ("99/99/2026", None),
        ("mai", None),
        ("", None),
    ],
)
def test_days_are_read_as_people_type_them(typed: str, day: str | None) -> None:
    found = read_day(typed)
    assert (found.isoformat() if found else None) == day


def test_markup_cannot_be_broken_out_of() -> None:
    """T13: scripts in the console."""
    assert str(render_markup("**<script>** & a\n- **b**")) == (
        "<p><strong>&lt;script&gt;</strong> &amp; a</p><ul><li><strong>b</strong></li></ul>"
    )
