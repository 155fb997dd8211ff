"""Logging in, staying logged in, and making guessing slow without locking anyone out."""

from __future__ import annotations

import asyncio
import hashlib
import secrets
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from bot.audit.log import AuditLog
from bot.clock import Clock
from bot.console.accounts import tidy_email
from bot.console.passwords import Passwords
from bot.console.second_step import SecondSteps
from bot.domain.staff import StaffMember
from bot.storage.database import Database
from bot.storage.encryption import Cipher
from bot.storage.staff import (
    delete_ended_sessions,
    delete_session,
    delete_sessions,
    find_account,
    find_session,
    forget_login_attempts,
    record_login_attempt,
    record_session,
    record_session_passed,
    record_session_seen,
)

IDLE = timedelta(minutes=30)
ABSOLUTE = timedelta(hours=12)
ATTEMPTS_COUNT_FOR = timedelta(minutes=15)
WAITING_AT_ONCE = 5
"""Attempts from one network address that may wait at the same time."""
_SEEN_EVERY = timedelta(minutes=1)
_LONGEST_PASSWORD = 200
_TOKEN_BYTES = 32
_LONGEST_BROWSER = 300
_LONGEST_CODE = 40
CODES_AT_MOST = 10
"""Wrong codes in the last minutes after which a login ends: the password must be known again."""

log = structlog.get_logger()


class LoginRefused(Exception):
    """The e-mail or the password is wrong; which of them is not said."""


class TooManyWaiting(Exception):
    """Too many attempts from one network address are waiting for their turn."""


class CodeRefused(Exception):
    """The code of the second step is wrong or was used already. `ended`: the login ended over it."""

    def __init__(self, *, ended: bool) -> None:
        super().__init__("wrong code")
        self.ended = ended


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedIn:
    """Who is logged in. `passed`: nothing more is asked; else only the second step is open."""

    session_id: UUID
    member: StaffMember
    csrf_token: str = field(repr=False)
    passed: bool


class Logins:
    """Opens, finds and ends the logins of staff."""

    def __init__(
        self,
        database: Database,
        cipher: Cipher,
        *,
        clock: Clock,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._database = database
        self._clock = clock
        self._sleep = sleep
        self._audit = AuditLog(cipher)
        self._steps = SecondSteps(cipher)
        self._passwords = Passwords()
        self._waiting: Counter[str] = Counter()

    async def log_in(self, email: str, password: str, *, address: str, browser: str, old_token: str | None) -> str:
        """Check a password and return the token of a new login; the login of `old_token` ends.

        Where a second step is needed the login is open for that alone. `address`: where the request came from.
        `browser`: what it calls itself.
        Raises:
            LoginRefused: wrong e-mail or password.
            TooManyWaiting: try again in a moment.
        """
        if self._waiting[address] >= WAITING_AT_ONCE:
            raise TooManyWaiting
        self._waiting[address] += 1
        try:
            return await self._log_in(tidy_email(email), password, address, browser, old_token)
        finally:
            self._waiting[address] -= 1
            if not self._waiting[address]:
                del self._waiting[address]

    async def _log_in(self, email: str, password: str, address: str, browser: str, old_token: str | None) -> str:
        began = self._clock()
        both, account_only, address_only = _subjects(email, address)
        # Written before the password is checked, so that attempts made at the same time count each other.
        async with self._database.begin() as tx:
            earlier = await record_login_attempt(
                tx, [both, account_only, address_only], now=began, remembered_for=ATTEMPTS_COUNT_FOR
            )
        await self._sleep(choose_wait_s(*earlier))
        async with self._database.begin() as tx:
            account = await find_account(tx, email)
        right = len(password) <= _LONGEST_PASSWORD and await self._passwords.matches(
            password, account.password_hash if account is not None else None
        )
        if account is None or not right:
            log.warning("staff.login_refused", attempts=earlier[0] + 1)
            raise LoginRefused
        member = account.member
        passed = not (member.has_second_step or member.role.needs_second_step)
        token, now = secrets.token_urlsafe(_TOKEN_BYTES), self._clock()
        async with self._database.begin() as tx:
            await forget_login_attempts(tx, [both, account_only])
            await forget_login_attempts(tx, [address_only], made_at=began)
            await delete_ended_sessions(tx, seen_before=now - IDLE, created_before=now - ABSOLUTE)
            if old_token:
                await delete_session(tx, _hash(old_token))
            await record_session(
                tx,
                token_sha256=_hash(token),
                staff_id=member.id,
                csrf_token=secrets.token_urlsafe(_TOKEN_BYTES),
                browser=browser[:_LONGEST_BROWSER],
                passed_at=now if passed else None,
                now=now,
            )
            if passed:
                await self._record(tx, member, "login", now=now)
        return token

    async def pass_second_step(self, logged_in: LoggedIn, code: str) -> None:
        """Open a login whose password was right, by a code of the app or a recovery code.

        Raises:
            CodeRefused: wrong, or used already.
        """
        await self.take_code(logged_in, code)
        async with self._database.begin() as tx:
            now = self._clock()
            await record_session_passed(tx, logged_in.session_id, now=now)
            await self._record(tx, logged_in.member, "login", now=now)

    async def take_code(self, logged_in: LoggedIn, code: str) -> None:
        """Check a code of who is logged in and take it; each wrong one makes the next wait.

        Raises:
            CodeRefused: wrong, or used already.
        """
        subject = [_hash(f"code\n{logged_in.member.id}")]
        began = self._clock()
        async with self._database.begin() as tx:
            [earlier] = await record_login_attempt(tx, subject, now=began, remembered_for=ATTEMPTS_COUNT_FOR)
        await self._sleep(_growing(earlier, free=3, longest_s=30))
        async with self._database.begin() as tx:
            right = len(code) <= _LONGEST_CODE and await self._steps.check(
                tx, logged_in.member, code, now=self._clock()
            )
            if right:
                await forget_login_attempts(tx, subject)
                return
            ended = earlier + 1 >= CODES_AT_MOST
            if ended:
                await delete_sessions(tx, logged_in.member.id, only=logged_in.session_id)
            await self._record(tx, logged_in.member, "login.code-refused", now=self._clock())
        raise CodeRefused(ended=ended)

    async def _record(self, tx: AsyncSession, member: StaffMember, action: str, *, now: datetime) -> None:
        await self._audit.record(tx, actor=member.email, action=action, subject=f"staff:{member.email}", now=now)

    async def find(self, token: str, *, now: datetime) -> LoggedIn | None:
        """Return who is logged in with a token, None where the login has ended."""
        async with self._database.begin() as tx:
            session = await find_session(tx, _hash(token))
            if session is None or now - session.last_seen_at > IDLE or now - session.created_at > ABSOLUTE:
                return None
            if now - session.last_seen_at > _SEEN_EVERY:
                await record_session_seen(tx, _hash(token), now=now)
        return LoggedIn(
            session_id=session.id,
            member=session.member,
            csrf_token=session.csrf_token,
            passed=session.passed_at is not None,
        )

    async def log_out(self, token: str) -> None:
        """End a login."""
        async with self._database.begin() as tx:
            await delete_session(tx, _hash(token))


def choose_wait_s(with_both: int, with_account: int, with_address: int) -> float:
    """Return how long an attempt waits, by how many of the last minutes' failed with the same of each.

    One account guessed from one place waits up to half a minute. The account alone adds no more than 5 seconds:
    its owner, who sits elsewhere, can always get in while somebody else is guessing.
    """
    return max(
        _growing(with_both, free=3, longest_s=30),
        _growing(with_account, free=10, longest_s=5),
        _growing(with_address, free=20, longest_s=30),
    )


def _growing(count: int, *, free: int, longest_s: float) -> float:
    return 0.0 if count < free else min(2.0 ** min(count - free, 10), longest_s)


def _subjects(email: str, address: str) -> Sequence[bytes]:
    return [_hash(f"{email}\n{address}"), _hash(f"account\n{email}"), _hash(f"address\n{address}")]


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
