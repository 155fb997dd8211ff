"""What an Official Account may send to whom, and what Zalo answers: the rules of channels.md, point by point."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from bot.standins.zalo.account import Account, Person

LONGEST_TEXT = 2_000
LONGEST_QUERY = 1_000
WINDOW_S = 7 * 24 * 3600
FREE_S = 48 * 3600
UPLOAD_LIVES_S = 7 * 24 * 3600
MOST_BUTTONS = 5
HANOI = timezone(timedelta(hours=7))
_PHONE = re.compile(r"\+?84\d{9}")


class Refused(Exception):
    """Zalo says no: a code and a sentence, in HTTP 200."""

    def __init__(self, code: int, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def send_message(account: Account, body: Any) -> dict[str, Any]:
    """Send an ordinary message (POST /v3.0/oa/message/cs) and return `data`.

    Raises:
        Refused: Zalo would.
    """
    _require_keys(body, {"recipient", "message"}, "body")
    recipient, message = body["recipient"], body["message"]
    _require_keys(recipient, {"user_id"}, "recipient")
    person = account.people.get(str(recipient["user_id"]))
    if person is None:
        raise Refused(-201, "user_id is invalid!")
    seen = _read_message(account, message)
    now = account.now()
    if person.last_interaction_s is None:
        raise Refused(-232, "User has not interacted with the OA")
    if now - person.last_interaction_s > WINDOW_S:
        raise Refused(-230, "User has not interacted with the OA in the past 7 days")
    if person.is_restricted:
        raise Refused(-244, "User has restricted this type of message")
    data: dict[str, Any] = {"user_id": person.user_id}
    if now - person.last_interaction_s <= FREE_S:
        person.free_left = max(0, person.free_left - 1)
        data["quota"] = {"quota_type": "reply", "remain": person.free_left, "total": 8}
    data["message_id"] = show(account, person, **seen)
    return data


def send_template(account: Account, body: Any) -> dict[str, Any]:
    """Send a ZBS template to an account (POST /v3.0/oa/message/template); raises as `send_message` does."""
    _require_keys(body, {"user_id", "template_id", "template_data"}, "body")
    person = account.people.get(str(body["user_id"]))
    if person is None:
        raise Refused(-201, "user_id is invalid!")
    template = _check_template(account, body, by_uid=True)
    if not person.follows and person.last_interaction_s is None:
        raise Refused(-213, "User has not followed the OA")
    message_id = show(account, person, text=template, kind="template")
    sent = str(int(account.now() * 1000))
    quota = {"quota_type": "template", "remain": account.templates_left}
    return {"message_id": message_id, "user_id": person.user_id, "sent_time": sent, "quota": quota}


def send_template_by_phone(account: Account, body: Any) -> dict[str, Any]:
    """Send a ZBS template to a phone number (business host); raises as `send_message` does."""
    _require_keys(
        body,
        {"phone", "template_id", "template_data"},
        "body",
        optional={"tracking_id", "mode", "sending_mode"},
    )
    phone = str(body["phone"])
    if not _PHONE.fullmatch(phone):
        raise Refused(-108, "Phone number is invalid")
    if len(str(body.get("tracking_id", ""))) > 48:
        raise Refused(-201, "tracking_id is invalid!")
    person = account.find_by_phone(phone.removeprefix("+"))
    if person is None:
        raise Refused(-118, "Zalo account does not exist")
    if body.get("mode") == "development":
        raise Refused(-127, "Development mode sends to administrators only")
    template = _check_template(account, body, by_uid=False)
    sent = str(int(account.now() * 1000))
    quota = {"dailyQuota": "500", "remainingQuota": str(account.templates_left)}
    return {
        "msg_id": show(account, person, text=template, kind="template"),
        "sent_time": sent,
        "sending_mode": "1",
        "quota": quota,
    }


def tell_quota(account: Account, body: Any) -> Any:
    """Answer POST /v3.0/oa/quota/message; raises as `send_message` does."""
    if isinstance(body, dict) and "user_id" in body:
        person = account.people.get(str(body["user_id"]))
        if person is None:
            raise Refused(-201, "user_id is invalid!")
        last = person.last_interaction_s
        return {
            "user_id": person.user_id,
            "last_interaction": str(int(last * 1000)) if last is not None else "0",
            "cs_reply": {"remain": person.free_left, "total": 8},
            "promotion": {"remain": 0, "total": 0},
        }
    if isinstance(body, dict) and body.get("quota_owner") in ("OA", "App"):
        return [
            {
                "product_type": body.get("product_type", "cs"),
                "quota_type": body.get("quota_type", "sub_quota"),
                "auto_renew": True,
                "valid_through": "31/12/2026",
                "total": 2000,
                "remain": 2000,
            }
        ]
    raise Refused(-201, "quota_owner is invalid!")


def show(account: Account, person: Person, *, text: str, kind: str = "text", **more: Any) -> str:
    """Put a message of ours on a phone and return its id."""
    message_id = account.new_id()
    person.inbox.append({"id": message_id, "from": "us", "kind": kind, "text": text, "at": account.now(), **more})
    return message_id


def _read_message(account: Account, message: Any) -> dict[str, Any]:
    if not isinstance(message, dict) or not message:
        raise Refused(-201, "message is invalid!")
    unknown = set(message) - {"text", "attachment", "quote_message_id"}
    if unknown:
        raise Refused(-201, f"{min(unknown)} is invalid!")
    text = message.get("text")
    if text is not None and (not isinstance(text, str) or not text.strip()):
        raise Refused(-201, "text is invalid!")
    if text is not None and len(text) > LONGEST_TEXT:
        # The code is an assumption: Zalo's own could not be verified.
        raise Refused(-210, "text is too long")
    attachment = message.get("attachment")
    if attachment is None:
        if text is None:
            raise Refused(-201, "message is invalid!")
        return {"text": text}
    if not isinstance(attachment, dict) or not isinstance(attachment.get("payload"), dict):
        raise Refused(-201, "attachment is invalid!")
    payload = attachment["payload"]
    if attachment.get("type") == "file":
        _check_upload(account, payload.get("token"), "token")
        return {"text": text or "", "kind": "file"}
    if attachment.get("type") != "template":
        raise Refused(-233, "Message type is not supported")
    if "buttons" in payload:
        raise Refused(-233, "buttons is not supported")
    return _read_template(account, payload, text or "")


def _read_template(account: Account, payload: dict[str, Any], text: str) -> dict[str, Any]:
    elements = payload.get("elements")
    if not isinstance(elements, list) or not elements or not all(isinstance(each, dict) for each in elements):
        raise Refused(-201, "elements is invalid!")
    kind = payload.get("template_type")
    if kind == "media":
        element = elements[0]
        if ("url" in element) == ("attachment_id" in element):
            raise Refused(-201, "attachment_id is invalid!")
        if element.get("media_type") == "gif" and not ("width" in element and "height" in element):
            raise Refused(-201, "width is invalid!")
        if element.get("media_type") not in ("image", "gif", "sticker"):
            raise Refused(-201, "media_type is invalid!")
        if "attachment_id" in element and element["media_type"] != "sticker":
            _check_upload(account, element["attachment_id"], "attachment_id")
        return {"text": text, "kind": element["media_type"]}
    if kind == "request_user_info":
        if len(elements) > 1 or not elements[0].get("title") or not elements[0].get("subtitle"):
            raise Refused(-201, "elements is invalid!")
        return {"text": f"{elements[0]['title']}\n{elements[0]['subtitle']}", "kind": "request_user_info"}
    if kind == "list" and account.lists_allowed:
        return {"text": text, "kind": "list", "buttons": [_read_element(each) for each in elements]}
    raise Refused(-233, "Message type is not supported")


def _read_element(element: dict[str, Any]) -> dict[str, str]:
    for name in ("title", "subtitle"):
        if not isinstance(element.get(name), str) or not element[name].strip():
            raise Refused(-201, f"{name} is invalid!")
    buttons = element.get("buttons", [])
    if not isinstance(buttons, list) or len(buttons) > MOST_BUTTONS:
        raise Refused(-210, "buttons is too many")
    for button in buttons:
        if button.get("type") in ("oa.query.hide", "oa.query.show") and (
            not isinstance(button.get("payload"), str) or len(button["payload"]) > LONGEST_QUERY
        ):
            raise Refused(-201, "payload is invalid!")
    first = buttons[0] if buttons else {}
    return {
        "title": element["title"],
        "payload": str(first.get("payload", "")),
        "type": str(first.get("type", "")),
    }


def _check_upload(account: Account, upload: object, name: str) -> None:
    given = account.uploads.get(str(upload))
    if given is None:
        raise Refused(-201, f"{name} is invalid!")
    if account.now() - given > UPLOAD_LIVES_S:
        raise Refused(-100, "attachment is expired")


def _check_template(account: Account, body: dict[str, Any], *, by_uid: bool) -> str:
    template = account.templates.get(str(body["template_id"]))
    if template is None:
        raise Refused(-109, "Template id is invalid")
    if not template.is_approved:
        raise Refused(-131, "Template is not approved")
    if by_uid and not template.by_uid:
        raise Refused(-249, "Template cannot be sent by UID")
    data = body["template_data"]
    if not isinstance(data, dict):
        raise Refused(-112, "template_data is invalid")
    missing = [name for name in template.params if not data.get(name)]
    if missing:
        raise Refused(-1122, f"template_data lacks {missing[0]}")
    if set(data) - set(template.params):
        raise Refused(-1124, "template_data has unknown parameters")
    hour = datetime.fromtimestamp(account.now(), UTC).astimezone(HANOI).hour
    if not template.at_night and not 6 <= hour < 22:
        raise Refused(-133, "Template cannot be sent at night")
    if account.templates_left <= 0:
        raise Refused(-144, "Daily quota is used up")
    account.templates_left -= 1
    said = template.says or " · ".join(f"{name}: <{name}>" for name in template.params)
    return re.sub(r"<(\w+)>", lambda found: str(data.get(found[1], "")), said)


def _require_keys(found: Any, required: set[str], name: str, *, optional: set[str] | None = None) -> None:
    if not isinstance(found, dict):
        raise Refused(-201, f"{name} is invalid!")
    for key in sorted(required - set(found)) or sorted(set(found) - required - (optional or set())):
        raise Refused(-201, f"{key} is invalid!")
