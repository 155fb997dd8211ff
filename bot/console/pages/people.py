"""What is held on one citizen, for the few who look after people's data. Masked; unmasking is written down."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import structlog
from fastapi import Response
from fastapi.responses import RedirectResponse
from prometheus_client import Counter
from sqlalchemy.ext.asyncio import AsyncSession

from bot.audit.readings import UNMASKED, count_readings, load_reading_limit
from bot.console.access import PEOPLE_STAFF
from bot.console.page import PageNotFound, Visit, page
from bot.console.person_view import load_person
from bot.domain.id_number import find_id_number_problem
from bot.domain.notice_code import find_notice_code
from bot.storage.applications import index_id_number
from bot.storage.audit import list_events_since
from bot.storage.people import list_by_handover, list_by_id_number, list_by_notice_code

REASON_SHORTEST, REASON_LONGEST = 10, 300
_ADDRESS = "/chats/"

unmasked_total = Counter("troly06_people_unmasked_total", "People whose data was shown to staff without masks")
unusual_total = Counter(
    "troly06_people_unmasked_unusually_total", "The same beyond what data/breach.yml says is usual for one account"
)
log = structlog.get_logger()


@page("GET", "/people", access=PEOPLE_STAFF)
async def show_search(visit: Visit) -> Response:
    """How to find somebody: only by what they themselves can name."""
    return visit.render("people.html", found=None, problem="")


@page("POST", "/people", access=PEOPLE_STAFF)
async def search(visit: Visit) -> Response:
    """Find by a whole ID number, the code of a message, or a chat with staff. What was typed is not kept."""
    how, citizen_ids = await _find(visit, visit.form.get("what"))
    if not how:
        return visit.render("people.html", status=422, found=None, problem="unreadable")
    async with visit.database.begin() as tx:
        await visit.record(tx, "people.search", f"by:{how}", found=len(citizen_ids))
    if len(citizen_ids) == 1:
        return RedirectResponse(f"/console/people/{citizen_ids[0]}", status_code=303)
    return visit.render("people.html", found=citizen_ids, problem="")


@page("GET", "/people/{citizen_id}", access=PEOPLE_STAFF)
async def show_person(visit: Visit) -> Response:
    """What is held on a citizen, masked."""
    return await _render(visit)


@page("POST", "/people/{citizen_id}", access=PEOPLE_STAFF)
async def unmask(visit: Visit) -> Response:
    """The same for once without masks, for a reason that goes into the audit log."""
    reason = visit.form.get("reason")
    if not REASON_SHORTEST <= len(reason) <= REASON_LONGEST:
        return await _render(visit, problem="reason", status=422)
    async with visit.database.begin() as tx:
        await visit.record(tx, UNMASKED, f"citizen:{_read_id(visit)}", reason=reason)
        people = await _count_people(tx, visit)
    unmasked_total.inc()
    if people > load_reading_limit().people:
        unusual_total.inc()
        log.error(
            "people.unmasked_unusually",
            staff_id=str(visit.staff.id),
            people=people,
            next_step="docs/runbook/su-co-lo-du-lieu.md",
        )
    return await _render(visit, unmasked=True)


async def _count_people(tx: AsyncSession, visit: Visit) -> int:
    """Return how many people this account saw unmasked in the span that is counted."""
    limit = load_reading_limit()
    events = await list_events_since(tx, UNMASKED, since=visit.now - limit.within, actor=visit.staff.email)
    return sum(reading.most for reading in count_readings(events, limit))


async def _find(visit: Visit, typed: str) -> tuple[str, list[UUID]]:
    """Return how somebody was looked for, empty where what was typed is nothing to find by, and who was found."""
    digits = "".join(each for each in typed if each not in " .-")
    code = find_notice_code(typed)
    async with visit.database.begin() as tx:
        if code is not None:
            return "notice-code", await list_by_notice_code(tx, code)
        if digits and find_id_number_problem(digits, None) is None:
            return "id-number", await list_by_id_number(tx, index_id_number(digits, visit.cipher))
        try:
            handover_id = UUID(typed.rstrip("/").rpartition(_ADDRESS)[2])
        except ValueError:
            return "", []
        return "handover", await list_by_handover(tx, handover_id)


async def _render(visit: Visit, *, unmasked: bool = False, problem: str = "", status: int = 200) -> Response:
    async with visit.database.begin() as tx:
        person = await load_person(tx, _read_id(visit), visit, unmasked=unmasked)
    if person is None:
        raise PageNotFound
    context: dict[str, Any] = {"person": person, "unmasked": unmasked, "problem": problem}
    return visit.render(
        "person.html", status=status, reason=visit.form.get("reason"), reason_longest=REASON_LONGEST, **context
    )


def _read_id(visit: Visit) -> UUID:
    try:
        return UUID(visit.request.path_params["citizen_id"])
    except ValueError as error:
        raise PageNotFound from error


PAGES = [show_search, search, show_person, unmask]
