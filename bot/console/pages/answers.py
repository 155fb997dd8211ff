"""Answer units: the list, and one of them to read, edit and look back on."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.console.access import CONTENT_EDITORS, EVERY_ROLE, PUBLISHERS
from bot.console.differences import list_changes
from bot.console.new_unit import TITLE_LONGEST, TITLE_SHORTEST, begin_unit, begin_versions, make_record_id
from bot.console.page import PageNotFound, Visit, page
from bot.console.preview import preview_versions
from bot.console.record_desk import forget_draft, keep_draft, open_record
from bot.console.request import read_number
from bot.console.sheet import turn_to
from bot.console.shelf import CHECK_OVERDUE, Filters, Shelf, ShelvedUnit, load_shelf
from bot.console.unit_form import (
    Versions,
    change_rows,
    make_unit,
    read_seen,
    read_versions,
    show_seen,
    show_unit,
)
from bot.content.check_again import mark_checked
from bot.content.drafts import DraftChanged, DraftGone, Seen, roll_back
from bot.content.publish import EditedMeanwhile, Problem, RecordGone, RecordRefused
from bot.content.schema import AnswerUnit, PhrasingSet, QuestionKind
from bot.domain.content import ContentKind, DependentKind, TaskState
from bot.storage.content_records import list_earlier_revisions
from bot.storage.content_tasks import list_tasks
from bot.storage.questions import list_phrasings

DONE = {"saved", "submitted", "unchanged", "dropped", "moved", "published"}


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
    given = {"q": filters.words, "topic": filters.topic, "kind": filters.kind, "state": filters.state}
    return visit.render(
        "answers.html",
        filters=filters,
        sheet=turn_to(shelf.list_matching(filters), asked.get("page", "")),
        topics=shelf.topics,
        overdue=CHECK_OVERDUE,
        may_edit=visit.may(CONTENT_EDITORS),
        query=urlencode({name: value for name, value in given.items() if value}),
    )


@page("GET", "/answers/new", access=CONTENT_EDITORS)
async def begin_answer(visit: Visit) -> Response:
    """Ask what a new unit is about; then the empty form of it."""
    asked = visit.request.query_params
    given = {name: asked.get(name, "").strip()[:200] for name in ("title", "topic", "kind")}
    async with visit.database.begin() as tx:
        shelf = await load_shelf(tx, today=visit.today)
    problem = _find_new_problem(shelf, **given) if asked else ""
    if asked and not problem:
        each = begin_unit(**given, today=visit.today)
        return await _render_answer(visit, shelf, each, begin_versions(visit.today))
    return visit.render(
        "answer_new.html", status=422 if problem else 200, given=given, topics=shelf.topics, problem=problem
    )


@page("GET", "/answers/{unit_id}", access=EVERY_ROLE)
async def show_answer(visit: Visit) -> Response:
    """One unit, to edit by those who may, to read by the others."""
    shelf, each = await _get_unit(visit)
    done = visit.request.query_params.get("done", "")
    return await _render_answer(visit, shelf, each, show_unit(each.wanted), done=done if done in DONE else "")


@page("POST", "/answers/{unit_id}", access=CONTENT_EDITORS)
async def save_answer(visit: Visit) -> Response:
    """Keep a draft, or give the form back: another row, what is wrong, or what somebody else saved."""
    shelf, each = await _get_unit(visit)
    action = visit.form.get("do")
    versions = read_versions(visit.form) or show_unit(each.wanted)
    seen = read_seen(visit.form.get("seen"))
    if action == "drop" and each.draft is not None:
        return await _drop(visit, each, seen)
    if action not in ("save", "submit", "checked"):
        changed = change_rows(versions, action)
        return await _render_answer(visit, shelf, each, changed, seen=seen, resumed=action == "resume")
    try:
        unit = make_unit(versions, before=each.wanted, documents=shelf.documents, today=visit.today)
        if action == "checked" and not each.is_new:
            unit = mark_checked(each.wanted, today=visit.today)
        done = await keep_draft(visit, unit, seen=seen, submit=action != "save")
    except RecordRefused as refused:
        return await _render_answer(visit, shelf, each, versions, seen=seen, problems=refused.problems, status=422)
    except RecordGone as gone:
        raise PageNotFound from gone
    except EditedMeanwhile as meanwhile:
        # Read again: what they wrote may be newer than what this request began with.
        shelf, each = await _get_unit(visit)
        their_unit = AnswerUnit.model_validate(meanwhile.theirs.body)
        return await _render_answer(
            visit,
            shelf,
            each,
            versions,
            # Saving once more, after reading what they wrote, is a choice: it goes on top of theirs.
            theirs=meanwhile.theirs,
            their_versions=show_unit(their_unit),
            changes=list_changes(their_unit, unit, shelf.documents),
            status=409,
        )
    return RedirectResponse(f"/console/answers/{unit.id}?done={done}", status_code=303)


async def _drop(visit: Visit, each: ShelvedUnit, seen: Seen) -> Response:
    path = f"/console/answers/{each.unit.id}"
    try:
        await forget_draft(visit, ContentKind.ANSWER, each.unit.id, seen=seen)
    except (DraftGone, DraftChanged):
        return RedirectResponse(f"{path}?done=moved", status_code=303)
    return RedirectResponse("/console/answers" if each.is_new else f"{path}?done=dropped", status_code=303)


@page("POST", "/answers/{unit_id}/preview", access=CONTENT_EDITORS)
async def show_preview(visit: Visit) -> Response:
    """What citizens would see of the form as it is now."""
    shelf, each = await _get_unit(visit)
    versions = read_versions(visit.form) or show_unit(each.wanted)
    return visit.render(
        "_preview.html",
        previews=preview_versions(versions, shelf, visit.renderings, today=visit.today),
        title=each.unit.title,
    )


@page("GET", "/answers/{unit_id}/history", access=EVERY_ROLE)
async def show_history(visit: Visit) -> Response:
    """Every revision, with what it changed."""
    return await _render_history(visit)


async def _render_history(visit: Visit, *, problems: tuple[Problem, ...] = (), status: int = 200) -> Response:
    shelf, each = await _get_unit(visit)
    async with visit.database.begin() as tx:
        earlier = await list_earlier_revisions(tx, ContentKind.ANSWER, each.unit.id)
    revisions = [each.stored, *(stored for stored in earlier if stored.revision < each.stored.revision)]
    units = [AnswerUnit.model_validate(stored.body) for stored in revisions]
    entries = [
        {
            "stored": stored,
            "changes": list_changes(units[n + 1], units[n], shelf.documents) if n + 1 < len(units) else None,
        }
        for n, stored in enumerate(revisions)
    ]
    return visit.render(
        "history.html",
        status=status,
        title=each.unit.title,
        path=f"/console/answers/{each.unit.id}",
        history_path=f"/console/answers/{each.unit.id}/history",
        revision=each.stored.revision,
        entries=entries,
        problems=problems,
        may_publish=visit.may(PUBLISHERS),
    )


@page("POST", "/answers/{unit_id}/history", access=PUBLISHERS)
async def roll_answer_back(visit: Visit) -> Response:
    """Publish an earlier revision again, at once."""
    _, each = await _get_unit(visit)
    path = f"/console/answers/{each.unit.id}"
    to, expected = (visit.form.get(name) for name in ("to", "revision"))
    try:
        async with visit.database.begin() as tx:
            revision = await roll_back(
                tx,
                ContentKind.ANSWER,
                each.unit.id,
                to=read_number(to),
                expected_revision=read_number(expected),
                staff=visit.staff.email,
                now=visit.now,
            )
            await visit.record(tx, "answer.roll-back", f"answer:{each.unit.id}", to=to, revision=revision)
    except RecordGone as gone:
        raise PageNotFound from gone
    except EditedMeanwhile:
        return RedirectResponse(f"{path}?done=moved", status_code=303)
    except RecordRefused as refused:
        return await _render_history(visit, problems=refused.problems, status=422)
    return RedirectResponse(f"{path}?done=published", status_code=303)


async def _get_unit(visit: Visit) -> tuple[Shelf, ShelvedUnit]:
    """Return a unit, published, a draft, or just begun on this very form."""
    async with visit.database.begin() as tx:
        shelf = await load_shelf(tx, today=visit.today)
    unit_id = visit.request.path_params["unit_id"]
    each = shelf.find(unit_id)
    if each is None:
        given = {name: visit.form.get(name) for name in ("title", "topic", "kind")}
        if not any(given.values()) or _find_new_problem(shelf, **given):
            raise PageNotFound
        each = begin_unit(**given, today=visit.today)
        if each.unit.id != unit_id:
            raise PageNotFound
    return shelf, each


def _find_new_problem(shelf: Shelf, *, title: str, topic: str, kind: str) -> str:
    if not TITLE_SHORTEST <= len(title) <= TITLE_LONGEST:
        return "title"
    if topic not in shelf.topics or kind not in list(QuestionKind):
        return "topic"
    taken = {each.unit.title.casefold() for each in (*shelf.units, *shelf.new)}
    return "taken" if title.casefold() in taken or shelf.find(make_record_id(topic, title)) else ""


async def _render_answer(
    visit: Visit,
    shelf: Shelf,
    each: ShelvedUnit,
    versions: Versions,
    *,
    seen: Seen | None = None,
    problems: tuple[Problem, ...] = (),
    status: int = 200,
    **shown: Any,
) -> Response:
    async with visit.database.begin() as tx:
        linked = await list_phrasings(tx, each.unit.id)
        phrasings = await open_record(tx, PhrasingSet, each.unit.id)
        tasks = await list_tasks(tx, TaskState.OPEN, kind=DependentKind.ANSWER, record_id=each.unit.id)
    shown_phrasings = phrasings.wanted if each.is_new else phrasings.published
    beside: dict[str, str] = {}
    for problem in problems:
        beside.setdefault(problem.place, problem.message)
    context = {
        "done": "",
        "resumed": False,
        "theirs": None,
        "their_versions": (),
        "changes": [],
        "each": each,
        "phrasings": len(shown_phrasings.texts) if shown_phrasings is not None else 0,
        "linked": len(linked),
        "tasks": tasks,
        "names": {document.id: document.name for document in shelf.documents.values()},
        "versions": versions,
        "seen": show_seen(seen or Seen.of(None if each.is_new else each.stored, each.draft)),
        "moved": each.draft is not None and each.draft.base_revision != each.stored.revision,
        "problems": problems,
        "beside": beside,
        "documents": sorted(shelf.documents.values(), key=lambda document: document.name),
        "parameters": sorted(shelf.parameters.values(), key=lambda parameter: parameter.id),
        "previews": preview_versions(versions, shelf, visit.renderings, today=visit.today),
        "title": each.unit.title,
        "may_edit": visit.may(CONTENT_EDITORS),
    }
    return visit.render("answer.html", status=status, **{**context, **shown})


PAGES = [
    show_answers,
    begin_answer,
    show_answer,
    save_answer,
    show_preview,
    show_history,
    roll_answer_back,
]
