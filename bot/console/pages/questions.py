"""The question queue: groups of questions that ask the same, and what to do about each."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.console.access import CONTENT_EDITORS, EVERY_ROLE
from bot.console.choice import AnswerUnclear, choose_answer
from bot.console.new_unit import TITLE_LONGEST, TITLE_SHORTEST, make_record_id
from bot.console.page import PageNotFound, Visit, page
from bot.console.request import read_number
from bot.console.shelf import Shelf, load_shelf
from bot.content.schema import QuestionKind
from bot.domain.question import GroupState
from bot.questions import settle
from bot.questions.settle import GroupMoved, NoSuchUnit
from bot.storage.questions import (
    AskedQuestion,
    QuestionGroup,
    count_groups,
    find_group,
    list_groups,
    list_questions,
)
from vietnamese.likeness import list_marks, measure_likeness

PAGE_SIZE = 30
NEAREST = 8
_UNSETTLED = (GroupState.OPEN, GroupState.AWAITING)
_SETTLED = (GroupState.LINKED, GroupState.OUT_OF_SCOPE)
DONE = {"assign", "release", "link", "put-aside", "moved"}


@page("GET", "/questions", access=EVERY_ROLE)
async def show_questions(visit: Visit) -> Response:
    """Groups, those that most ask for first."""
    asked = visit.request.query_params
    settled, mine = asked.get("state") == "settled", asked.get("mine") == "yes"
    number = max(read_number(asked.get("page", "1")), 1)
    async with visit.database.begin() as tx:
        found = await list_groups(
            tx,
            states=_SETTLED if settled else _UNSETTLED,
            assigned_to=visit.staff.email if mine else "",
            limit=PAGE_SIZE + 1,
            offset=(number - 1) * PAGE_SIZE,
        )
        total = await count_groups(tx, *_UNSETTLED)
    given = {"state": "settled" if settled else "", "mine": "yes" if mine else ""}
    return visit.render(
        "questions.html",
        groups=found[:PAGE_SIZE],
        more=len(found) > PAGE_SIZE,
        page=number,
        total=total,
        settled=settled,
        mine=mine,
        query=urlencode({name: value for name, value in given.items() if value}),
    )


@page("GET", "/questions/{group_id}", access=EVERY_ROLE)
async def show_group(visit: Visit) -> Response:
    """One group: how it was asked, which units are near, and what to do."""
    done = visit.request.query_params.get("done", "")
    return await _render(visit, await _get(visit), done=done if done in DONE else "")


@page("POST", "/questions/{group_id}", access=CONTENT_EDITORS)
async def work_on_group(visit: Visit) -> Response:
    """Take it or let go, link it to a unit, have a unit written, or put it aside."""
    group, action = await _get(visit), visit.form.get("do")
    version, staff = read_number(visit.form.get("version")), visit.staff.email
    try:
        match action:
            case "assign" | "release":
                async with visit.database.begin() as tx:
                    to = staff if action == "assign" else None
                    await settle.assign(tx, group.id, version=version, to=to)
                    await visit.record(tx, f"question.{action}", f"question:{group.id}")
            case "link":
                unit, typed = visit.form.get("near"), visit.form.get("unit")
                if unit and typed:
                    return await _render(visit, group, problem="both", status=422)
                if typed:
                    try:
                        unit = choose_answer(typed, (await _load(visit)).titles)
                    except AnswerUnclear as unclear:
                        return await _render(visit, group, problem="unclear", why=str(unclear), status=422)
                phrasings = visit.form.get_all("phrasing")
                if not unit or not phrasings:
                    return await _render(visit, group, problem="link", status=422)
                async with visit.database.begin() as tx:
                    known = {each.text for each in await list_questions(tx, group.id)}
                    kept = [each for each in dict.fromkeys(phrasings) if each in known]
                    await settle.link(tx, group.id, unit, kept, version=version, staff=staff, now=visit.now)
                    await visit.record(tx, "question.link", f"question:{group.id}", unit=unit, phrasings=len(kept))
            case "write":
                return await _write(visit, group, version)
            case "put-aside":
                note = visit.form.get("note")
                if not note:
                    return await _render(visit, group, problem="note", status=422)
                async with visit.database.begin() as tx:
                    await settle.put_aside(
                        tx, group.id, version=version, note=note[:500], staff=staff, now=visit.now
                    )
                    await visit.record(tx, "question.put-aside", f"question:{group.id}")
            case _:
                return await _render(visit, group)
    except GroupMoved:
        action = "moved"
    except NoSuchUnit:
        return await _render(visit, group, problem="link", status=422)
    return RedirectResponse(f"/console/questions/{group.id}?done={action}", status_code=303)


async def _write(visit: Visit, group: QuestionGroup, version: int) -> Response:
    """Go to the form of a new unit; the group waits for it."""
    title, topic, kind = (visit.form.get(name) for name in ("title", "topic", "kind"))
    shelf = await _load(visit)
    taken = {each.unit.title.casefold() for each in (*shelf.units, *shelf.new)}
    fits = TITLE_SHORTEST <= len(title) <= TITLE_LONGEST and title.casefold() not in taken
    if not fits or topic not in shelf.topics or kind not in list(QuestionKind):
        return await _render(visit, group, problem="write", status=422)
    unit_id = make_record_id(topic, title)
    async with visit.database.begin() as tx:
        await settle.await_unit(tx, group.id, unit_id, version=version, staff=visit.staff.email)
        await visit.record(tx, "question.write", f"question:{group.id}", unit=unit_id)
    fields = urlencode({"title": title, "topic": topic, "kind": kind})
    return RedirectResponse(f"/console/answers/new?{fields}", status_code=303)


async def _get(visit: Visit) -> QuestionGroup:
    try:
        group_id = UUID(visit.request.path_params["group_id"])
    except ValueError as error:
        raise PageNotFound from error
    async with visit.database.begin() as tx:
        found = await find_group(tx, group_id)
    if found is None:
        raise PageNotFound
    return found


async def _load(visit: Visit) -> Shelf:
    async with visit.database.begin() as tx:
        return await load_shelf(tx, today=visit.today)


async def _render(
    visit: Visit, group: QuestionGroup, *, done: str = "", problem: str = "", why: str = "", status: int = 200
) -> Response:
    async with visit.database.begin() as tx:
        questions = await list_questions(tx, group.id)
    shelf = await _load(visit)
    titles = shelf.titles
    return visit.render(
        "question.html",
        status=status,
        group=group,
        questions=questions,
        phrasings=list(dict.fromkeys(each.text for each in questions)),
        nearest=_find_nearest(group, questions, titles),
        titles=titles,
        topics=shelf.topics,
        typed_unit=visit.form.get("unit"),
        chosen=visit.form.get("near"),
        title=visit.form.get("title") or group.sample[:TITLE_LONGEST],
        may_work=visit.may(CONTENT_EDITORS),
        problem=problem,
        why=why,
        done=done,
    )


def _find_nearest(group: QuestionGroup, questions: list[AskedQuestion], titles: dict[str, str]) -> list[str]:
    """Return the units whose titles are most like the questions; what was shown and disliked is not among them."""
    disliked = {each.unit_id for each in questions if each.unit_id}
    marks = list_marks(group.sample)
    ranked = sorted(titles, key=lambda unit: -measure_likeness(marks, list_marks(titles[unit])))
    return [unit for unit in ranked if unit not in disliked][:NEAREST]


PAGES = [show_questions, show_group, work_on_group]
