"""T33: fields that a form does not have change nothing, whatever they are called."""

from __future__ import annotations

from sqlalchemy import text

from bot.domain.content import ContentKind
from bot.storage.content_drafts import DraftState, find_draft
from bot.storage.content_records import find_record
from bot.storage.database import Database
from tests.integration.console.conftest import PATH, UNIT, Browser

EXTRA = {
    "id": "khac.khac.khac",
    "state": "published",
    "revision": "99",
    "approved_by": "chu@a.vn",
    "edited_by": "chu@a.vn",
    "authors": "chu@a.vn",
    "role": "administrator",
    "versions.0.checked_by": "chu@a.vn",
    "versions.0.state": "published",
}


async def test_fields_that_the_form_does_not_have_change_nothing(editor: Browser, seeded: Database) -> None:
    fields = {**await editor.read_form(), "do": "save", "versions.0.text": "Miễn phí."}
    assert not EXTRA.keys() & fields.keys()
    assert (await editor.post(PATH, {**fields, **EXTRA})).status_code in {303, 422}
    async with seeded.begin() as tx:
        stored = await find_record(tx, ContentKind.ANSWER, UNIT)
        draft = await find_draft(tx, ContentKind.ANSWER, UNIT)
        roles = list(await tx.scalars(text("SELECT role FROM staff")))
    assert stored is not None
    assert (stored.revision, stored.edited_by) == (1, None)
    assert draft is None or (draft.state, draft.authors, draft.base_revision) == (
        DraftState.OPEN,
        ("editor@a.vn",),
        1,
    )
    assert roles == ["editor"]
