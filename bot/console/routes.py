"""Puts every page of the console behind its address."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence

from fastapi import APIRouter, Request, Response

from bot.broadcasts.wishes import NewsChoices
from bot.clock import Clock
from bot.console.assets import Assets
from bot.console.logins import Logins
from bot.console.page import Page, Reception
from bot.console.pages import (
    account,
    answers,
    assets,
    audit,
    broadcast_form,
    broadcast_picture,
    broadcasts,
    canned,
    chats,
    data_requests,
    documents,
    exchange,
    home,
    login,
    new_parameter,
    parameters,
    people,
    phrasings,
    questions,
    record_reviews,
    reminder_runs,
    reminders,
    reviews,
    second_step,
    staff,
    statistics,
    switches,
    tasks,
    training,
)
from bot.console.preview import Renderings
from bot.console.views import Views
from bot.content.standing import FiledRule
from bot.content.topics import Topics
from bot.delivery.queue import DeliveryQueue
from bot.domain.lanes import Paces
from bot.handover.rules import Duty
from bot.places.communes import Communes
from bot.privacy.requests import DataRequests
from bot.reminders.rules import ReminderRule
from bot.storage.bells import Bells
from bot.storage.database import Database
from bot.storage.encryption import Cipher

HOLD_S = 8.0
"""Less than htmx waits for an answer (base.html)."""


def list_pages(files: Assets) -> list[Page]:
    """List every page; the one for any other address is the last."""
    return [
        *home.PAGES,
        *login.PAGES,
        *second_step.PAGES,
        *account.PAGES,
        *answers.PAGES,
        *phrasings.PAGES,
        *new_parameter.PAGES,
        *parameters.PAGES,
        *documents.PAGES,
        *tasks.PAGES,
        *reviews.PAGES,
        *record_reviews.PAGES,
        *training.PAGES,
        *exchange.PAGES,
        *questions.PAGES,
        *statistics.PAGES,
        *reminder_runs.PAGES,
        *reminders.PAGES,
        *chats.PAGES,
        *canned.PAGES,
        *people.PAGES,
        *data_requests.PAGES,
        *broadcast_form.PAGES,
        *broadcast_picture.PAGES,
        *broadcasts.PAGES,
        *staff.PAGES,
        *switches.PAGES,
        *audit.PAGES,
        *assets.make_pages(files),
        *home.LAST_PAGES,
    ]


def make_console_router(
    *,
    database: Database,
    cipher: Cipher,
    communes: Callable[[], Communes],
    filed_rules: Callable[[], Sequence[FiledRule]],
    news: NewsChoices,
    renderings: Renderings,
    rules: Mapping[str, ReminderRule],
    topics: Callable[[], Topics],
    queue: DeliveryQueue,
    paces: Paces,
    duty: Duty,
    requests: DataRequests,
    bells: Bells,
    clock: Clock,
    base_url: str,
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    hold_s: float = HOLD_S,
) -> APIRouter:
    """Return the console, at /console. `base_url`: the public address; https gives a stricter cookie.

    `renderings`: how messengers show an answer. `paces`: how fast messages leave. `bells`: ring when a chat with
    staff changed. `sleep`: how a login waits after wrong ones. `hold_s`: how long a page that is up to date waits
    for news.
    """
    files = Assets()
    reception = Reception(
        database=database,
        cipher=cipher,
        communes=communes,
        filed_rules=filed_rules,
        news=news,
        renderings=renderings,
        rules=rules,
        topics=topics,
        queue=queue,
        paces=paces,
        duty=duty,
        requests=requests,
        bells=bells,
        hold_s=hold_s,
        logins=Logins(database, cipher, clock=clock, sleep=sleep),
        views=Views(files),
        clock=clock,
        base_url=base_url,
    )
    router = APIRouter(prefix="/console", include_in_schema=False)
    for page in list_pages(files):
        router.add_api_route(
            page.path,
            _make_endpoint(reception, page),
            methods=[page.method],
            name=f"console {page.method} {page.path}",
            response_model=None,
        )
    return router


def _make_endpoint(reception: Reception, page: Page) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await reception.receive(page, request)

    vars(endpoint)["page"] = page  # a test walks the routes and looks who may use each
    return endpoint
