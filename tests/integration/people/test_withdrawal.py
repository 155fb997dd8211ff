"""One consent is taken back: what stands on it ends at once, with a receipt; the others stay."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from sqlalchemy import text

from bot.domain.messages import Channel, ChatAddress
from bot.domain.staff import Role
from bot.privacy.inventory import INVENTORY, load_inventory
from bot.skills.my_data.withdrawal import FORGETS, PURPOSES
from bot.skills.my_data.wording import PURPOSE_NAMES
from bot.storage.citizens import find_contact
from bot.storage.consents import ConsentAction, find_consent, record_consent
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from tests.conftest import MovedClock
from tests.integration.console.conftest import logged_in
from tests.support.skill_chat import SkillChat, make_reminder_skills
from tests.support.whole_person import CHATS, WholePerson


async def write_person(database: Database, cipher: Cipher, clock: MovedClock) -> SkillChat:
    """Write somebody who consented to everything."""
    person = WholePerson(cipher, clock())
    async with database.begin() as tx:
        await person.write(tx, load_inventory(INVENTORY))
        for purpose in PURPOSES:
            await record_consent(
                tx,
                citizen_id=person.citizen_id,
                purpose=purpose,
                action=ConsentAction.GIVEN,
                wording_sha256="0" * 64,
                channel=Channel.TELEGRAM,
                now=clock(),
            )
        await tx.execute(text("DELETE FROM conversations"))
    return SkillChat(database, make_reminder_skills(cipher), clock, chat=CHATS[Channel.TELEGRAM])


async def list_given(database: Database, address: ChatAddress) -> set[str]:
    """List what the consent is given for."""
    given = set()
    async with database.begin() as tx:
        contact = await find_contact(tx, address)
        assert contact is not None
        for purpose in PURPOSES:
            last = await find_consent(tx, citizen_id=contact.citizen_id, purpose=purpose)
            given |= {purpose} if last is not None and last.action is ConsentAction.GIVEN else set()
    return given


def test_every_purpose_that_is_shown_can_be_taken_back() -> None:
    assert set(PURPOSES) == set(PURPOSE_NAMES)


@pytest.mark.parametrize("purpose", PURPOSES)
async def test_one_consent_is_taken_back_and_the_others_stay(
    database: Database, cipher: Cipher, clock: MovedClock, purpose: str
) -> None:
    chat = await write_person(database, cipher, clock)
    await chat.starts("my-data")
    await chat.presses("Rút từng đồng ý")
    answer = await chat.presses(PURPOSE_NAMES[purpose])
    assert "Biên nhận: **BN-" in answer.text
    assert await list_given(database, chat.address) == set(PURPOSES) - {purpose}
    again = await chat.starts("my-data", f"withdraw-{purpose}")
    assert "không có gì phải rút" in again.text
    await chat.starts("my-data")
    await chat.presses("Rút từng đồng ý")
    assert PURPOSE_NAMES[purpose] not in chat.titles


@pytest.mark.parametrize(
    ("purpose", "table"),
    [
        ("announcements", "news_subscriptions"),
        ("checklists", "checklists"),
        ("application-link", "person_links"),
        ("question-answered", "question_askers"),
    ],
)
async def test_what_was_kept_for_the_purpose_is_gone(
    database: Database, cipher: Cipher, clock: MovedClock, purpose: str, table: str
) -> None:
    chat = await write_person(database, cipher, clock)
    tables = ("news_subscriptions", "checklists", "person_links", "question_askers")
    await chat.starts("my-data", f"withdraw-{purpose}")
    async with database.begin() as tx:
        left = {each for each in tables if (await tx.scalar(text(f"SELECT count(*) FROM {each}")))}  # noqa: S608
    assert left == set(tables) - {table}


async def test_stopping_all_messages_takes_back_what_sends_and_names_what_stays(
    database: Database, cipher: Cipher, clock: MovedClock
) -> None:
    chat = await write_person(database, cipher, clock)
    answer = await chat.starts("stop-reminders")
    assert await list_given(database, chat.address) == set(FORGETS), "a list of papers and a view send nothing"
    assert all(PURPOSE_NAMES[each] in answer.text for each in FORGETS)
    for purpose in FORGETS:
        await chat.starts("my-data", f"withdraw-{purpose}")
    assert await list_given(database, chat.address) == set()


async def test_a_wrong_name_of_a_purpose_changes_nothing(
    database: Database, cipher: Cipher, clock: MovedClock
) -> None:
    chat = await write_person(database, cipher, clock)
    assert "không có gì phải rút" in (await chat.starts("my-data", "withdraw-x")).text
    assert await list_given(database, chat.address) == set(PURPOSES)


async def test_staff_find_the_receipt(app: FastAPI, seeded: Database, cipher: Cipher, clock: MovedClock) -> None:
    chat = await write_person(seeded, cipher, clock)
    said = (await chat.starts("my-data", "withdraw-announcements")).text
    receipt = said.partition("**BN-")[2].partition("**")[0]
    chief = await logged_in(app, seeded, Role.ADMINISTRATOR)
    page = (await chief.get("/console/data-requests?state=settled")).text
    assert f"BN-{receipt}" in page
    assert "Rút đồng ý: Nhận tin của chính quyền" in page
