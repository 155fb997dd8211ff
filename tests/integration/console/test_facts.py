"""Values of law and legal documents: corrected by one, published by another, and what stands on them is shown."""

from __future__ import annotations

from datetime import timedelta

import pytest
from fastapi import FastAPI

from bot.content.catalogue import load_catalogue
from bot.domain.content import ContentKind, DependentKind, TaskState
from bot.domain.staff import Role
from bot.storage.content_tasks import list_tasks
from bot.storage.database import Database
from tests.conftest import MovedClock
from tests.integration.console.conftest import PATH, UNIT, Browser, logged_in, record_gate

FEE = "can-cuoc.le-phi.doi"
FEE_PATH = f"/console/parameters/{FEE}"
LAW = "luat-26-2023-qh15"
LAW_PATH = f"/console/documents/{LAW}"
NEW_LAW = "luat-can-cuoc-sua-doi-12-2027-qh16"


async def read_fee(database: Database, clock: MovedClock) -> str:
    async with database.begin() as tx:
        return (await load_catalogue(tx)).render_unit(UNIT, day=clock().date()).text


async def publish(reviewer: Browser, database: Database, kind: ContentKind, record_id: str) -> str:
    await record_gate(database, record_id, kind=kind)
    response = await reviewer.decide(f"/console/reviews/{kind}/{record_id}", do="publish")
    assert response.status_code == 303, response.text
    return response.headers["location"]


async def test_a_fee_is_corrected_by_one_and_published_by_another(
    editor: Browser, reviewer: Browser, seeded: Database, clock: MovedClock
) -> None:
    fields = {**await editor.read_form(FEE_PATH), "values.0.value": "60.000"}
    effects = (await editor.post(f"{FEE_PATH}/effects", fields)).text
    assert "1 câu trả lời sẽ đổi" in effects
    assert "<del>50.000</del><ins>60.000</ins>" in effects

    response = await editor.post(FEE_PATH, fields)
    assert response.headers["location"] == f"{FEE_PATH}?done=submitted"
    assert (await read_fee(seeded, clock)).startswith("50.000 đồng")
    review = (await reviewer.get(f"/console/reviews/parameter/{FEE}")).text
    assert "1 câu trả lời sẽ đổi" in review
    assert "Lệ phí đổi thẻ căn cước" in review
    assert "Lệ phí đổi thẻ" in (await reviewer.get("/console/reviews")).text

    assert await publish(reviewer, seeded, ContentKind.PARAMETER, FEE) == f"{FEE_PATH}?done=published"
    assert (await read_fee(seeded, clock)).startswith("60.000 đồng")

    history = (await reviewer.get(f"/console/history/parameter/{FEE}")).text
    assert "Dùng lại bản 1" in history
    response = await reviewer.send(f"/console/history/parameter/{FEE}", to="1", revision="2")
    assert response.headers["location"] == f"{FEE_PATH}?done=published"
    assert (await read_fee(seeded, clock)).startswith("50.000 đồng")


async def test_a_fee_from_a_day_on_says_which_answers_change_that_day(editor: Browser) -> None:
    fields = await editor.read_form(FEE_PATH)
    fields |= {"values.0.effective_to": "31/12/2026", "values.1.value": "70.000"}
    fields |= {"values.1.effective_from": "01/01/2027", "values.1.checked_on": "23/11/2026"}
    fields |= {"values.1.effective_to": "", "values.1.document": LAW, "values.1.article": "", "values.1.fact": ""}
    effects = (await editor.post(f"{FEE_PATH}/effects", fields)).text
    assert "từ 01/01/2027" in effects
    # Without the value that follows, the answer would be gone that day, and that is said.
    gap = {**fields, "values.1.effective_from": "02/01/2027"}
    assert "không còn thấy câu này" in (await editor.post(f"{FEE_PATH}/effects", gap)).text


@pytest.mark.parametrize(
    ("field", "typed", "message"),
    [
        ("value", "năm mươi", "Ghi một con số"),
        ("value", "50.00", "Ghi một con số"),
        ("effective_from", "32/01/2026", "Ghi ngày/tháng/năm"),
        ("checked_on", "24/11/2026", "không thể sau hôm nay"),
        ("document", "", "Chọn văn bản"),
        ("document", "luat-khong-co", "không còn trong danh mục"),
    ],
)
async def test_what_cannot_be_is_said_beside_the_field(
    editor: Browser, field: str, typed: str, message: str
) -> None:
    fields = {**await editor.read_form(FEE_PATH), f"values.0.{field}": typed}
    response = await editor.post(FEE_PATH, fields)
    assert response.status_code == 422
    assert message in response.text
    assert f'href="#values-0-{field}"' in response.text


@pytest.mark.parametrize(
    ("path", "field"), [(FEE_PATH, "values.0.value"), (LAW_PATH, "title")], ids=["fee", "document"]
)
async def test_two_people_editing_the_same_record_lose_nothing(
    editor: Browser, second_editor: Browser, path: str, field: str
) -> None:
    theirs, mine = "60.000", "70.000"
    opened_by_both = await second_editor.read_form(path)
    assert (await editor.post(path, {**await editor.read_form(path), field: theirs})).status_code == 303

    response = await second_editor.post(path, {**opened_by_both, field: mine})

    assert response.status_code == 409
    assert "Người khác đã lưu trong lúc bạn soạn" in response.text
    assert f'value="{mine}"' in response.text, "what was typed is still there"
    assert (await editor.read_form(path))[field] == theirs, "and so is what the other saved"
    # After reading, saving once more goes on top.
    again = {**await second_editor.read_form(path), field: mine}
    assert (await second_editor.post(path, again)).status_code == 303
    assert (await editor.read_form(path))[field] == mine


async def add_new_law(editor: Browser, reviewer: Browser, seeded: Database) -> None:
    fields = {**await editor.read_form("/console/documents/new"), "name": "Luật Căn cước (sửa đổi) 12/2027/QH16"}
    response = await editor.post("/console/documents/new", fields)
    assert response.headers["location"] == f"/console/documents/{NEW_LAW}?done=submitted"
    await publish(reviewer, seeded, ContentKind.DOCUMENT, NEW_LAW)
    taken = await editor.post("/console/documents/new", fields)
    assert taken.status_code == 409
    assert "Đã có văn bản này" in taken.text


async def test_a_replaced_document_opens_a_task_for_each_thing_that_stands_on_it(
    editor: Browser, reviewer: Browser, seeded: Database
) -> None:
    await add_new_law(editor, reviewer, seeded)
    page = (await editor.get(LAW_PATH)).text
    assert "Dựa trên văn bản này" in page
    fields = {**await editor.read_form(LAW_PATH), "replaced_by": NEW_LAW}
    assert "ngày cuối cùng" in (await editor.post(LAW_PATH, {**fields, "effective_to": ""})).text
    await editor.post(LAW_PATH, {**fields, "effective_to": "31/12/2026"})
    assert "việc cần làm được mở" in (await reviewer.get(f"/console/reviews/document/{LAW}")).text

    await publish(reviewer, seeded, ContentKind.DOCUMENT, LAW)

    async with seeded.begin() as tx:
        tasks = await list_tasks(tx, TaskState.OPEN)
    kinds = {task.dependent.kind for task in tasks}
    assert {task.dependent.id for task in tasks} >= {UNIT, FEE, "card-exchange", "can-cuoc.cap-doi"}
    assert kinds >= set(DependentKind) - {DependentKind.BENEFIT}
    assert {str(task.replaced_on) for task in tasks} == {"2027-01-01"}
    assert "văn bản của câu này đã bị thay" in (await editor.get(PATH)).text
    assert "Văn bản đã bị thay" in (await editor.get("/console")).text

    task = next(each for each in tasks if each.dependent.id == UNIT)
    path = f"/console/tasks/{task.id}"
    await editor.send(path, do="assign", version="1")
    assert "editor@a.vn nhận" in (await editor.get("/console/tasks?mine=yes")).text
    refused = await editor.send(path, do="not-needed", version="2")
    assert refused.headers["location"] == "/console/tasks?done=reason"
    moved = await reviewer.send(path, do="done", version="1")
    assert moved.headers["location"] == "/console/tasks?done=moved"
    await editor.send(path, do="not-needed", version="2", note="Điều khoản giữ nguyên")
    assert "Điều khoản giữ nguyên" in (await editor.get("/console/tasks?state=settled")).text
    assert "văn bản của câu này đã bị thay" not in (await editor.get(PATH)).text

    # Publishing the document once more opens none again.
    await editor.post(LAW_PATH, {**await editor.read_form(LAW_PATH), "title": "Trích yếu"})
    await publish(reviewer, seeded, ContentKind.DOCUMENT, LAW)
    async with seeded.begin() as tx:
        assert len(await list_tasks(tx)) == len(tasks)


@pytest.mark.parametrize(
    ("path", "field"),
    [(PATH, "versions.0.checked_on"), (FEE_PATH, "values.0.checked_on"), (LAW_PATH, "checked_on")],
    ids=["answer", "fee", "document"],
)
async def test_checked_again_today_waits_for_another_person(
    app: FastAPI, seeded: Database, clock: MovedClock, path: str, field: str
) -> None:
    clock.move(timedelta(days=30))
    editor = await logged_in(app, seeded, Role.EDITOR)
    response = await editor.post(path, {**await editor.read_form(path), "do": "checked"})
    assert response.headers["location"] == f"{path}?done=submitted"
    assert (await editor.read_form(path))[field] == "23/12/2026"
    assert "Chờ duyệt" in (await editor.get(path)).text
    await editor.http.aclose()


async def test_what_expires_and_what_was_not_checked_is_on_the_first_page_with_its_list(
    editor: Browser, reviewer: Browser, seeded: Database
) -> None:
    await editor.post(FEE_PATH, {**await editor.read_form(FEE_PATH), "values.0.effective_to": "31/12/2026"})
    await publish(reviewer, seeded, ContentKind.PARAMETER, FEE)
    old = {**await editor.read_form(LAW_PATH), "checked_on": "01/01/2026"}
    await editor.post(LAW_PATH, old)
    await publish(reviewer, seeded, ContentKind.DOCUMENT, LAW)
    home = (await editor.get("/console")).text
    assert "Tham số hết trong 90 ngày" in home
    assert "Văn bản hơn 180 ngày chưa kiểm tra" in home
    assert "1 tham số" in (await editor.get("/console/parameters?state=expiring")).text
    assert "1 văn bản" in (await editor.get("/console/documents?state=check-overdue&q=can+cuoc")).text
    assert "Không có văn bản nào" in (await editor.get("/console/documents?state=replaced")).text
