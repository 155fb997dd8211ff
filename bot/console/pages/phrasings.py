"""How citizens ask for a unit: what the assistant learns from, and what staff linked from the queue."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from fastapi import Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError

from bot.console.access import CONTENT_EDITORS, EVERY_ROLE
from bot.console.differences import list_changes
from bot.console.page import PageNotFound, Visit, page
from bot.console.record_desk import OpenRecord, forget_draft, keep_draft, open_record
from bot.console.unit_form import read_seen, show_seen
from bot.content.drafts import DraftChanged, DraftGone, Seen
from bot.content.notify import notify_content_changed
from bot.content.publish import EditedMeanwhile, Problem, RecordGone, RecordRefused
from bot.content.reasons import render_reason
from bot.content.schema import AnswerUnit, PhrasingSet
from bot.domain.content import ContentKind
from bot.storage.content_drafts import find_draft
from bot.storage.content_records import find_record
from bot.storage.questions import delete_phrasing, list_phrasings

DONE = {"saved", "submitted", "unchanged", "dropped", "moved", "published", "unlinked"}
FEWEST_WISHED = 10
"""Fewer ways of asking than this are often too few to be understood by."""


@page("GET", "/answers/{unit_id}/phrasings", access=EVERY_ROLE)
async def show_phrasings(visit: Visit) -> Response:
    """The phrasings of one unit, to edit by those who may, to read by the others."""
    unit, opened = await _open(visit)
    done = visit.request.query_params.get("done", "")
    return await _render(visit, unit, opened, _show(opened.wanted), done=done if done in DONE else "")


@page("POST", "/answers/{unit_id}/phrasings", access=CONTENT_EDITORS)
async def save_phrasings(visit: Visit) -> Response:
    """Keep a draft, take a linked question back, or give the form back: what is wrong, or what another saved."""
    unit, opened = await _open(visit)
    typed, seen, action = visit.form.get("texts"), read_seen(visit.form.get("seen")), visit.form.get("do")
    path = f"/console/answers/{unit.id}/phrasings"
    if linked := visit.form.get("unlink"):
        return await _unlink(visit, linked, path)
    try:
        match action:
            case "drop":
                await forget_draft(visit, ContentKind.PHRASINGS, opened.id, seen=seen)
                return RedirectResponse(f"{path}?done=dropped", status_code=303)
            case "save" | "submit":
                new = _make(opened.id, typed)
            case _:
                shown = typed or _show(opened.wanted)
                return await _render(visit, unit, opened, shown, seen=seen, resumed=action == "resume")
        done = await keep_draft(visit, new, seen=seen, submit=action == "submit")
    except (DraftGone, DraftChanged):
        done = "moved"
    except RecordGone as gone:
        raise PageNotFound from gone
    except RecordRefused as refused:
        return await _render(visit, unit, opened, typed, seen=seen, problems=refused.problems, status=422)
    except EditedMeanwhile as meanwhile:
        changes = list_changes(PhrasingSet.model_validate(meanwhile.theirs.body), new, {})
        # Saving once more, after reading what they wrote, is a choice: it goes on top of theirs.
        unit, opened = await _open(visit)
        return await _render(visit, unit, opened, typed, theirs=meanwhile.theirs, changes=changes, status=409)
    return RedirectResponse(f"{path}?done={done}", status_code=303)


async def _unlink(visit: Visit, linked: str, path: str) -> Response:
    """Take back a question of the queue that staff had linked."""
    unit_id = visit.request.path_params["unit_id"]
    try:
        phrasing_id = UUID(linked)
    except ValueError as error:
        raise PageNotFound from error
    async with visit.database.begin() as tx:
        if await delete_phrasing(tx, phrasing_id, unit_id):
            await notify_content_changed(tx)
            await visit.record(tx, "phrasing.drop", f"answer:{unit_id}")
    return RedirectResponse(f"{path}?done=unlinked", status_code=303)


def _show(phrasings: PhrasingSet | None) -> str:
    return "\n".join(phrasings.texts) if phrasings is not None else ""


def _make(unit_id: str, typed: str) -> PhrasingSet:
    """Return the phrasings of a form: one a line, each once whatever its capitals."""
    lines = {" ".join(line.split()).casefold(): " ".join(line.split()) for line in typed.splitlines()}
    try:
        return PhrasingSet(id=unit_id, texts=tuple(line for line in lines.values() if line))
    except ValidationError as refused:
        error = refused.errors(include_url=False)[0]
        raise RecordRefused((Problem(place="texts", message=render_reason(error)),)) from refused


async def _is_new(visit: Visit, unit: AnswerUnit) -> bool:
    """Tell whether the answer was never published."""
    async with visit.database.begin() as tx:
        return await find_record(tx, ContentKind.ANSWER, unit.id) is None


async def _open(visit: Visit) -> tuple[AnswerUnit, OpenRecord[PhrasingSet]]:
    unit_id = visit.request.path_params["unit_id"]
    async with visit.database.begin() as tx:
        stored = await find_record(tx, ContentKind.ANSWER, unit_id)
        draft = await find_draft(tx, ContentKind.ANSWER, unit_id) if stored is None else None
        opened = await open_record(tx, PhrasingSet, unit_id)
    written = stored or draft
    if written is None:
        raise PageNotFound
    return AnswerUnit.model_validate(written.body), opened


async def _render(
    visit: Visit,
    unit: AnswerUnit,
    opened: OpenRecord[PhrasingSet],
    typed: str,
    *,
    seen: Seen | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    **shown: Any,
) -> Response:
    async with visit.database.begin() as tx:
        linked = await list_phrasings(tx, unit.id)
    context = {
        "done": "",
        "resumed": False,
        "theirs": None,
        "changes": [],
        "unit": unit,
        "is_new": await _is_new(visit, unit),
        "opened": opened,
        "typed": typed,
        "count": len(typed.splitlines()),
        "fewest": FEWEST_WISHED,
        "linked": linked,
        "seen": show_seen(seen or opened.seen),
        "problems": problems,
        "beside": {problem.place: problem.message for problem in problems},
        "may_edit": visit.may(CONTENT_EDITORS),
    }
    return visit.render("phrasings.html", status=status, **{**context, **shown})


PAGES = [show_phrasings, save_phrasings]
