"""What the pages of legal documents and of values of law share: the list, one of them opened, its form."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import urlencode

from fastapi import Response

from bot.console.access import CONTENT_EDITORS
from bot.console.page import PageNotFound, Visit
from bot.console.record_desk import OpenRecord, open_record
from bot.console.sheet import turn_to
from bot.console.shelved_facts import FACT_STATES, ShelvedFact, list_matching
from bot.console.unit_form import show_seen
from bot.content.drafts import Seen
from bot.content.publish import Problem
from bot.content.schema import LegalDocument, Parameter
from bot.domain.content import ContentKind
from bot.storage.content_drafts import StoredDraft, list_drafts

F = TypeVar("F", Parameter, LegalDocument)


async def list_drafts_of(visit: Visit, kind: ContentKind) -> dict[str, StoredDraft]:
    """Return the drafts of a kind by the record they are of."""
    async with visit.database.begin() as tx:
        return {each.record_id: each for each in await list_drafts(tx) if each.kind is kind}


def render_list(
    visit: Visit,
    template: str,
    published: Mapping[str, F],
    drafts: Mapping[str, StoredDraft],
    *,
    model: type[F],
    shelve: Callable[..., ShelvedFact],
) -> Response:
    """Return the list, narrowed by what the address says; drafts of new ones too."""
    asked = visit.request.query_params
    words, state = asked.get("q", "")[:200], asked.get("state", "")
    facts = list(published.values())
    facts += [model.model_validate(each.body) for each in drafts.values() if each.record_id not in published]
    shelved = [shelve(each, drafts.get(each.id), today=visit.today) for each in facts]
    return visit.render(
        template,
        words=words,
        state=state,
        states=FACT_STATES,
        sheet=turn_to(list_matching(shelved, words=words, state=state), asked.get("page", "")),
        query=urlencode({"q": words, "state": state}),
        may_edit=visit.may(CONTENT_EDITORS),
    )


async def open_fact(visit: Visit, model: type[F], record_id: str) -> OpenRecord[F]:
    """Return what is to be looked at.

    Raises:
        PageNotFound: it was never written.
    """
    async with visit.database.begin() as tx:
        opened = await open_record(tx, model, record_id)
    if opened.wanted is None:
        raise PageNotFound
    return opened


def begin_form(
    visit: Visit,
    opened: OpenRecord[F],
    documents: Mapping[str, LegalDocument],
    *,
    seen: Seen | None,
    problems: Iterable[Problem],
) -> dict[str, Any]:
    """Return what the form of either shows, before what its own page adds."""
    found = tuple(problems)
    beside: dict[str, str] = {}
    for problem in found:
        beside.setdefault(problem.place, problem.message)
    return {
        "done": "",
        "resumed": False,
        "theirs": None,
        "changes": [],
        "opened": opened,
        "seen": show_seen(seen or opened.seen),
        "problems": found,
        "beside": beside,
        "documents": sorted(
            (each for each in documents.values() if each.id != opened.id), key=lambda each: each.name
        ),
        "names": {each.id: each.name for each in documents.values()},
        "may_edit": visit.may(CONTENT_EDITORS),
    }
