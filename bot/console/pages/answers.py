"""Answer units: the list, and one of them to read, edit and look back on."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.console.differences import list_changes
from bot.console.page import CONTENT_EDITORS, EVERY_ROLE, PageNotFound, Visit, page
from bot.console.preview import preview_versions
from bot.console.shelf import CHECK_OVERDUE, Filters, Shelf, ShelvedUnit, load_shelf
from bot.console.unit_form import Versions, change_rows, make_unit, read_versions, show_unit
from bot.content.edit import EditedMeanwhile, Problem, UnitGone, UnitRefused, edit_unit
from bot.content.schema import AnswerUnit
from bot.storage.answer_units import list_earlier_revisions

PAGE_SIZE = 50


@page("GET", "/answers", access=EVERY_ROLE)
async def show_answers(visit: Visit) -> Response:
    """The list, narrowed by what the address says."""
    asked = visit.request.query_params
    filters = Filters(
        words=asked.get("q", "")[:200],
        topic=asked.get("topic", ""),
        kind=asked.get("kind", ""),
        state=asked.get("state", ""),
    )
    async with visit.database.begin() as tx:
        shelf = await load_shelf(tx, today=visit.today)
    found = shelf.list_matching(filters)
    last = max(1, -(-len(found) // PAGE_SIZE))
    wanted = asked.get("page", "1")
    number = min(int(wanted), last) if wanted.isdecimal() and int(wanted) else 1
    given = {"q": filters.words, "topic": filters.topic, "kind": filters.kind, "state": filters.state}
    return visit.render(
        "answers.html",
        filters=filters,
        found=found[(number - 1) * PAGE_SIZE : number * PAGE_SIZE],
        count=len(found),
        topics=shelf.topics,
        overdue=CHECK_OVERDUE,
        page=number,
        pages=last,
        query=urlencode({name: value for name, value in given.items() if value}),
    )


@page("GET", "/answers/{unit_id}", access=EVERY_ROLE)
async def show_answer(visit: Visit) -> Response:
    """One unit, to edit by those who may, to read by the others."""
    shelf, each = await _get_unit(visit)
    saved = visit.request.query_params.get("saved") == str(each.stored.revision)
    return _render_answer(visit, shelf, each, show_unit(each.unit), saved=saved)


@page("POST", "/answers/{unit_id}", access=CONTENT_EDITORS)
async def save_answer(visit: Visit) -> Response:
    """Save, or give the form back: with another row, with what is wrong, or with what somebody else saved."""
    shelf, each = await _get_unit(visit)
    action = visit.form.get("do")
    versions = read_versions(visit.form) or show_unit(each.unit)
    sent = visit.form.get("revision")
    revision = int(sent) if sent.isdecimal() else 0
    if action != "save":
        changed = change_rows(versions, action)
        return _render_answer(visit, shelf, each, changed, revision=revision, resumed=action == "resume")
    try:
        unit = make_unit(versions, before=each.unit, today=visit.today)
        async with visit.database.begin() as tx:
            written = await edit_unit(
                tx,
                each.unit.id,
                unit,
                expected_revision=revision,
                editor=visit.staff.email,
                now=visit.now,
            )
    except UnitRefused as refused:
        return _render_answer(
            visit, shelf, each, versions, revision=revision, problems=refused.problems, status=422
        )
    except UnitGone as gone:
        raise PageNotFound from gone
    except EditedMeanwhile as meanwhile:
        their_unit = AnswerUnit.model_validate(meanwhile.theirs.body)
        return _render_answer(
            visit,
            shelf,
            each,
            versions,
            # Saving once more, after reading what they wrote, is a choice: it goes on top of theirs.
            revision=meanwhile.theirs.revision,
            theirs=meanwhile.theirs,
            their_versions=show_unit(their_unit),
            changes=list_changes(their_unit, unit, shelf.documents),
            status=409,
        )
    return RedirectResponse(f"/console/answers/{each.unit.id}?saved={written}", status_code=303)


@page("POST", "/answers/{unit_id}/preview", access=CONTENT_EDITORS)
async def show_preview(visit: Visit) -> Response:
    """What citizens would see of the form as it is now."""
    shelf, each = await _get_unit(visit)
    versions = read_versions(visit.form) or show_unit(each.unit)
    return visit.render(
        "_preview.html", previews=preview_versions(versions, shelf, today=visit.today), title=each.unit.title
    )


@page("GET", "/answers/{unit_id}/history", access=EVERY_ROLE)
async def show_history(visit: Visit) -> Response:
    """Every revision, with what it changed."""
    shelf, each = await _get_unit(visit)
    async with visit.database.begin() as tx:
        earlier = await list_earlier_revisions(tx, each.unit.id)
    revisions = [each.stored, *(stored for stored in earlier if stored.revision < each.stored.revision)]
    units = [AnswerUnit.model_validate(stored.body) for stored in revisions]
    entries = [
        {
            "stored": stored,
            "changes": list_changes(units[n + 1], units[n], shelf.documents) if n + 1 < len(units) else None,
        }
        for n, stored in enumerate(revisions)
    ]
    return visit.render("history.html", each=each, entries=entries)


async def _get_unit(visit: Visit) -> tuple[Shelf, ShelvedUnit]:
    async with visit.database.begin() as tx:
        shelf = await load_shelf(tx, today=visit.today)
    unit_id = visit.request.path_params["unit_id"]
    each = next((each for each in shelf.units if each.unit.id == unit_id), None)
    if each is None:
        raise PageNotFound
    return shelf, each


def _render_answer(
    visit: Visit,
    shelf: Shelf,
    each: ShelvedUnit,
    versions: Versions,
    *,
    revision: int | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    **shown: Any,
) -> Response:
    beside: dict[str, str] = {}
    for problem in problems:
        beside.setdefault(problem.place, problem.message)
    context = {
        "saved": False,
        "resumed": False,
        "theirs": None,
        "their_versions": (),
        "changes": [],
        "each": each,
        "versions": versions,
        "revision": revision if revision is not None else each.stored.revision,
        "problems": problems,
        "beside": beside,
        "documents": sorted(shelf.documents.values(), key=lambda document: document.name),
        "parameters": sorted(shelf.parameters.values(), key=lambda parameter: parameter.id),
        "previews": preview_versions(versions, shelf, today=visit.today),
        "title": each.unit.title,
        "may_edit": visit.may(CONTENT_EDITORS),
    }
    return visit.render("answer.html", status=status, **{**context, **shown})


PAGES = [show_answers, show_answer, save_answer, show_preview, show_history]
