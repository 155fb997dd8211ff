"""Events to the webhook of the Official Account: signed over the raw bytes, sent again until they are answered."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import httpx

from bot.standins.zalo.account import FREE_REPLIES, Account, Person

ANSWER_WITHIN_S = 2.0
LADDER_S = (30, 300, 900, 1800, 3600)
"""After so long an event that was not answered is sent again, with the header num_retry."""


class EventSender:
    """Sends events. `url`: the webhook, empty where none is set; `hurry`: how much faster the ladder runs."""

    def __init__(self, account: Account, url: str, *, hurry: float = 1.0) -> None:
        self._account = account
        self.url = url
        self.hurry = hurry
        self.log: list[dict[str, Any]] = []
        """Every try: {"event", "status", "num_retry"}."""
        self._http = httpx.AsyncClient(timeout=ANSWER_WITHIN_S, trust_env=False)
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def is_sending(self) -> bool:
        """Tell whether an event is on its way."""
        return bool(self._tasks)

    async def close(self) -> None:
        """Give up what is on its way."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._http.aclose()

    def interact(self, person: Person) -> None:
        """Let the person have written or pressed now: that opens the window."""
        person.last_interaction_s = self._account.now()
        person.free_left = FREE_REPLIES

    def write(self, person: Person, kind: str = "text", **content: Any) -> dict[str, Any]:
        """Let a person send something, and return the event."""
        self.interact(person)
        event = self._event(f"user_send_{kind}", person, message={**content, "msg_id": self._account.new_id()})
        self.send(event)
        return event

    def follow(self, person: Person, *, follows: bool) -> dict[str, Any]:
        """Let a person follow or leave, and return the event."""
        person.follows = follows
        if follows:
            self.interact(person)
        else:
            person.last_interaction_s = None
        event = {
            "oa_id": self._account.oa_id,
            "follower": {"id": person.user_id},
            "user_id_by_app": f"9{person.user_id[1:]}",
            "event_name": "follow" if follows else "unfollow",
            "source": "testing",
            "app_id": self._account.app_id,
            "timestamp": self._timestamp(),
        }
        self.send(event)
        return event

    def submit_info(self, person: Person, *, old_form: bool = False) -> dict[str, Any]:
        """Let a person fill in Zalo's form about themselves."""
        info: dict[str, Any] = (
            {
                "address": "",
                "phone": int(person.phone),
                "city": "",
                "district": "",
                "ward": "",
                "name": person.name,
            }
            if old_form
            else {"name": person.name, "phone": person.phone, "user_dob": "", "gender": "", "full_address": {}}
        )
        event = self._event("user_submit_info", person, info=info)
        self.send(event)
        return event

    def ask_about_data(self, person: Person, name: str) -> dict[str, Any]:
        """Let a person use a right over their data on Zalo's own page; its literal name is not verified."""
        event = self._event(name, person)
        self.send(event)
        return event

    def echo(self, body: Any, data: Mapping[str, Any]) -> None:
        """Send the echo of a message of ours: sender and recipient are swapped."""
        self.send(
            {
                "app_id": self._account.app_id,
                "sender": {"id": self._account.oa_id, "admin_id": "1"},
                "user_id_by_app": f"9{data['user_id'][1:]}",
                "recipient": {"id": data["user_id"]},
                "event_name": "oa_send_text",
                "message": {**body["message"], "msg_id": data["message_id"]},
                "timestamp": self._timestamp(),
            }
        )

    def note_received(self, user_id: str, message_id: str) -> None:
        """Send that a template reached a phone."""
        person = self._account.people[user_id]
        self.send(
            self._event(
                "user_received_message",
                person,
                message={"msg_id": message_id, "delivery_time": self._timestamp()},
            )
        )

    def send(self, event: Mapping[str, Any]) -> None:
        """Send an event in the background, again until it is answered."""
        if self.url:
            task = asyncio.create_task(self._send_until_answered(event))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def send_once(
        self, event: Mapping[str, Any], *, retry: int = 0, signature: str | None = None, secret: str | None = None
    ) -> int:
        """Send an event once and return the HTTP status, 0 where nobody answered in time."""
        body = json.dumps(event, ensure_ascii=False, separators=(",", ":")).encode()
        headers = {
            "Content-Type": "application/json",
            "X-ZEvent-Signature": signature or self.sign(body, str(event.get("timestamp", "")), secret=secret),
        }
        if retry:
            headers["num_retry"] = str(retry)
        try:
            status = (await self._http.post(self.url, content=body, headers=headers)).status_code
        except httpx.HTTPError:
            status = 0
        self.log.append({"event": event.get("event_name"), "status": status, "num_retry": retry})
        return status

    def sign(self, body: bytes, timestamp: str, *, secret: str | None = None) -> str:
        """Return the header: SHA-256 of app id, raw body, timestamp and the OA's secret, joined."""
        secret = self._account.oa_secret if secret is None else secret
        digest = sha256(self._account.app_id.encode() + body + timestamp.encode() + secret.encode()).hexdigest()
        return f"mac={digest}"

    async def _send_until_answered(self, event: Mapping[str, Any]) -> None:
        if await self.send_once(event) == 200:
            return
        for number, pause in enumerate(LADDER_S, start=1):
            await asyncio.sleep(pause / self.hurry)
            if await self.send_once(event, retry=number) == 200:
                return

    def _event(self, name: str, person: Person, **content: Any) -> dict[str, Any]:
        return {
            "app_id": self._account.app_id,
            "sender": {"id": person.user_id},
            "user_id_by_app": f"9{person.user_id[1:]}",
            "recipient": {"id": self._account.oa_id},
            "event_name": name,
            **content,
            "timestamp": self._timestamp(),
        }

    def _timestamp(self) -> str:
        return str(int(self._account.now() * 1000))
