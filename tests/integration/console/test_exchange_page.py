"""Answers go out into a file and come back equal; a dry run says what would change and writes nothing."""

from __future__ import annotations

import httpx
import pytest
import yaml

from bot.console.request import LARGEST_BODY
from bot.console.sent_file import LARGEST_FILE
from bot.storage.content_drafts import DraftState, list_drafts
from bot.storage.database import Database
from tests.integration.console.conftest import UNIT, Browser, token_of

PAGE = "/console/exchange"


async def send_file(browser: Browser, name: str, content: bytes, do: str, **headers: str) -> httpx.Response:
    csrf = token_of((await browser.get(PAGE)).text)
    return await browser.http.post(
        PAGE,
        data={"csrf": csrf, "do": do},
        files={"file": (name, content)},
        headers={"Origin": browser.base_url, **headers},
    )


@pytest.mark.parametrize("ending", ["yml", "xlsx"])
async def test_what_goes_out_comes_back_equal(editor: Browser, seeded: Database, ending: str) -> None:
    out = await editor.get(f"{PAGE}/cau-tra-loi.{ending}")
    assert out.headers["content-disposition"] == f'attachment; filename="cau-tra-loi.{ending}"'

    report = (await send_file(editor, f"a.{ending}", out.content, "import")).text

    assert "<strong>0</strong> câu mới" in report
    assert "<strong>0</strong> câu sửa" in report
    assert "3 câu giống bản đang đăng" in report
    async with seeded.begin() as tx:
        assert await list_drafts(tx) == []


async def test_a_dry_run_writes_nothing_and_then_it_waits_for_review(editor: Browser, seeded: Database) -> None:
    given = yaml.safe_load((await editor.get(f"{PAGE}/cau-tra-loi.yml")).content)
    given["units"][0]["versions"][0]["text"] = "Miễn phí."
    given["units"][1]["versions"][0]["sources"][0]["document"] = "luat-khong-co"
    changed = yaml.safe_dump(given, allow_unicode=True).encode()

    tried = await send_file(editor, "a.yml", changed, "try", **{"HX-Request": "true"})
    assert "Chạy thử: chưa ghi gì" in tried.text
    assert "<html" not in tried.text
    assert "<strong>1</strong> câu sửa sẽ thành" in tried.text
    assert "1 câu bị từ chối" in tried.text
    assert "Chọn văn bản khác" in tried.text
    async with seeded.begin() as tx:
        assert await list_drafts(tx) == []

    assert "Đã nhập" in (await send_file(editor, "a.yml", changed, "import")).text
    async with seeded.begin() as tx:
        (draft,) = await list_drafts(tx)
    assert (draft.record_id, draft.state, draft.authors) == (UNIT, DraftState.SUBMITTED, ("editor@a.vn",))


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("a.xlsx", b"no workbook", "Không đọc được tệp"),
        ("a.yml", b"units: 5", "danh sách tên units"),
        ("a.exe", b"\xff\xfe", "Không đọc được tệp"),
        ("", b"", "Chưa chọn tệp"),
    ],
)
async def test_a_file_that_is_none_of_ours_is_refused(
    editor: Browser, name: str, content: bytes, message: str
) -> None:
    response = await send_file(editor, name, content, "import")
    assert response.status_code == 422
    assert message in response.text


async def test_a_file_too_large_or_without_the_token_is_not_taken(editor: Browser, browser: Browser) -> None:
    """T18: a file made to break the import."""
    assert (await send_file(editor, "a.yml", b"a" * (LARGEST_FILE + LARGEST_BODY), "import")).status_code == 413
    forged = await editor.http.post(PAGE, files={"file": ("a.yml", b"a")}, headers={"Origin": editor.base_url})
    assert forged.status_code == 403
    stranger = await browser.http.post(PAGE, files={"file": ("a.yml", b"a")}, headers={"Origin": browser.base_url})
    assert stranger.status_code == 401


async def test_no_other_file_is_given(editor: Browser) -> None:
    for name in ("cau-tra-loi.exe", "khac.yml", "cau-tra-loi"):
        assert (await editor.get(f"{PAGE}/{name}")).status_code == 404
