"""Drafts that wait: what they change, what the publish gate found, and the decision of another person."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from fastapi import Response
from fastapi.responses import RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from bot.console.access import EVERY_ROLE, GATE_OVERRIDERS, PUBLISHERS
from bot.console.differences import list_changes
from bot.console.page import PageNotFound, Visit, page
from bot.console.preview import preview_versions
from bot.console.record_desk import name_record, review_path
from bot.console.request import read_number
from bot.console.review_view import show_decision, show_gate_of
from bot.console.shelf import Shelf, ShelvedUnit, load_shelf
from bot.console.unit_form import read_seen, show_unit
from bot.content.drafts import (
    DraftChanged,
    DraftGone,
    GateClosed,
    OwnDraft,
    Seen,
    publish_draft,
    return_draft,
)
from bot.content.new_answers import find_phrasings_along, publish_phrasings_along
from bot.content.publish import Problem, RecordRefused
from bot.content.records import read_record
from bot.domain.content import ContentKind
from bot.storage.content_drafts import DraftState, StoredDraft, list_drafts
from bot.storage.questions import settle_published

_GONE = "/console/reviews?done=gone"
_SHORTEST_REASON = 10


@page("GET", "/reviews", access=EVERY_ROLE)
async def show_reviews(visit: Visit) -> Response:
    """Every draft, those that wait for review first."""
    async with visit.database.begin() as tx:
        drafts = [await _list_one(tx, draft) for draft in await list_drafts(tx)]
    done = visit.request.query_params.get("done", "")
    return visit.render(
        "reviews.html",
        waiting=_list_in(drafts, DraftState.SUBMITTED),
        returned=_list_in(drafts, DraftState.RETURNED),
        open=_list_in(drafts, DraftState.OPEN),
        done=done if done in {"returned", "gone"} else "",
    )


@page("GET", "/reviews/{unit_id}", access=EVERY_ROLE)
async def show_review(visit: Visit) -> Response:
    """One draft beside what is published."""
    shelf, each = await _get_draft(visit)
    return await _render(visit, shelf, each)


@page("GET", "/reviews/{unit_id}/gate", access=EVERY_ROLE)
async def show_gate(visit: Visit) -> Response:
    """What the publish gate found; asked for again until it ran."""
    _, each = await _get_draft(visit)
    assert each.draft is not None
    return visit.render("_gate.html", **show_gate_of(each.draft, await _find_along(visit, each)))


@page("POST", "/reviews/{unit_id}", access=PUBLISHERS)
async def decide(visit: Visit) -> Response:
    """Publish a draft, also against the gate, or give it back."""
    unit_id, action = visit.request.path_params["unit_id"], visit.form.get("do")
    shelf, each = await _get_draft(visit)
    seen = read_seen(visit.form.get("seen"))
    reason, note = visit.form.get("reason"), visit.form.get("note")
    if action == "return" and not note:
        return await _render(visit, shelf, each, problem="note", status=422)
    if action == "override" and (not visit.may(GATE_OVERRIDERS) or len(reason) < _SHORTEST_REASON):
        return await _render(visit, shelf, each, problem="reason", status=422)
    try:
        async with visit.database.begin() as tx:
            if action == "return":
                await return_draft(tx, ContentKind.ANSWER, unit_id, seen=seen, note=note)
                await visit.record(tx, "draft.return", f"answer:{unit_id}", version=seen.version)
                return RedirectResponse("/console/reviews?done=returned", status_code=303)
            if action not in ("publish", "override"):
                return await _render(visit, shelf, each)
            revision = await publish_draft(
                tx,
                ContentKind.ANSWER,
                unit_id,
                seen=seen,
                reviewer=visit.staff.email,
                override=action == "override",
                now=visit.now,
            )
            if each.is_new:
                along = await publish_phrasings_along(
                    tx,
                    unit_id,
                    seen_version=read_number(visit.form.get("seen_phrasings")),
                    reviewer=visit.staff.email,
                    override=action == "override",
                    now=visit.now,
                )
                if along:
                    await visit.record(tx, "content.publish", f"phrasings:{unit_id}", revision=along)
            await settle_published(tx, unit_id, staff=visit.staff.email, now=visit.now)
            against = {"against_the_gate": reason} if action == "override" else {}
            await visit.record(tx, "answer.publish", f"answer:{unit_id}", revision=revision, **against)
    except DraftGone:
        return RedirectResponse(_GONE, status_code=303)
    except (DraftChanged, OwnDraft, GateClosed, RecordRefused) as refused:
        problems = refused.problems if isinstance(refused, RecordRefused) else ()
        problem = {DraftChanged: "changed", OwnDraft: "own", GateClosed: "gate"}.get(type(refused), "")
        shelf, each = await _get_draft(visit)
        return await _render(visit, shelf, each, problem=problem, problems=problems, status=409)
    return RedirectResponse(f"/console/answers/{unit_id}?done=published", status_code=303)


async def _list_one(tx: AsyncSession, draft: StoredDraft) -> dict[str, Any]:
    """Return a draft as the list shows it."""
    name = await name_record(tx, read_record(draft.kind, draft.body))
    return {"draft": draft, "name": name, "path": review_path(draft)}


def _list_in(drafts: Sequence[dict[str, Any]], state: DraftState) -> list[dict[str, Any]]:
    return [each for each in drafts if each["draft"].state is state]


async def _get_draft(visit: Visit) -> tuple[Shelf, ShelvedUnit]:
    async with visit.database.begin() as tx:
        shelf = await load_shelf(tx, today=visit.today)
    each = shelf.find(visit.request.path_params["unit_id"])
    if each is None or each.draft is None:
        raise PageNotFound
    return shelf, each


async def _find_along(visit: Visit, each: ShelvedUnit) -> StoredDraft | None:
    """Return the phrasings that would be published with a new answer."""
    if not each.is_new:
        return None
    async with visit.database.begin() as tx:
        return await find_phrasings_along(tx, each.unit.id)


async def _render(
    visit: Visit,
    shelf: Shelf,
    each: ShelvedUnit,
    *,
    problem: str = "",
    problems: tuple[Problem, ...] = (),
    status: int = 200,
) -> Response:
    assert each.draft is not None
    along = await _find_along(visit, each)
    decision = show_decision(
        visit,
        each.draft,
        name=each.unit.title,
        seen=Seen.of(None if each.is_new else each.stored, each.draft),
        has_moved=each.draft.base_revision != each.stored.revision,
        along=along,
    )
    shown: dict[str, Any] = {
        **decision,
        "each": each,
        "changes": [] if each.is_new else list_changes(each.unit, each.wanted, shelf.documents),
        "previews": preview_versions(show_unit(each.wanted), shelf, visit.renderings, today=visit.today),
    }
    return visit.render("review.html", status=status, problem=problem, problems=problems, **shown)


PAGES = [show_reviews, show_review, show_gate, decide]
