"""What the stand-in knows: an app with its Official Account, tokens, people, templates, a clock to be moved."""

from __future__ import annotations

import itertools
import secrets
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any

ACCESS_LIVES_S = 90_000
"""25 hours."""
CODE_LIVES_S = 600
REQUESTS_PER_MINUTE = 4_000
FREE_REPLIES = 8
"""What `cs_reply.total` shows. Replies within 48 hours are said to be unlimited since 2026, and still counted."""
TEMPLATES_A_DAY = 500


@dataclass(slots=True)
class Person:
    """A person with Zalo on their phone."""

    user_id: str
    name: str
    phone: str
    follows: bool = False
    is_restricted: bool = False
    last_interaction_s: float | None = None
    free_left: int = FREE_REPLIES
    inbox: list[dict[str, Any]] = field(default_factory=list)
    """What is on the phone, oldest first: {"id", "from": "us"|"them", "text", ...}."""


@dataclass(slots=True)
class Template:
    """A ZBS template. `by_uid`: it may go to an account, not only to a phone number."""

    id: str
    params: tuple[str, ...]
    says: str = ""
    is_approved: bool = True
    by_uid: bool = True
    at_night: bool = True


@dataclass(slots=True)
class Fault:
    """What the next calls answer instead. `code`: Zalo's error; `status`: of HTTP; `delay_s`: only later."""

    path: str
    code: int = 0
    status: int = 200
    times: int = 1
    delay_s: float = 0.0
    breaks: bool = False
    description: str = "injected"


class Account:
    """All of it."""

    def __init__(
        self,
        *,
        app_id: str,
        app_secret: str,
        oa_secret: str,
        lists_allowed: bool = True,
        requests_per_minute: int = REQUESTS_PER_MINUTE,
    ) -> None:
        self.app_id = app_id
        self.app_secret = app_secret
        self.oa_secret = oa_secret
        self.oa_id = "388613280878808645"
        self.lists_allowed = lists_allowed
        self.requests_per_minute = requests_per_minute
        self.people: dict[str, Person] = {}
        self.templates: dict[str, Template] = {}
        self.templates_left = TEMPLATES_A_DAY
        self.faults: list[Fault] = []
        self.calls: list[dict[str, Any]] = []
        self.uploads: dict[str, float] = {}
        self.clock_offset_s = 0.0
        self._codes: dict[str, tuple[str, float]] = {}
        self._access: dict[str, float] = {}
        self._refresh: set[str] = set()
        self._requests: deque[float] = deque()
        self._numbers = itertools.count(1)

    def now(self) -> float:
        """Return the stand-in's time, Unix seconds."""
        return time.time() + self.clock_offset_s

    def new_id(self) -> str:
        """Return an id such as Zalo's: a string of hexadecimal digits."""
        return f"{next(self._numbers):06x}{secrets.token_hex(7)}"

    def consent(self, challenge: str) -> str:
        """Return the code that an administrator's consent gives; it lives ten minutes and works once."""
        code = secrets.token_urlsafe(24)
        self._codes[code] = (challenge, self.now() + CODE_LIVES_S)
        return code

    def take_code(self, code: str) -> str | None:
        """Use a code up and return the challenge it was asked with, None where it is not or no longer known."""
        challenge, ends = self._codes.pop(code, ("", 0.0))
        return challenge if ends > self.now() else None

    def take_refresh(self, token: str) -> bool:
        """Use a refresh token up; False where it was used before, or never given."""
        if token not in self._refresh:
            return False
        self._refresh.discard(token)
        return True

    def give_tokens(self) -> dict[str, str]:
        """Return a new pair as Zalo does: the lifetime is a string."""
        access, refresh = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
        self._access[access] = self.now() + ACCESS_LIVES_S
        self._refresh.add(refresh)
        return {"access_token": access, "refresh_token": refresh, "expires_in": str(ACCESS_LIVES_S)}

    def check_access(self, token: str | None) -> tuple[int, str] | None:
        """Return the error of a call with this token, None where it is good."""
        ends = self._access.get(token or "")
        if ends is None:
            return -216, "Access token is invalid"
        return (-220, "Access token is expired") if ends <= self.now() else None

    def count_request(self) -> int:
        """Count a call and return how many more this minute allows; below 0 it is refused."""
        now = time.monotonic()
        while self._requests and self._requests[0] <= now - 60:
            self._requests.popleft()
        if len(self._requests) >= self.requests_per_minute:
            return -1
        self._requests.append(now)
        return self.requests_per_minute - len(self._requests)

    def find_by_phone(self, phone: str) -> Person | None:
        """Return who has a phone number."""
        return next((person for person in self.people.values() if person.phone == phone), None)

    def take_fault(self, path: str) -> Fault | None:
        """Return what a call to a path answers instead of the truth, None where nothing is planned."""
        for fault in self.faults:
            if fault.times > 0 and fault.path in path:
                fault.times -= 1
                return fault
        return None
