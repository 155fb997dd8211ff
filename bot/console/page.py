"""The way of one visit: who is it, may they, is it our own form, then the page; and the headers of every answer.

A page that does not say who may open it cannot be written: `page()` asks for it.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Literal
from urllib.parse import quote

import structlog
from fastapi import Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from sqlalchemy.ext.asyncio import AsyncSession

from bot.audit.log import AuditLog
from bot.broadcasts.wishes import NewsChoices
from bot.clock import Clock, hanoi_date
from bot.console.access import HALF, OPEN, Access
from bot.console.logins import LoggedIn, Logins
from bot.console.preview import Renderings
from bot.console.request import (
    CSRF_FIELD,
    CSRF_HEADER,
    BodyTooLarge,
    Form,
    FormUnreadable,
    comes_from_us,
    read_form,
)
from bot.console.second_step import SecondSteps
from bot.console.views import Views
from bot.content.standing import FiledRule
from bot.content.topics import Topics
from bot.delivery.queue import DeliveryQueue
from bot.domain.audit import Detail
from bot.domain.lanes import Paces
from bot.domain.staff import Role, StaffMember
from bot.handover.rules import Duty
from bot.places.communes import Communes
from bot.privacy.requests import DataRequests
from bot.reminders.rules import ReminderRule
from bot.storage.bells import Bells
from bot.storage.database import Database
from bot.storage.encryption import Cipher

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not "no-referrer": with it, browsers send `Origin: null` with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}

log = structlog.get_logger()


class PageNotFound(LookupError):
    """There is nothing at that address."""


class _NotLoggedIn(Exception):
    """The page is for staff, and nobody is logged in, or no longer."""


class _SecondStepMissing(Exception):
    """The password was right, the code has not been given yet."""


class _RoleNotAllowed(Exception):
    """The page is for other roles."""


class _Forged(Exception):
    """A request that changes something did not come from our own page of this login."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One request to one page."""

    request: Request
    database: Database
    logins: Logins
    audit: AuditLog
    steps: SecondSteps
    views: Views
    cipher: Cipher = field(repr=False)
    communes: Callable[[], Communes]
    filed_rules: Callable[[], Sequence[FiledRule]]
    news: NewsChoices
    renderings: Renderings
    rules: Mapping[str, ReminderRule]
    topics: Callable[[], Topics]
    queue: DeliveryQueue
    paces: Paces
    duty: Duty
    requests: DataRequests
    bells: Bells
    hold_s: float
    now: datetime
    cookie: str
    token: str = field(repr=False)
    logged_in: LoggedIn | None = None
    form: Form = field(default_factory=Form, repr=False)

    @property
    def today(self) -> date:
        """The day it is in Hanoi."""
        return hanoi_date(self.now)

    @property
    def staff(self) -> StaffMember:
        """Who is here; only on pages that are not open to anyone."""
        assert self.logged_in is not None
        return self.logged_in.member

    async def record(self, tx: AsyncSession, action: str, subject: str, **details: Detail) -> None:
        """Write to the audit log what who is here does, in the transaction that does it."""
        await self.audit.record(
            tx, actor=self.staff.email, action=action, subject=subject, now=self.now, **details
        )

    @property
    def by_htmx(self) -> bool:
        """Whether only a part of a page is wanted."""
        return "hx-request" in self.request.headers

    def may(self, roles: frozenset[Role]) -> bool:
        """Tell whether who is here has one of some roles."""
        return self.logged_in is not None and self.logged_in.passed and self.logged_in.member.role in roles

    def render(self, template: str, *, status: int = 200, **context: Any) -> Response:
        """Return a page made from a template."""
        html = self.views.render(
            template,
            visit=self,
            csrf=self.logged_in.csrf_token if self.logged_in is not None else "",
            **context,
        )
        return HTMLResponse(html, status_code=status)


Handler = Callable[[Visit], Awaitable[Response]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One address of the console, who may use it, and what it does. `path`: below /console."""

    method: Literal["GET", "POST"]
    path: str
    access: Access
    handler: Handler
    takes_file: bool = False


def page(
    method: Literal["GET", "POST"], path: str, *, access: Access, takes_file: bool = False
) -> Callable[[Handler], Page]:
    """Make a page of a handler. `takes_file`: its form may hold a file."""

    def make(handler: Handler) -> Page:
        return Page(method=method, path=path, access=access, handler=handler, takes_file=takes_file)

    return make


class Reception:
    """Takes every visit to the console."""

    def __init__(
        self,
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
        hold_s: float,
        logins: Logins,
        views: Views,
        clock: Clock,
        base_url: str,
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._communes = communes
        self._filed_rules = filed_rules
        self._news = news
        self._renderings = renderings
        self._rules = rules
        self._topics = topics
        self._queue = queue
        self._paces = paces
        self._duty = duty
        self._requests = requests
        self._bells = bells
        self._hold_s = hold_s
        self._logins = logins
        self._audit = AuditLog(cipher)
        self._steps = SecondSteps(cipher)
        self._views = views
        self._clock = clock
        self._base_url = base_url
        self._secure = base_url.startswith("https://")

    @property
    def cookie(self) -> str:
        """The name of the login's cookie. Browsers take the prefix __Host- over https only."""
        return "__Host-console" if self._secure else "console"

    async def receive(self, page: Page, request: Request) -> Response:
        """Answer one visit. It never raises."""
        visit = Visit(
            request=request,
            database=self._database,
            logins=self._logins,
            audit=self._audit,
            steps=self._steps,
            views=self._views,
            cipher=self._cipher,
            communes=self._communes,
            filed_rules=self._filed_rules,
            news=self._news,
            renderings=self._renderings,
            rules=self._rules,
            topics=self._topics,
            queue=self._queue,
            paces=self._paces,
            duty=self._duty,
            requests=self._requests,
            bells=self._bells,
            hold_s=self._hold_s,
            now=self._clock(),
            cookie=self.cookie,
            token=request.cookies.get(self.cookie, ""),
        )
        try:
            response = await self._answer(page, visit)
        except Exception:
            log.exception("console.page_failed", page=page.path)
            response = visit.render("problem.html", status=500, problem="failed")
        for name, value in HEADERS.items():
            response.headers[name] = value
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    async def _answer(self, page: Page, visit: Visit) -> Response:
        try:
            visit = await self._admit(page, visit)
            return await page.handler(visit)
        except _NotLoggedIn as refused:
            return _ask_to_log_in(refused.args[0])
        except _SecondStepMissing as refused:
            return _ask_for_code(refused.args[0])
        except _RoleNotAllowed as refused:
            return self._problem(refused.args[0], "not-allowed", 403)
        except _Forged:
            return self._problem(visit, "forged", 403)
        except PageNotFound:
            return self._problem(visit, "not-found", 404)
        except BodyTooLarge:
            return self._problem(visit, "too-large", 413)
        except FormUnreadable:
            return self._problem(visit, "unreadable", 415)

    async def _admit(self, page: Page, visit: Visit) -> Visit:
        """Return the visit with who is here and what they sent, or refuse it."""
        changes = page.method != "GET"
        if changes:
            if not comes_from_us(visit.request, base_url=self._base_url):
                raise _Forged
            visit = replace(visit, form=await read_form(visit.request, takes_file=page.takes_file))
        if visit.token:
            visit = replace(visit, logged_in=await self._logins.find(visit.token, now=visit.now))
        if page.access == OPEN:
            return visit
        if visit.logged_in is None:
            raise _NotLoggedIn(visit)
        if changes:
            sent = visit.request.headers.get(CSRF_HEADER) or visit.form.get(CSRF_FIELD)
            if not hmac.compare_digest(sent.encode(), visit.logged_in.csrf_token.encode()):
                raise _Forged
        if page.access == HALF:
            return visit
        if not visit.logged_in.passed:
            raise _SecondStepMissing(visit)
        if visit.logged_in.member.role not in page.access:
            raise _RoleNotAllowed(visit)
        return visit

    @staticmethod
    def _problem(visit: Visit, problem: str, status: int) -> Response:
        return visit.render("problem.html", status=status, problem=problem)


def _ask_to_log_in(visit: Visit) -> Response:
    """Send to the login page; what was being saved goes along and comes back after it."""
    if visit.by_htmx:
        return visit.render("_ended.html", status=401)
    if visit.request.method == "GET":
        return RedirectResponse(f"/console/login?next={quote(_address(visit))}", status_code=303)
    path = visit.request.url.path
    return visit.render("login.html", status=401, email="", problem="ended", next=path, kept=visit.form.dump())


def _ask_for_code(visit: Visit) -> Response:
    """Send to the second step; nothing can have been written before it."""
    if visit.by_htmx:
        return visit.render("_ended.html", status=401)
    wanted = _address(visit) if visit.request.method == "GET" else "/console"
    return RedirectResponse(f"/console/second-step?next={quote(wanted)}", status_code=303)


def _address(visit: Visit) -> str:
    query = f"?{visit.request.url.query}" if visit.request.url.query else ""
    return visit.request.url.path + query
