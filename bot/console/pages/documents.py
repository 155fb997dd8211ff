"""Legal documents: the list, and one of them with everything that stands on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from bot.console.access import CONTENT_EDITORS, EVERY_ROLE
from bot.console.differences import list_changes
from bot.console.document_form import (
    DocumentFields,
    make_document,
    make_document_id,
    read_document,
    show_document,
)
from bot.console.fact_pages import begin_form, list_drafts_of, open_fact, render_list
from bot.console.page import PageNotFound, Visit, page
from bot.console.record_desk import OpenRecord, forget_draft, keep_draft, open_record
from bot.console.shelved_facts import shelve_document
from bot.console.unit_form import read_seen
from bot.content.check_again import mark_checked
from bot.content.drafts import DraftChanged, DraftGone, Seen
from bot.content.figures import render_date
from bot.content.publish import EditedMeanwhile, Problem, RecordGone, RecordRefused
from bot.content.records import load_documents, load_parameters
from bot.content.schema import AnswerUnit, LegalDocument
from bot.content.standing import find_dependents
from bot.domain.content import ContentKind, Dependent
from bot.storage.content_records import list_bodies
from bot.storage.content_tasks import list_tasks

DONE = {"saved", "submitted", "unchanged", "dropped", "moved", "published"}


@page("GET", "/documents", access=EVERY_ROLE)
async def show_documents(visit: Visit) -> Response:
    """The list, narrowed by what the address says; drafts of new ones too."""
    drafts = await list_drafts_of(visit, ContentKind.DOCUMENT)
    return render_list(
        visit, "documents.html", await _load(visit), drafts, model=LegalDocument, shelve=shelve_document
    )


@page("GET", "/documents/new", access=CONTENT_EDITORS)
async def begin_document(visit: Visit) -> Response:
    """The empty form of a document."""
    today = render_date(visit.today)
    return await _render(visit, _begin(""), DocumentFields(effective_from=today, checked_on=today))


@page("POST", "/documents/new", access=CONTENT_EDITORS)
async def add_document(visit: Visit) -> Response:
    """Keep a new document as a draft."""
    fields = read_document(visit.form)
    document_id = make_document_id(fields.name)
    async with visit.database.begin() as tx:
        there = (await open_record(tx, LegalDocument, document_id)).wanted if document_id else None
    if there is not None:
        taken = Problem(place="name", message=f"Đã có văn bản này: {there.name}. Tìm trong danh mục rồi sửa.")
        return await _render(visit, _begin(""), fields, problems=(taken,), status=409)
    return await _save(visit, _begin(document_id), fields)


@page("GET", "/documents/{document_id}", access=EVERY_ROLE)
async def show_one(visit: Visit) -> Response:
    """One document, to edit by those who may, to read by the others."""
    opened = await _open(visit)
    done = visit.request.query_params.get("done", "")
    assert opened.wanted is not None
    return await _render(visit, opened, show_document(opened.wanted), done=done if done in DONE else "")


@page("POST", "/documents/{document_id}", access=CONTENT_EDITORS)
async def save_document(visit: Visit) -> Response:
    """Keep a draft, or give the form back: what is wrong, or what somebody else saved."""
    opened = await _open(visit)
    return await _save(visit, opened, read_document(visit.form))


async def _save(visit: Visit, opened: OpenRecord[LegalDocument], fields: DocumentFields) -> Response:
    seen, action = read_seen(visit.form.get("seen")), visit.form.get("do")
    try:
        match action:
            case "drop":
                await forget_draft(visit, ContentKind.DOCUMENT, opened.id, seen=seen)
                path = "/console/documents" if opened.published is None else f"/console/documents/{opened.id}"
                return RedirectResponse(f"{path}?done=dropped", status_code=303)
            case "checked" if opened.wanted is not None:
                new = mark_checked(opened.wanted, today=visit.today)
            case "save" | "submit":
                others = {name: each for name, each in (await _load(visit)).items() if name != opened.id}
                new = make_document(fields, document_id=opened.id, others=others, today=visit.today)
            case _:
                return await _render(visit, opened, fields, seen=seen, resumed=action == "resume")
        done = await keep_draft(visit, new, seen=seen, submit=action != "save")
    except (DraftGone, DraftChanged):
        done = "moved"
    except RecordGone as gone:
        raise PageNotFound from gone
    except RecordRefused as refused:
        return await _render(visit, opened, fields, seen=seen, problems=refused.problems, status=422)
    except EditedMeanwhile as meanwhile:
        async with visit.database.begin() as tx:
            theirs = LegalDocument.model_validate(meanwhile.theirs.body)
            changes = list_changes(theirs, new, await load_documents(tx))
            # Saving once more, after reading what they wrote, is a choice: it goes on top of theirs.
            opened = await open_record(tx, LegalDocument, opened.id)
        return await _render(visit, opened, fields, theirs=meanwhile.theirs, changes=changes, status=409)
    return RedirectResponse(f"/console/documents/{opened.id}?done={done}", status_code=303)


async def list_standing(visit: Visit, tx: AsyncSession, document: LegalDocument) -> list[Dependent]:
    """List what stands on a document, in the database and in the files of data/."""
    units = [AnswerUnit.model_validate(body) for body in await list_bodies(tx, ContentKind.ANSWER)]
    parameters = await load_parameters(tx)
    return find_dependents(document, units=units, parameters=parameters, filed=visit.filed_rules())


def _begin(document_id: str) -> OpenRecord[LegalDocument]:
    return OpenRecord(kind=ContentKind.DOCUMENT, id=document_id, published=None, stored=None, draft=None)


async def _load(visit: Visit) -> dict[str, LegalDocument]:
    async with visit.database.begin() as tx:
        return await load_documents(tx)


async def _open(visit: Visit) -> OpenRecord[LegalDocument]:
    return await open_fact(visit, LegalDocument, visit.request.path_params["document_id"])


async def _render(
    visit: Visit,
    opened: OpenRecord[LegalDocument],
    fields: DocumentFields,
    *,
    seen: Seen | None = None,
    problems: Iterable[Problem] = (),
    status: int = 200,
    **shown: Any,
) -> Response:
    async with visit.database.begin() as tx:
        documents = await load_documents(tx)
        standing = await list_standing(visit, tx, opened.wanted) if opened.wanted is not None else []
        tasks = await list_tasks(tx, document_id=opened.id) if opened.id else []
    wanted, holds = opened.wanted, opened.published or opened.wanted
    context = begin_form(visit, opened, documents, seen=seen, problems=problems) | {
        "document": wanted,
        "shelved": shelve_document(holds, opened.draft, today=visit.today) if holds is not None else None,
        "fields": fields,
        "standing": standing,
        "tasks": tasks,
    }
    return visit.render("document.html", status=status, **{**context, **shown})


PAGES = [show_documents, begin_document, add_document, show_one, save_document]
