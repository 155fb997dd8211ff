"""A new value of law: what it is and its first value, kept as a draft that another person publishes."""

from __future__ import annotations

from fastapi import Response
from fastapi.responses import RedirectResponse

from bot.console.access import CONTENT_EDITORS
from bot.console.page import Visit, page
from bot.console.parameter_form import (
    NewFields,
    ValueFields,
    Values,
    list_groups,
    make_new_parameter,
    read_new,
    read_values,
)
from bot.console.record_desk import keep_draft
from bot.content.drafts import Seen
from bot.content.figures import render_date
from bot.content.publish import NEW, EditedMeanwhile, Problem, RecordRefused
from bot.content.records import load_documents, load_parameters
from bot.content.schema import LegalDocument, Parameter
from bot.domain.content import ContentKind
from bot.storage.content_drafts import list_drafts

_TAKEN = "Người khác vừa thêm tham số này. Tìm trong danh sách rồi sửa."


@page("GET", "/parameters/new", access=CONTENT_EDITORS)
async def begin(visit: Visit) -> Response:
    """The empty form."""
    return await _render(visit, NewFields(), _begin_values(visit))


@page("POST", "/parameters/new", access=CONTENT_EDITORS)
async def add_parameter(visit: Visit) -> Response:
    """Keep a new parameter as a draft, or give the form back with what is wrong."""
    new, values = read_new(visit.form), read_values(visit.form) or _begin_values(visit)
    action = visit.form.get("do")
    if action not in ("save", "submit"):
        return await _render(visit, new, values, resumed=action == "resume")
    there, documents = await _load(visit)
    try:
        parameter = make_new_parameter(new, values, there=there, documents=documents, today=visit.today)
        seen = Seen(revision=NEW, version=0)
        done = await keep_draft(visit, parameter, seen=seen, submit=action == "submit")
    except RecordRefused as refused:
        return await _render(visit, new, values, problems=refused.problems, status=422)
    except EditedMeanwhile:
        return await _render(visit, new, values, problems=(Problem(place="title", message=_TAKEN),), status=409)
    return RedirectResponse(f"/console/parameters/{parameter.id}?done={done}", status_code=303)


async def _load(visit: Visit) -> tuple[dict[str, Parameter], dict[str, LegalDocument]]:
    """Return every parameter, published or a draft, and every document."""
    async with visit.database.begin() as tx:
        drafts = [each for each in await list_drafts(tx) if each.kind is ContentKind.PARAMETER]
        drafted = {each.record_id: Parameter.model_validate(each.body) for each in drafts}
        return {**drafted, **await load_parameters(tx)}, await load_documents(tx)


def _begin_values(visit: Visit) -> Values:
    today = render_date(visit.today)
    return (ValueFields(effective_from=today, checked_on=today),)


async def _render(
    visit: Visit,
    new: NewFields,
    values: Values,
    *,
    problems: tuple[Problem, ...] = (),
    resumed: bool = False,
    status: int = 200,
) -> Response:
    there, documents = await _load(visit)
    return visit.render(
        "parameter_new.html",
        status=status,
        new=new,
        values=values,
        parameter=None,
        groups=list_groups(there),
        documents=sorted(documents.values(), key=lambda each: each.name),
        names={each.id: each.name for each in documents.values()},
        problems=problems,
        beside={each.place: each.message for each in reversed(problems)},
        resumed=resumed,
    )


PAGES = [begin, add_parameter]
