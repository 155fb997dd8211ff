"""The audit log: who did what, and whether anybody tampered with it."""

from __future__ import annotations

from urllib.parse import urlencode

from fastapi import Response

from bot.audit.log import AuditReport
from bot.console.access import AUDIT_READERS
from bot.console.page import Visit, page
from bot.console.request import read_number
from bot.storage.audit import list_actions, list_events

PAGE_SIZE = 50


@page("GET", "/audit", access=AUDIT_READERS)
async def show_audit(visit: Visit) -> Response:
    """The newest events that fit what the address asks for."""
    return await _render(visit)


@page("POST", "/audit", access=AUDIT_READERS)
async def check_audit(visit: Visit) -> Response:
    """Check every event, and say which are not as they were written."""
    async with visit.database.begin() as tx:
        report = await visit.audit.verify(tx)
    return await _render(visit, report=report)


async def _render(visit: Visit, report: AuditReport | None = None) -> Response:
    asked = visit.request.query_params
    given = {name: asked.get(name, "").strip()[:200] for name in ("actor", "action", "subject")}
    before = read_number(asked.get("before", ""))
    async with visit.database.begin() as tx:
        events = await list_events(
            tx,
            actor=given["actor"].casefold(),
            action=given["action"],
            subject=given["subject"],
            before=before or None,
            limit=PAGE_SIZE + 1,
        )
        actions = await list_actions(tx)
    query = urlencode({name: value for name, value in given.items() if value})
    return visit.render(
        "audit.html",
        events=events[:PAGE_SIZE],
        older=events[PAGE_SIZE - 1].seq if len(events) > PAGE_SIZE else None,
        actions=actions,
        given=given,
        query=query,
        report=report,
    )


PAGES = [show_audit, check_audit]
