"""What is to be done because legal documents were replaced: taken, done, or not needed for a reason."""

from __future__ import annotations

from uuid import UUID

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.console.access import CONTENT_EDITORS, EVERY_ROLE
from bot.console.page import PageNotFound, Visit, page
from bot.console.request import own_path, read_number
from bot.content.records import load_documents
from bot.domain.content import ContentTask, TaskState
from bot.storage.content_tasks import change_task, find_task, list_tasks

_SHORTEST_REASON = 5


@page("GET", "/tasks", access=EVERY_ROLE)
async def show_tasks(visit: Visit) -> Response:
    """The list: what waits, what one took oneself, what is settled."""
    asked = visit.request.query_params
    settled, mine = asked.get("state") == "settled", asked.get("mine") == "yes"
    states = (TaskState.DONE, TaskState.NOT_NEEDED) if settled else (TaskState.OPEN,)
    async with visit.database.begin() as tx:
        tasks = await list_tasks(tx, *states, document_id=asked.get("document", ""))
        names = {each.id: each.name for each in (await load_documents(tx)).values()}
    if mine:
        tasks = [task for task in tasks if task.assigned_to == visit.staff.email]
    done = asked.get("done", "")
    return visit.render(
        "tasks.html",
        tasks=tasks,
        names=names,
        settled=settled,
        mine=mine,
        done=done if done in {"moved", "reason", "changed"} else "",
        may_work=visit.may(CONTENT_EDITORS),
    )


@page("POST", "/tasks/{task_id}", access=CONTENT_EDITORS)
async def work_on_task(visit: Visit) -> Response:
    """Take a task or let go of it, say that it is done, or why nothing has to be done."""
    task, action = await _get(visit), visit.form.get("do")
    back = own_path(visit.form.get("back") or "/console/tasks")
    note, staff = visit.form.get("note")[:500], visit.staff.email
    state, assigned_to, settled_by = TaskState.OPEN, task.assigned_to, None
    match action:
        case "assign" | "release":
            assigned_to = staff if action == "assign" else None
        case "done":
            state, settled_by = TaskState.DONE, staff
        case "not-needed":
            if len(note) < _SHORTEST_REASON:
                return RedirectResponse(_with(back, "reason"), status_code=303)
            state, settled_by = TaskState.NOT_NEEDED, staff
        case "reopen":
            note = ""
        case _:
            return RedirectResponse(back, status_code=303)
    async with visit.database.begin() as tx:
        changed = await change_task(
            tx,
            task.id,
            version=read_number(visit.form.get("version")),
            state=state,
            assigned_to=assigned_to,
            note=note,
            settled_by=settled_by,
            now=visit.now,
        )
        if changed:
            await visit.record(tx, f"task.{action}", f"task:{task.id}", document=task.document_id)
    return RedirectResponse(_with(back, "changed" if changed else "moved"), status_code=303)


def _with(path: str, done: str) -> str:
    return f"{path}{'&' if '?' in path else '?'}done={done}"


async def _get(visit: Visit) -> ContentTask:
    try:
        task_id = UUID(visit.request.path_params["task_id"])
    except ValueError as error:
        raise PageNotFound from error
    async with visit.database.begin() as tx:
        task = await find_task(tx, task_id)
    if task is None:
        raise PageNotFound
    return task


PAGES = [show_tasks, work_on_task]
