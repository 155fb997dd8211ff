"""The OpenAPI words for what the web chat and the pages for anybody take and answer."""

from __future__ import annotations

from typing import Any

from bot.channels.web.reading import LONGEST_CONVERSATION, PICTURE_KINDS
from bot.domain.answers import AnswerKind

Responses = dict[int | str, dict[str, Any]]

_TEXT = {"type": "string"}
_DAY_OR_NONE = {"type": ["string", "null"], "format": "date"}
_WHY = {
    400: "Không đọc được phần gửi.",
    404: "Không có, hoặc không còn.",
    413: "Phần gửi quá dài.",
    415: "Không phải ảnh JPEG, PNG hoặc WebP.",
    429: "Gửi quá nhanh; thử lại sau một phút.",
}
_ERROR = {
    "type": "object",
    "required": ["error"],
    "properties": {"error": {"type": "string", "minLength": 1, "description": "Câu cho người dân đọc."}},
    "additionalProperties": False,
}


def _make_object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "required": list(properties),
        "properties": properties,
        "additionalProperties": False,
    }


SAID = _make_object(
    {
        "conversation": {"type": "string", "description": "Gửi lại để nói tiếp cùng cuộc trò chuyện."},
        "question": _TEXT,
        "kind": {"enum": [each.value for each in AnswerKind]},
        "answer_id": {"type": ["string", "null"]},
        "text": _TEXT,
        "buttons": {"type": "array", "items": _make_object({"title": _TEXT, "payload": _TEXT})},
        "sources": {
            "type": "array",
            "items": _make_object(
                {
                    "document": _TEXT,
                    "article": {"type": ["string", "null"]},
                    "effective_from": {"type": "string", "format": "date"},
                    "effective_to": _DAY_OR_NONE,
                }
            ),
        },
        "checked_on": _DAY_OR_NONE,
        "confidence": {"type": ["number", "null"], "minimum": 0, "maximum": 1},
        "elapsed_ms": {"type": "number", "minimum": 0},
        "html": _TEXT,
        "private": {"type": "boolean", "description": "Có điều riêng của một người."},
    }
)
"""An answer, as bot.channels.answer_json renders it, with what the page needs."""


def describe_json_refusals(*statuses: int) -> Responses:
    """Return the words for refusals that are JSON."""
    return {each: {"description": _WHY[each], "content": _as_json(_ERROR)} for each in statuses}


def describe_page_refusals(*statuses: int) -> Responses:
    """Return the words for refusals that are pages."""
    return {
        each: {"description": _WHY[each], "content": {"text/html": {"schema": {"type": "string"}}}}
        for each in statuses
    }


def describe_body(schema: dict[str, Any], *kinds: str) -> dict[str, Any]:
    """Return the words for a body that a route reads by itself."""
    return {"requestBody": {"required": True, "content": {kind: {"schema": schema} for kind in kinds}}}


def describe_form(*names: str) -> dict[str, Any]:
    """Return the words for a form of texts, none of which must be there."""
    schema = {"type": "object", "properties": {name: {"type": "string"} for name in names}}
    return describe_body(schema, "application/x-www-form-urlencoded")


def _as_json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


_CONVERSATION = {"type": ["string", "null"], "maxLength": LONGEST_CONVERSATION}
_CHAT = {
    "type": "object",
    "properties": {
        "text": {"type": ["string", "null"], "description": "Điều người dân hỏi."},
        "conversation": _CONVERSATION,
        "button": {"type": ["string", "null"], "description": "`payload` của nút đã bấm."},
    },
}
_SEEN = {
    "type": "object",
    "required": ["conversation", "id"],
    "properties": {
        "conversation": {"type": "string", "maxLength": LONGEST_CONVERSATION},
        "id": {"type": "integer"},
    },
}
_FEEDBACK = {
    "type": "object",
    "required": ["useful"],
    "properties": {"answer_id": {"type": ["string", "null"]}, "useful": {"type": "boolean"}},
}
_JSON = "application/json"
ANSWERED: Responses = {200: {"description": "Câu trả lời.", "content": _as_json(SAID)}}
CHAT_BODY = describe_body(_CHAT, _JSON)
SEEN_BODY = describe_body(_SEEN, _JSON)
FEEDBACK_BODY = describe_body(_FEEDBACK, _JSON)
PICTURE_BODY = describe_body({"type": "string", "format": "binary"}, *PICTURE_KINDS)
QUESTION_FORM = describe_form("question", "text", "conversation", "button")
STREAM: Responses = {
    200: {"description": "Tin chờ mở trang, và tin đến sau.", "content": {"text/event-stream": {}}},
    **describe_json_refusals(400),
}
FILE: Responses = {200: {"description": "Tệp.", "content": {"*/*": {}}}, **describe_json_refusals(404)}
PICTURE_OF_CODE: Responses = {
    200: {"description": "Mã QR.", "content": {"image/svg+xml": {}}},
    404: {"description": _WHY[404]},
}
