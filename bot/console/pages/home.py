"""The first page: what needs attention."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta
from typing import Any

from fastapi import Response
from sqlalchemy.ext.asyncio import AsyncSession

from bot.audit.readings import list_unusual, load_reading_limit
from bot.console.access import (
    AUDIT_READERS,
    BROADCAST_READERS,
    CHAT_STAFF,
    CONTENT_EDITORS,
    EVERY_ROLE,
    PEOPLE_STAFF,
)
from bot.console.page import PageNotFound, Visit, page
from bot.console.shelf import CHECK_OVERDUE, load_shelf
from bot.console.shelved_facts import FactState, shelve_document, shelve_parameter
from bot.console.wording import CHANNELS, PAUSES
from bot.content.records import load_documents, load_parameters
from bot.content.validity import UnitState
from bot.domain.broadcast import BroadcastState
from bot.domain.content import TaskState
from bot.domain.question import GroupState
from bot.statistics.health import list_failing
from bot.storage.broadcasts import list_broadcasts
from bot.storage.content_drafts import DraftState, list_drafts
from bot.storage.content_tasks import list_tasks
from bot.storage.data_requests import count_open_requests
from bot.storage.handovers import count_requested
from bot.storage.heartbeats import list_heartbeats
from bot.storage.lanes import list_pauses
from bot.storage.questions import count_groups

SHOWN_EACH = 5


async def _show_home(visit: Visit) -> Response:
    async with visit.database.begin() as tx:
        shelf = await load_shelf(tx, today=visit.today)
        questions = await count_groups(tx, GroupState.OPEN)
        failing = list_failing(await list_heartbeats(tx), visit.now)
        drafts = Counter(draft.state for draft in await list_drafts(tx))
        tasks = await list_tasks(tx, TaskState.OPEN)
        facts = await _count_facts(tx, visit.today)
        requests = await count_open_requests(tx)
        chats = await count_requested(tx)
        broadcasts = len(await list_broadcasts(tx, BroadcastState.SUBMITTED))
        pauses = await list_pauses(tx)
        limit = load_reading_limit()
        unusual = (
            await list_unusual(tx, limit, since=visit.now - timedelta(days=limit.shown_days))
            if visit.may(AUDIT_READERS)
            else []
        )
    counts = shelf.count_states()
    return visit.render(
        "home.html",
        total=len(shelf.units),
        pauses=[(CHANNELS[each.channel], PAUSES[each.reason]) for each in pauses if each.reason in PAUSES],
        counts=counts,
        questions=questions,
        failing=failing,
        unusual=unusual,
        reading_limit=limit,
        requests=requests if visit.may(PEOPLE_STAFF) else None,
        chats=chats if visit.may(CHAT_STAFF) else None,
        broadcasts=broadcasts if visit.may(BROADCAST_READERS) else None,
        waiting=drafts[DraftState.SUBMITTED],
        returned=drafts[DraftState.RETURNED],
        tasks=len(tasks),
        next_tasks=tasks[:SHOWN_EACH],
        names={each.id: each.name for each in shelf.documents.values()},
        facts=facts,
        may_work=visit.may(CONTENT_EDITORS),
        groups=[
            {
                "id": "het-hieu-luc",
                "title": "Hết hiệu lực",
                "why": "Người dân không còn thấy những câu này.",
                "tone": "red",
                "filter": UnitState.EXPIRED.value,
                "count": counts[UnitState.EXPIRED],
                "units": shelf.list_soonest(UnitState.EXPIRED)[:SHOWN_EACH],
            },
            {
                "id": "thieu-so-lieu",
                "title": "Thiếu số liệu",
                "why": "Một con số trong câu đã hết hạn, nên câu bị ẩn.",
                "tone": "red",
                "filter": UnitState.FIGURE_MISSING.value,
                "count": counts[UnitState.FIGURE_MISSING],
                "units": shelf.list_soonest(UnitState.FIGURE_MISSING)[:SHOWN_EACH],
            },
            {
                "id": "sap-het",
                "title": "Hết hiệu lực trong 90 ngày",
                "why": "Soạn trước nội dung của giai đoạn kế tiếp.",
                "tone": "yellow",
                "filter": UnitState.EXPIRING.value,
                "count": counts[UnitState.EXPIRING],
                "units": shelf.list_soonest(UnitState.EXPIRING)[:SHOWN_EACH],
            },
            {
                "id": "lau-chua-kiem-tra",
                "title": "Hơn 180 ngày chưa kiểm tra",
                "why": "Đọc lại văn bản, sửa nếu cần, ghi ngày kiểm tra mới.",
                "tone": "azure",
                "filter": CHECK_OVERDUE,
                "count": counts[CHECK_OVERDUE],
                "units": shelf.list_unchecked()[:SHOWN_EACH],
            },
        ],
    )


async def _count_facts(tx: AsyncSession, today: date) -> list[dict[str, Any]]:
    """Count the values of law and the documents that need a look, with the list that shows them."""
    parameters = [shelve_parameter(each, None, today=today) for each in (await load_parameters(tx)).values()]
    documents = [shelve_document(each, None, today=today) for each in (await load_documents(tx)).values()]
    wanted = [
        ("Tham số hết trong 90 ngày", "parameters", parameters, FactState.EXPIRING),
        ("Tham số hơn 180 ngày chưa kiểm tra", "parameters", parameters, FactState.UNCHECKED),
        ("Văn bản hết trong 90 ngày", "documents", documents, FactState.EXPIRING),
        ("Văn bản hơn 180 ngày chưa kiểm tra", "documents", documents, FactState.UNCHECKED),
    ]
    return [
        {
            "title": title,
            "path": f"/console/{folder}?state={state}",
            "count": sum(each.is_in(state) for each in shelved),
        }
        for title, folder, shelved, state in wanted
    ]


show_home = page("GET", "", access=EVERY_ROLE)(_show_home)
show_home_with_slash = page("GET", "/", access=EVERY_ROLE)(_show_home)


@page("GET", "/{rest:path}", access=EVERY_ROLE)
async def show_nothing(visit: Visit) -> Response:  # noqa: ARG001 -- a page takes a visit
    """Any address that no page has."""
    raise PageNotFound


PAGES = [show_home, show_home_with_slash]
LAST_PAGES = [show_nothing]
