"""The routes of the web chat."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import UUID

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse
from jinja2 import Environment, FileSystemLoader, select_autoescape
from markupsafe import Markup
from prometheus_client import Counter
from sse_starlette import EventSourceResponse, ServerSentEvent

from bot.channels.answer_json import render_json
from bot.channels.web import wording
from bot.channels.web.assets import static_address
from bot.channels.web.describe import (
    ANSWERED,
    CHAT_BODY,
    FEEDBACK_BODY,
    FILE,
    PICTURE_BODY,
    QUESTION_FORM,
    SEEN_BODY,
    STREAM,
    describe_json_refusals,
    describe_page_refusals,
)
from bot.channels.web.limits import PER_CLIENT, PER_SESSION, MessageLimits, read_client_key
from bot.channels.web.reading import (
    ChatRequest,
    RequestRefused,
    check_conversation,
    clean,
    read_chat_form,
    read_chat_request,
    read_object,
    read_picture,
)
from bot.channels.web.render import render_html
from bot.channels.web.session import ChatSession, read_page_session, read_session, set_cookie
from bot.clock import Clock
from bot.domain.messages import Attachment, CitizenMessage, PictureSource
from bot.domain.ports import TakesTurns
from bot.domain.statistics import Happening
from bot.statistics.turns import TurnCounter
from bot.storage.bells import Bells
from bot.storage.canned_replies import find_file
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.web_messages import delete_web_message, list_web_messages

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_LARGEST_ID = 2**63 - 1
_REMEMBERED_ANSWERS = 5_000

_feedback = Counter("troly06_feedback_total", "Thumbs under answers", ["answer_id", "useful"])


def make_web_router(
    *,
    assistant: TakesTurns,
    database: Database,
    cipher: Cipher,
    counter: TurnCounter,
    clock: Clock,
    base_url: str,
    listener: Bells,
) -> APIRouter:
    """Build the routes of the page and its interface."""
    chat = _WebChat(
        assistant=assistant,
        database=database,
        cipher=cipher,
        counter=counter,
        clock=clock,
        listener=listener,
        secure=base_url.startswith("https://"),
    )
    router = APIRouter(tags=["web chat"])
    router.add_api_route("/", chat.show_page, methods=["GET"], response_class=HTMLResponse)
    router.add_api_route(
        "/",
        chat.answer_form,
        methods=["POST"],
        response_class=HTMLResponse,
        responses=describe_page_refusals(400, 413, 429),
        openapi_extra=QUESTION_FORM,
    )
    router.add_api_route(
        "/api/chat",
        chat.answer,
        methods=["POST"],
        response_model=None,
        responses=ANSWERED | describe_json_refusals(400, 413, 429),
        openapi_extra=CHAT_BODY,
    )
    router.add_api_route(
        "/api/chat/picture",
        chat.answer_picture,
        methods=["POST"],
        response_model=None,
        responses=ANSWERED | describe_json_refusals(400, 413, 415, 429),
        openapi_extra=PICTURE_BODY,
    )
    router.add_api_route(
        "/api/chat/stream", chat.stream, methods=["GET"], response_class=EventSourceResponse, responses=STREAM
    )
    router.add_api_route(
        "/api/chat/seen",
        chat.forget_seen,
        methods=["POST"],
        status_code=204,
        response_class=Response,
        responses=describe_json_refusals(400, 413),
        openapi_extra=SEEN_BODY,
    )
    router.add_api_route(
        "/api/chat/feedback",
        chat.record_feedback,
        methods=["POST"],
        status_code=204,
        response_class=Response,
        responses=describe_json_refusals(400, 413, 429),
        openapi_extra=FEEDBACK_BODY,
    )
    router.add_api_route(
        "/api/chat/files/{file_id}", chat.give_file, methods=["GET"], response_class=Response, responses=FILE
    )
    return router


class _WebChat:
    def __init__(
        self,
        *,
        assistant: TakesTurns,
        database: Database,
        cipher: Cipher,
        counter: TurnCounter,
        clock: Clock,
        listener: Bells,
        secure: bool,
    ) -> None:
        self._assistant = assistant
        self._database = database
        self._cipher = cipher
        self._counter = counter
        self._clock = clock
        self._listener = listener
        self._secure = secure
        self._limits = MessageLimits()
        self._given: set[str] = set()
        """Answers given by this process: only these become labels of a figure, so nobody can invent labels."""
        self._templates = Environment(
            loader=FileSystemLoader(Path(__file__).resolve().parent / "templates"),
            autoescape=select_autoescape(),
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals.update(
            title=wording.TITLE,
            passed_on=wording.PASSED_ON,
            first_questions=wording.FIRST_QUESTIONS,
            static=static_address,
        )
        self._templates.filters["vietnamese_date"] = _vietnamese_date

    async def show_page(self, request: Request) -> Response:
        """Show the chat."""
        session = read_page_session(request)
        return self._finish(self._page("page.html"), session, renew=True)

    async def answer_form(self, request: Request) -> Response:
        """Answer a form sent without JavaScript, on a plain page."""
        session = read_page_session(request)
        try:
            message = await read_chat_form(request)
            said = await self._take_turn(request, session, message)
        except RequestRefused as refused:
            return self._finish(self._page("plain.html", error=refused.sentence, status=refused.status), session)
        page = self._page("plain.html", said=said, html=Markup(said["html"]))  # noqa: S704 -- escaped in render.py
        return self._finish(page, session)

    async def answer(self, request: Request) -> Response:
        """Answer one message: the object of `ask`, with `html` and `private`."""
        session = read_session(request)
        try:
            said = await self._take_turn(request, session, await read_chat_request(request))
        except RequestRefused as refused:
            return self._finish(_refuse(refused), session)
        return self._finish(JSONResponse(said, headers=HEADERS), session)

    async def answer_picture(self, request: Request, conversation: str = "") -> Response:
        """Answer a picture, which is the body itself: a QR code in it is read, the picture is not kept."""
        session = read_session(request)
        try:
            self._limit(request, session, "picture")
            sent = ChatRequest(text="", conversation=check_conversation(clean(conversation)), button=None)
            said = await self._take_turn(request, session, sent, picture=await read_picture(request))
        except RequestRefused as refused:
            return self._finish(_refuse(refused), session)
        return self._finish(JSONResponse(said, headers=HEADERS), session)

    async def stream(self, request: Request, conversation: str = "") -> Response:
        """Send the messages that we start as server-sent events; what is not yet seen comes first."""
        try:
            chat = read_session(request).address(check_conversation(clean(conversation))).chat
        except RequestRefused as refused:
            return _refuse(refused)
        return EventSourceResponse(self._events(chat), headers=HEADERS, ping=20)

    async def forget_seen(self, request: Request) -> Response:
        """Delete a message that the page has shown."""
        session = read_session(request)
        try:
            value = await read_object(request)
            conversation, message_id = value.get("conversation"), value.get("id")
            if not isinstance(conversation, str) or type(message_id) is not int:
                raise RequestRefused(400, wording.NOT_JSON)
            chat = session.address(check_conversation(clean(conversation))).chat
        except RequestRefused as refused:
            return _refuse(refused)
        if 0 < message_id <= _LARGEST_ID:
            async with self._database.begin() as tx:
                await delete_web_message(tx, chat, message_id)
        return Response(status_code=204, headers=HEADERS)

    async def give_file(self, file_id: UUID) -> Response:
        """Give a file that staff sent along, to be kept and never shown as a page of ours."""
        async with self._database.begin() as tx:
            file = await find_file(tx, file_id)
        if file is None:
            return JSONResponse({"error": wording.NO_FILE}, 404, headers=HEADERS)
        named = f"attachment; filename*=UTF-8''{quote(file.name)}"
        return Response(
            file.content, media_type=file.media_type, headers={**HEADERS, "Content-Disposition": named}
        )

    async def record_feedback(self, request: Request) -> Response:
        """Count a thumb."""
        try:
            value = await read_object(request)
            answer_id, useful = value.get("answer_id"), value.get("useful")
            if not isinstance(useful, bool) or not isinstance(answer_id, str | None):
                raise RequestRefused(400, wording.NOT_JSON)
            session = read_session(request)
            self._limit(request, session, "feedback")
        except RequestRefused as refused:
            return _refuse(refused)
        known = answer_id if answer_id in self._given else None
        _feedback.labels(known or "other", "yes" if useful else "no").inc()
        if known is not None:
            kind = Happening.LIKED if useful else Happening.DISLIKED
            self._counter.record(session.address(""), kind, unit_id=known, now=self._clock())
        return Response(status_code=204, headers=HEADERS)

    async def _take_turn(
        self,
        request: Request,
        session: ChatSession,
        sent: ChatRequest,
        *,
        picture: PictureSource | None = None,
    ) -> dict[str, Any]:
        self._limit(request, session, "message")
        started = time.perf_counter()
        answer = await self._assistant.take_turn(
            CitizenMessage(
                address=session.address(sent.conversation),
                received_at=self._clock(),
                text=sent.text,
                button=sent.button,
                attachment=Attachment.PHOTO if picture is not None else None,
                picture=picture,
            )
        )
        if answer.answer_id and len(self._given) < _REMEMBERED_ANSWERS:
            self._given.add(answer.answer_id)
        elapsed_ms = (time.perf_counter() - started) * 1000
        said = render_json(answer, conversation=sent.conversation, question=sent.text, elapsed_ms=elapsed_ms)
        return {**said, "html": render_html(answer.text), "private": answer.private}

    def _limit(self, request: Request, session: ChatSession, what: str) -> None:
        client = read_client_key(request.client.host if request.client else "")
        keys = {f"{what}:client:{client}": PER_CLIENT}
        if not session.is_new:
            keys[f"{what}:session:{session.token}"] = PER_SESSION
        if not self._limits.take(keys, self._clock()):
            raise RequestRefused(429, wording.TOO_OFTEN)

    async def _events(self, chat: str) -> AsyncIterator[ServerSentEvent]:
        sent = 0
        with self._listener.follow(chat) as bell:
            while True:
                bell.clear()
                async with self._database.begin() as tx:
                    messages = await list_web_messages(tx, self._cipher, chat, after=sent)
                for message in messages:
                    sent = message.id
                    data = json.dumps({**message.body, "id": message.id}, ensure_ascii=False)
                    yield ServerSentEvent(data=data, event="message", id=str(message.id))
                await bell.wait()

    def _page(self, name: str, *, status: int = 200, **values: object) -> HTMLResponse:
        return HTMLResponse(self._templates.get_template(name).render(**values), status, headers=HEADERS)

    def _finish(self, response: Response, session: ChatSession, *, renew: bool = False) -> Response:
        if session.is_new or renew:
            set_cookie(response, session, secure=self._secure)
        return response


def _refuse(refused: RequestRefused) -> Response:
    headers = {**HEADERS, "Retry-After": "60"} if refused.status == 429 else HEADERS
    return JSONResponse({"error": refused.sentence}, refused.status, headers=headers)


def _vietnamese_date(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{day}/{month}/{year}"
