"""Drafts of every record but answers: what they change, and the decision of another person."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from bot.console.access import EVERY_ROLE, GATE_OVERRIDERS, PUBLISHERS
from bot.console.differences import list_changes
from bot.console.page import PageNotFound, Visit, page
from bot.console.pages.documents import list_standing
from bot.console.record_desk import OpenRecord, name_record, open_record, record_path
from bot.console.reminder_form import TextFields
from bot.console.request import read_number
from bot.console.review_view import show_decision, show_gate_of
from bot.console.rule_view import PreviewedText, preview_texts
from bot.console.unit_form import read_seen
from bot.content.catalogue import load_catalogue
from bot.content.drafts import (
    DraftChanged,
    DraftGone,
    GateClosed,
    OwnDraft,
    publish_draft,
    return_draft,
    roll_back,
)
from bot.content.effects import find_changed_texts
from bot.content.publish import EditedMeanwhile, Problem, RecordGone, RecordRefused
from bot.content.records import ContentRecord, load_documents, read_record
from bot.content.schema import LegalDocument, Parameter, PhrasingSet, ReminderTexts
from bot.domain.content import ContentKind
from bot.storage.content_records import list_earlier_revisions
from bot.storage.content_tasks import record_tasks

_SHORTEST_REASON = 10
Opened = OpenRecord[Parameter] | OpenRecord[LegalDocument] | OpenRecord[PhrasingSet] | OpenRecord[ReminderTexts]


@page("GET", "/reviews/{kind}/{record_id}", access=EVERY_ROLE)
async def show_record_review(visit: Visit) -> Response:
    """One draft beside what is published."""
    return await _render(visit, await _get_draft(visit))


@page("GET", "/reviews/{kind}/{record_id}/gate", access=EVERY_ROLE)
async def show_record_gate(visit: Visit) -> Response:
    """What the publish gate found; asked for again until it ran."""
    opened = await _get_draft(visit)
    assert opened.draft is not None
    return visit.render("_gate.html", **show_gate_of(opened.draft))


@page("POST", "/reviews/{kind}/{record_id}", access=PUBLISHERS)
async def decide_on_record(visit: Visit) -> Response:
    """Publish a draft, also against the gate, or give it back."""
    opened, action = await _get_draft(visit), visit.form.get("do")
    kind, record_id, seen = opened.kind, opened.id, read_seen(visit.form.get("seen"))
    reason, note = visit.form.get("reason"), visit.form.get("note")
    if action == "return" and not note:
        return await _render(visit, opened, problem="note", status=422)
    if action == "override" and (not visit.may(GATE_OVERRIDERS) or len(reason) < _SHORTEST_REASON):
        return await _render(visit, opened, problem="reason", status=422)
    try:
        async with visit.database.begin() as tx:
            if action == "return":
                await return_draft(tx, kind, record_id, seen=seen, note=note)
                await visit.record(tx, "draft.return", f"{kind}:{record_id}", version=seen.version)
                return RedirectResponse("/console/reviews?done=returned", status_code=303)
            if action not in ("publish", "override"):
                return await _render(visit, opened)
            revision = await publish_draft(
                tx,
                kind,
                record_id,
                seen=seen,
                reviewer=visit.staff.email,
                override=action == "override",
                now=visit.now,
            )
            tasks = await _open_tasks(visit, tx, opened)
            against = {"against_the_gate": reason} if action == "override" else {}
            await visit.record(
                tx, "content.publish", f"{kind}:{record_id}", revision=revision, tasks=tasks, **against
            )
    except DraftGone:
        return RedirectResponse("/console/reviews?done=gone", status_code=303)
    except (DraftChanged, OwnDraft, GateClosed, RecordRefused) as refused:
        problems = refused.problems if isinstance(refused, RecordRefused) else ()
        problem = {DraftChanged: "changed", OwnDraft: "own", GateClosed: "gate"}.get(type(refused), "")
        return await _render(visit, await _get_draft(visit), problem=problem, problems=problems, status=409)
    return RedirectResponse(f"{record_path(kind, record_id)}?done=published", status_code=303)


async def _open_tasks(visit: Visit, tx: AsyncSession, opened: Opened) -> int:
    """Open one task for each thing that stands on a document which is now replaced; return how many."""
    document = opened.wanted
    if not _replaces(opened):
        return 0
    assert isinstance(document, LegalDocument)
    assert document.replaced_by is not None
    assert document.effective_to is not None
    return await record_tasks(
        tx,
        await list_standing(visit, tx, document),
        document_id=document.id,
        replaced_by=document.replaced_by,
        replaced_on=document.effective_to + timedelta(days=1),
        now=visit.now,
    )


def _replaces(opened: Opened) -> bool:
    """Tell whether the draft says of a document, for the first time, by what it is replaced."""
    new, before = opened.wanted, opened.published
    if not isinstance(new, LegalDocument) or new.replaced_by is None or new.effective_to is None:
        return False
    return not isinstance(before, LegalDocument) or before.replaced_by != new.replaced_by


@page("GET", "/history/{kind}/{record_id}", access=EVERY_ROLE)
async def show_record_history(visit: Visit) -> Response:
    """Every revision, with what it changed."""
    return await _render_history(visit, await _get(visit))


@page("POST", "/history/{kind}/{record_id}", access=PUBLISHERS)
async def roll_record_back(visit: Visit) -> Response:
    """Publish an earlier revision again, at once."""
    opened = await _get(visit)
    path, to = record_path(opened.kind, opened.id), read_number(visit.form.get("to"))
    try:
        async with visit.database.begin() as tx:
            revision = await roll_back(
                tx,
                opened.kind,
                opened.id,
                to=to,
                expected_revision=read_number(visit.form.get("revision")),
                staff=visit.staff.email,
                now=visit.now,
            )
            await visit.record(tx, "content.roll-back", f"{opened.kind}:{opened.id}", to=to, revision=revision)
    except RecordGone as gone:
        raise PageNotFound from gone
    except EditedMeanwhile:
        return RedirectResponse(f"{path}?done=moved", status_code=303)
    except RecordRefused as refused:
        return await _render_history(visit, opened, problems=refused.problems, status=422)
    return RedirectResponse(f"{path}?done=published", status_code=303)


async def _get(visit: Visit) -> Opened:
    record_id = visit.request.path_params["record_id"]
    opened: Opened
    async with visit.database.begin() as tx:
        match visit.request.path_params["kind"]:
            case ContentKind.PARAMETER:
                opened = await open_record(tx, Parameter, record_id)
            case ContentKind.DOCUMENT:
                opened = await open_record(tx, LegalDocument, record_id)
            case ContentKind.PHRASINGS:
                opened = await open_record(tx, PhrasingSet, record_id)
            case ContentKind.REMINDER:
                opened = await open_record(tx, ReminderTexts, record_id)
            case _:
                raise PageNotFound
    if opened.wanted is None:
        raise PageNotFound
    return opened


async def _get_draft(visit: Visit) -> Opened:
    opened = await _get(visit)
    if opened.draft is None:
        raise PageNotFound
    return opened


async def _render(
    visit: Visit,
    opened: Opened,
    *,
    problem: str = "",
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    new, before = opened.wanted, opened.published
    assert opened.draft is not None
    assert new is not None
    async with visit.database.begin() as tx:
        name = await name_record(tx, new)
        documents = await load_documents(tx)
        effects = (
            find_changed_texts(await load_catalogue(tx), new, today=visit.today)
            if isinstance(new, Parameter)
            else []
        )
        replaces = _replaces(opened) and isinstance(new, LegalDocument)
        standing = await list_standing(visit, tx, new) if replaces and isinstance(new, LegalDocument) else []
    decision = show_decision(
        visit,
        opened.draft,
        name=name,
        seen=opened.seen,
        has_moved=opened.has_moved,
    )
    shown: dict[str, Any] = {
        **decision,
        "opened": opened,
        "changes": list_changes(before, new, documents),
        "is_parameter": isinstance(new, Parameter),
        "effects": effects,
        "standing": standing,
        "previews": _preview(visit, new),
    }
    return visit.render("record_review.html", status=status, problem=problem, problems=problems, **shown)


def _preview(visit: Visit, new: ContentRecord) -> list[PreviewedText]:
    """Return what citizens would see of the texts of a reminder; nothing for any other record."""
    rule = visit.rules.get(new.id)
    if not isinstance(new, ReminderTexts) or rule is None:
        return []
    return preview_texts(TextFields.of(new), rule, visit.renderings)


async def _render_history(
    visit: Visit, opened: Opened, *, problems: tuple[Problem, ...] = (), status: int = 200
) -> Response:
    if opened.stored is None or opened.published is None:
        raise PageNotFound
    async with visit.database.begin() as tx:
        earlier = await list_earlier_revisions(tx, opened.kind, opened.id)
        documents = await load_documents(tx)
        title = await name_record(tx, opened.published)
    revisions = [opened.stored, *(each for each in earlier if each.revision < opened.revision)]
    records = [read_record(opened.kind, each.body) for each in revisions]
    entries = [
        {
            "stored": stored,
            "changes": list_changes(records[n + 1], records[n], documents) if n + 1 < len(records) else None,
        }
        for n, stored in enumerate(revisions)
    ]
    return visit.render(
        "history.html",
        status=status,
        title=title,
        path=record_path(opened.kind, opened.id),
        history_path=f"/console/history/{opened.kind}/{opened.id}",
        revision=opened.revision,
        entries=entries,
        problems=problems,
        may_publish=visit.may(PUBLISHERS),
    )


PAGES = [show_record_review, show_record_gate, decide_on_record, show_record_history, roll_record_back]
