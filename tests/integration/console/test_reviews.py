"""A draft of an answer is read by another person, asked the golden questions, published, given back, undone."""

from __future__ import annotations

from fastapi import FastAPI

from bot.domain.content import ContentKind
from bot.domain.staff import Role
from bot.storage.audit import list_events
from bot.storage.content_drafts import find_draft
from bot.storage.content_records import find_record
from bot.storage.database import Database
from tests.integration.console.conftest import (
    PATH,
    UNIT,
    Browser,
    logged_in,
    record_gate,
    token_of,
)

REVIEW = PATH.replace("/answers/", "/reviews/")


async def test_another_person_publishes(editor: Browser, reviewer: Browser, seeded: Database) -> None:
    fields = await editor.read_form()
    sent = await editor.post(PATH, {**fields, "versions.0.text": "Miễn phí."})
    assert sent.headers["location"] == f"{PATH}?done=submitted"
    assert "Lệ phí đổi thẻ căn cước" in (await reviewer.get("/console/reviews")).text
    waiting = (await reviewer.get(REVIEW)).text
    assert "<ins>" in waiting
    assert 'hx-trigger="every 2s"' in waiting
    too_soon = await reviewer.decide(PATH, do="publish")
    assert (too_soon.status_code, "Chờ kết quả hỏi thử" in too_soon.text) == (409, True)

    await record_gate(seeded, UNIT)
    assert "Không câu hỏi nào sai đi" in (await reviewer.get(f"{REVIEW}/gate")).text
    assert (await editor.decide(PATH, do="publish")).status_code == 403
    published = await reviewer.decide(PATH, do="publish")
    assert published.headers["location"] == f"{PATH}?done=published"
    async with seeded.begin() as tx:
        stored = await find_record(tx, ContentKind.ANSWER, UNIT)
        draft = await find_draft(tx, ContentKind.ANSWER, UNIT)
    assert draft is None
    assert stored is not None
    assert (stored.revision, stored.edited_by, stored.approved_by) == (2, "editor@a.vn", "reviewer@a.vn")
    assert stored.body["versions"][0]["text"] == "Miễn phí."
    assert "reviewer@a.vn đăng" in (await reviewer.get(f"{PATH}/history")).text
    assert (await reviewer.get(REVIEW)).status_code == 404


async def test_nobody_publishes_their_own_words(
    app: FastAPI, seeded: Database, editor: Browser, reviewer: Browser
) -> None:
    """T30: poisoned answers or phrasings."""
    await editor.post(PATH, {**await editor.read_form(), "versions.0.text": "Một."})
    await reviewer.post(PATH, {**await reviewer.read_form(), "versions.0.text": "Hai."})
    await record_gate(seeded, UNIT)
    refused = await reviewer.decide(PATH, do="publish")
    assert (refused.status_code, "Bạn đã soạn bản này" in refused.text) == (409, True)
    other = await logged_in(app, seeded, Role.REVIEWER, name="nguoi-khac")
    assert (await other.decide(PATH, do="publish")).status_code == 303
    await other.http.aclose()


async def test_a_draft_is_given_back_with_what_to_do(editor: Browser, reviewer: Browser) -> None:
    await editor.post(PATH, {**await editor.read_form(), "versions.0.text": "Một."})
    assert (await reviewer.decide(PATH, do="return")).status_code == 422
    returned = await reviewer.decide(PATH, do="return", note="Thiếu căn cứ của mức mới.")
    assert returned.headers["location"] == "/console/reviews?done=returned"
    for opened in (PATH, REVIEW):
        page = (await editor.get(opened)).text
        assert "Trả lại để sửa" in page
        assert "Thiếu căn cứ của mức mới." in page
    assert (await editor.post(PATH, await editor.read_form())).headers["location"] == f"{PATH}?done=submitted"
    assert (await reviewer.decide(PATH, do="return", note="Vẫn thiếu.")).status_code == 303


async def test_an_approver_may_go_against_the_gate_with_a_reason(
    app: FastAPI, seeded: Database, editor: Browser, reviewer: Browser
) -> None:
    await editor.post(PATH, {**await editor.read_form(), "versions.0.text": "Một."})
    await record_gate(seeded, UNIT, breaks=True)
    page = (await reviewer.get(REVIEW)).text
    assert "1 câu hỏi đang trả lời đúng sẽ sai đi" in page
    assert "Vẫn đăng" not in page
    assert (await reviewer.decide(PATH, do="publish")).status_code == 409
    assert (await reviewer.decide(PATH, do="override", reason="Vì câu hỏi mẫu đã cũ.")).status_code == 422
    approver = await logged_in(app, seeded, Role.APPROVER)
    assert (await approver.decide(PATH, do="override", reason="gấp")).status_code == 422
    assert (await approver.decide(PATH, do="override", reason="Câu hỏi mẫu đã cũ.")).status_code == 303
    async with seeded.begin() as tx:
        (event,) = await list_events(tx, action="answer.publish", before=None, limit=9)
    assert event.details == {"revision": 2, "against_the_gate": "Câu hỏi mẫu đã cũ."}
    await approver.http.aclose()


async def test_what_was_read_is_what_is_published(seeded: Database, editor: Browser, reviewer: Browser) -> None:
    await editor.post(PATH, {**await editor.read_form(), "versions.0.text": "Một."})
    await record_gate(seeded, UNIT)
    page = (await reviewer.get(REVIEW)).text
    await editor.post(PATH, {**await editor.read_form(), "versions.0.text": "Hai."})
    await record_gate(seeded, UNIT)
    seen = page.partition('name="seen" value="')[2].partition('"')[0]
    stale = await reviewer.post(REVIEW, {"csrf": token_of(page), "seen": seen, "do": "publish"})
    assert (stale.status_code, "Nội dung vừa đổi" in stale.text, "Hai." in stale.text) == (409, True, True)
    assert (await reviewer.decide(PATH, do="publish")).status_code == 303
    again = await reviewer.post(REVIEW, {"csrf": token_of(page), "seen": seen, "do": "publish"})
    assert again.status_code == 404


async def test_an_old_revision_comes_back_with_one_click(
    seeded: Database, editor: Browser, reviewer: Browser
) -> None:
    await editor.post(PATH, {**await editor.read_form(), "versions.0.text": "Sai rồi."})
    await record_gate(seeded, UNIT)
    await reviewer.decide(PATH, do="publish")
    page = (await reviewer.get(f"{PATH}/history")).text
    assert "Dùng lại bản 1" in page
    sent = {"csrf": token_of(page), "revision": "2", "to": "1"}
    assert (await editor.post(f"{PATH}/history", {**sent, "csrf": "x"})).status_code == 403
    assert (await reviewer.post(f"{PATH}/history", sent)).headers["location"] == f"{PATH}?done=published"
    async with seeded.begin() as tx:
        stored = await find_record(tx, ContentKind.ANSWER, UNIT)
    assert stored is not None
    assert (stored.revision, stored.approved_by) == (3, "reviewer@a.vn")
    assert "Sai rồi." not in stored.body["versions"][0]["text"]
    # A click on a page that is old does nothing.
    assert (await reviewer.post(f"{PATH}/history", sent)).headers["location"] == f"{PATH}?done=moved"
    assert (await reviewer.post(f"{PATH}/history", {**sent, "to": "99"})).status_code == 404
