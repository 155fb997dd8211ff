"""Values of law: the list, and one of them to read and edit, with every answer that a change would touch."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.console.access import CONTENT_EDITORS, EVERY_ROLE
from bot.console.differences import list_changes
from bot.console.fact_pages import begin_form, list_drafts_of, open_fact, render_list
from bot.console.page import PageNotFound, Visit, page
from bot.console.parameter_form import Values, change_values, make_parameter, read_values, show_parameter
from bot.console.record_desk import OpenRecord, forget_draft, keep_draft
from bot.console.shelved_facts import shelve_parameter
from bot.console.unit_form import read_seen
from bot.content.catalogue import load_catalogue
from bot.content.check_again import mark_checked
from bot.content.drafts import DraftChanged, DraftGone, Seen
from bot.content.effects import ChangedText, find_changed_texts
from bot.content.publish import EditedMeanwhile, Problem, RecordGone, RecordRefused
from bot.content.records import load_documents, load_parameters
from bot.content.schema import LegalDocument, Parameter
from bot.domain.content import ContentKind, DependentKind, TaskState
from bot.storage.content_tasks import list_tasks

DONE = {"saved", "submitted", "unchanged", "dropped", "moved", "published"}


@page("GET", "/parameters", access=EVERY_ROLE)
async def show_parameters(visit: Visit) -> Response:
    """The list, narrowed by what the address says."""
    async with visit.database.begin() as tx:
        parameters = await load_parameters(tx)
    drafts = await list_drafts_of(visit, ContentKind.PARAMETER)
    return render_list(visit, "parameters.html", parameters, drafts, model=Parameter, shelve=shelve_parameter)


@page("GET", "/parameters/{parameter_id}", access=EVERY_ROLE)
async def show_one(visit: Visit) -> Response:
    """One parameter, to edit by those who may, to read by the others."""
    opened = await _open(visit)
    done = visit.request.query_params.get("done", "")
    assert opened.wanted is not None
    return await _render(visit, opened, show_parameter(opened.wanted), done=done if done in DONE else "")


@page("POST", "/parameters/{parameter_id}", access=CONTENT_EDITORS)
async def save_parameter(visit: Visit) -> Response:
    """Keep a draft, or give the form back: another row, what is wrong, or what somebody else saved."""
    opened, action = await _open(visit), visit.form.get("do")
    assert opened.wanted is not None
    values = read_values(visit.form) or show_parameter(opened.wanted)
    seen, path = read_seen(visit.form.get("seen")), f"/console/parameters/{opened.id}"
    try:
        match action:
            case "drop":
                await forget_draft(visit, ContentKind.PARAMETER, opened.id, seen=seen)
                back = path if opened.published is not None else "/console/parameters"
                return RedirectResponse(f"{back}?done=dropped", status_code=303)
            case "save" | "submit":
                new = make_parameter(
                    values, before=opened.wanted, documents=await _load_documents(visit), today=visit.today
                )
            case "checked":
                new = mark_checked(opened.wanted, today=visit.today)
            case _:
                changed = change_values(values, action)
                return await _render(visit, opened, changed, seen=seen, resumed=action == "resume")
        done = await keep_draft(visit, new, seen=seen, submit=action != "save")
    except (DraftGone, DraftChanged):
        done = "moved"
    except RecordGone as gone:
        raise PageNotFound from gone
    except RecordRefused as refused:
        return await _render(visit, opened, values, seen=seen, problems=refused.problems, status=422)
    except EditedMeanwhile as meanwhile:
        theirs = Parameter.model_validate(meanwhile.theirs.body)
        async with visit.database.begin() as tx:
            changes = list_changes(theirs, new, await load_documents(tx))
        # Saving once more, after reading what they wrote, is a choice: it goes on top of theirs.
        opened = await _open(visit)
        return await _render(visit, opened, values, theirs=meanwhile.theirs, changes=changes, status=409)
    return RedirectResponse(f"{path}?done={done}", status_code=303)


@page("POST", "/parameters/{parameter_id}/effects", access=CONTENT_EDITORS)
async def show_effects(visit: Visit) -> Response:
    """Every answer that the form as it is now would change."""
    opened = await _open(visit)
    assert opened.wanted is not None
    values = read_values(visit.form) or show_parameter(opened.wanted)
    effects = await find_effects(visit, opened, values)
    return visit.render("_effects.html", effects=effects)


async def find_effects(visit: Visit, opened: OpenRecord[Parameter], values: Values) -> list[ChangedText] | None:
    """Return the answers that change; None while the form cannot be read."""
    assert opened.wanted is not None
    async with visit.database.begin() as tx:
        catalogue = await load_catalogue(tx)
    try:
        new = make_parameter(values, before=opened.wanted, documents=catalogue.documents, today=visit.today)
    except RecordRefused:
        return None
    return find_changed_texts(catalogue, new, today=visit.today)


async def _load_documents(visit: Visit) -> dict[str, LegalDocument]:
    async with visit.database.begin() as tx:
        return await load_documents(tx)


async def _open(visit: Visit) -> OpenRecord[Parameter]:
    return await open_fact(visit, Parameter, visit.request.path_params["parameter_id"])


async def _render(
    visit: Visit,
    opened: OpenRecord[Parameter],
    values: Values,
    *,
    seen: Seen | None = None,
    problems: Iterable[Problem] = (),
    status: int = 200,
    **shown: Any,
) -> Response:
    async with visit.database.begin() as tx:
        documents = await load_documents(tx)
        tasks = await list_tasks(tx, TaskState.OPEN, kind=DependentKind.PARAMETER, record_id=opened.id)
    assert opened.wanted is not None
    context = begin_form(visit, opened, documents, seen=seen, problems=problems) | {
        "parameter": opened.wanted,
        "shelved": shelve_parameter(opened.published or opened.wanted, opened.draft, today=visit.today),
        "values": values,
        "tasks": tasks,
        "effects": await find_effects(visit, opened, values),
    }
    return visit.render("parameter.html", status=status, **{**context, **shown})


PAGES = [show_parameters, show_one, save_parameter, show_effects]
