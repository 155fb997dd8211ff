"""What staff see of a person: masked, found by what the person can name, unmasked with a reason that is kept."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from fastapi import FastAPI
from sqlalchemy import text

from bot.domain.data_request import RequestKind
from bot.domain.messages import Channel, ChatAddress
from bot.domain.staff import Role
from bot.privacy.requests import load_deadlines
from bot.reminders.rules import PURPOSE
from bot.settings import DATA
from bot.storage.applications import index_id_number
from bot.storage.citizens import delete_citizen, record_contact
from bot.storage.consents import ConsentAction, record_consent
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.person_links import record_link
from tests.conftest import MovedClock
from tests.integration.console.conftest import Browser, logged_in
from tests.support.skill_chat import SkillChat, make_reminder_skills

ID_NUMBER = "001190000001"


async def add_person(database: Database, cipher: Cipher, clock: MovedClock) -> UUID:
    """Write somebody with a consent, a reminder, a message, and a chat proved to be of an ID number."""
    now = clock()
    async with database.begin() as tx:
        contact = await record_contact(tx, ChatAddress(channel=Channel.TELEGRAM, chat="84912345"), now=now)
        await record_consent(
            tx,
            citizen_id=contact.citizen_id,
            purpose=PURPOSE,
            action=ConsentAction.GIVEN,
            wording_sha256="0" * 64,
            channel=Channel.TELEGRAM,
            now=now,
        )
        await record_link(tx, contact_id=contact.id, id_number_index=index_id_number(ID_NUMBER, cipher), now=now)
        subscription = uuid4()
        facts = cipher.encrypt(
            '{"birth": "1990-05-17", "issued": "2022-03-01"}',
            column="reminder_subscriptions.facts",
            row=subscription,
        )
        await tx.execute(
            text(
                "INSERT INTO reminder_subscriptions (id, citizen_id, contact_id, rule_id, facts_encrypted) "
                "VALUES (:id, :citizen, :contact, 'card-exchange', :facts)"
            ),
            {"id": subscription, "citizen": contact.citizen_id, "contact": contact.id, "facts": facts},
        )
        await tx.execute(
            text(
                "INSERT INTO deliveries (idempotency_key, contact_id, channel, purpose, message, state, reason, "
                "expires_at, code) VALUES ('k', :id, 'telegram', 'reminders', '{}', 'failed', 'blocked', now(), "
                "'06-7KQ4-X2MB')"
            ),
            {"id": contact.id},
        )
    return contact.citizen_id


async def log_of(database: Database) -> list[tuple[str, str, dict[str, str]]]:
    async with database.begin() as tx:
        rows = await tx.execute(
            text("SELECT action, subject, details FROM audit_events WHERE action LIKE 'people%' ORDER BY seq")
        )
        return [(row.action, row.subject, row.details) for row in rows]


async def test_somebody_is_found_by_what_they_can_name_and_by_nothing_else(
    app: FastAPI, seeded: Database, cipher: Cipher, clock: MovedClock
) -> None:
    person = await add_person(seeded, cipher, clock)
    chief = await logged_in(app, seeded, Role.ADMINISTRATOR)
    for typed in ("001190 000001", "mã tin 06-7kq4-x2mb"):
        found = await chief.send("/console/people", what=typed)
        assert found.headers["location"] == f"/console/people/{person}"
    assert "Không giữ gì" in (await chief.send("/console/people", what="001190000002")).text
    for typed in ("Nguyễn Thị Hoa", "0912345678", "", "0011900"):
        assert (await chief.send("/console/people", what=typed)).status_code == 422
    log = await log_of(seeded)
    assert [subject for _, subject, _ in log] == ["by:id-number", "by:notice-code", "by:id-number"]
    assert ID_NUMBER not in str(log)


async def test_the_page_is_masked_until_a_reason_is_given_and_again_after(
    app: FastAPI, seeded: Database, cipher: Cipher, clock: MovedClock
) -> None:
    person = await add_person(seeded, cipher, clock)
    chief = await logged_in(app, seeded, Role.APPROVER)
    path = f"/console/people/{person}"
    page = (await chief.get(path)).text
    assert "••/••/1990" in page
    assert "•••345" in page
    assert "Người nhận đã chặn" in page
    assert "17/05/1990" not in page
    assert "84912345" not in page
    assert (await chief.send(path, reason="vì")).status_code == 422
    opened = (await chief.send(path, reason="Người dân yêu cầu sửa ngày sinh")).text
    assert "17/05/1990" in opened
    assert "84912345" in opened
    assert "17/05/1990" not in (await chief.get(path)).text
    ((action, subject, details),) = await log_of(seeded)
    assert (action, subject) == ("people.unmask", f"citizen:{person}")
    assert details["reason"] == "Người dân yêu cầu sửa ngày sinh"


async def test_looking_at_somebody_changes_nothing_and_nobody_is_not_found(
    app: FastAPI, seeded: Database, cipher: Cipher, clock: MovedClock
) -> None:
    chief = await logged_in(app, seeded, Role.ADMINISTRATOR)
    assert (await chief.get(f"/console/people/{uuid4()}")).status_code == 404
    assert (await chief.get("/console/people/khong")).status_code == 404


async def ask_for_a_correction(database: Database, clock: MovedClock, cipher: Cipher) -> SkillChat:
    chat = SkillChat(database, make_reminder_skills(cipher), clock, chat="84912345")
    await chat.starts("my-data")
    await chat.presses("Có chỗ sai")
    answer = await chat.writes("ngày sinh của tôi là 18/05/1990, gọi 0912345678")
    assert "03/12/2026" in answer.text
    return chat


async def test_what_can_be_set_anew_leads_to_the_skill_that_asks_anew(
    seeded: Database, cipher: Cipher, clock: MovedClock
) -> None:
    await add_person(seeded, cipher, clock)
    for title, asks in (("Đặt lại lời nhắc", "nhắc"), ("Đổi nơi nhận tin", "đồng ý")):
        chat = SkillChat(seeded, make_reminder_skills(cipher), clock, chat="84912345")
        await chat.starts("my-data", "correct")
        assert asks in (await chat.presses(title)).text.lower()


async def settle(browser: Browser, **fields: str) -> str:
    """Work on the only request that is open, and return where that led."""
    page = (await browser.get("/console/data-requests")).text
    path = page.partition('action="/console/data-requests/')[2].partition('"')[0]
    return (await browser.send(f"/console/data-requests/{path}", **fields)).headers["location"]


async def test_a_citizen_asks_for_a_correction_and_reads_the_answer(
    app: FastAPI, seeded: Database, cipher: Cipher, clock: MovedClock
) -> None:
    await add_person(seeded, cipher, clock)
    chat = await ask_for_a_correction(seeded, clock, cipher)
    chief = await logged_in(app, seeded, Role.ADMINISTRATOR)
    page = (await chief.get("/console/data-requests")).text
    assert "ngày sinh của tôi là [ngày tháng], gọi [số điện thoại]" in page
    # Ten days from Monday 23/11 to Thursday 3/12; the 24th is a day off.
    assert "Còn 7 ngày làm việc, hạn 03/12/2026" in page
    assert (await settle(chief, do="extend", words="Chờ hồ sơ giấy")).endswith("done=moved"), "no law extends it"
    assert (await settle(chief, do="settle", words="Đã sửa ngày sinh.")).endswith("done=settle")
    assert "đã xong. Đã sửa ngày sinh." in (await chat.starts("my-data")).text
    assert "Đã sửa ngày sinh." in (await chief.get("/console/data-requests?state=settled")).text


async def test_a_withdrawal_is_extended_once_with_a_reason(
    app: FastAPI, seeded: Database, clock: MovedClock
) -> None:
    chief = await logged_in(app, seeded, Role.ADMINISTRATOR)
    assert (await chief.send("/console/data-requests", kind="", said="x")).status_code == 422
    await chief.send("/console/data-requests", kind="withdraw", said="Rút đồng ý nhận tin, số 0912345678")
    page = (await chief.get("/console/data-requests")).text
    assert "[số điện thoại]" in page
    assert "hạn 08/12/2026" in page
    assert (await settle(chief, do="extend", words="Cần đối chiếu giấy tờ")).endswith("done=extend")
    page = (await chief.get("/console/data-requests")).text
    assert "hạn 23/12/2026" in page
    assert "Gia hạn 15 ngày" not in page


async def test_what_the_assistant_did_at_once_stays_as_a_line_without_a_person(
    app: FastAPI, seeded: Database, cipher: Cipher, clock: MovedClock
) -> None:
    person = await add_person(seeded, cipher, clock)
    chat = await ask_for_a_correction(seeded, clock, cipher)
    await chat.starts("my-data", "delete")
    await chat.presses("Xóa hết")
    async with seeded.begin() as tx:
        rows = (await tx.execute(text("SELECT kind, state, citizen_id FROM data_requests ORDER BY kind"))).all()
        await delete_citizen(tx, person, cipher=cipher, now=clock())
    assert [(row.kind, row.state, row.citizen_id) for row in rows] == [
        ("correct", "done", None),
        ("delete", "done", None),
    ]


def test_every_kind_of_request_has_a_deadline_with_its_source() -> None:
    found = load_deadlines(DATA / "data-requests.yml")
    assert set(found.kinds) == set(RequestKind)
    assert "356/2025" in found.source
    assert found.effective_from == date(2026, 1, 1)
