"""The pair of tokens: one process at a time renews it, and it is kept before it is used.

A refresh token works once. If two processes used it, or one lost the answer, an administrator of the OA would
have to consent again by hand. So whoever renews holds an advisory lock on a connection of its own, looks whether
another one has done it meanwhile, and commits the new pair before anybody sends with it.
"""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta

import psycopg
import structlog
from prometheus_client import Counter, Gauge
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.zalo.client import TokenRefused, ZaloClient
from bot.clock import Clock
from bot.domain.ports import ChannelUnauthorised, DeliveryDelayed
from bot.storage.database import Database
from bot.storage.encryption import CannotDecrypt, Cipher
from bot.storage.zalo_tokens import TokenPair, find_token_pair, record_token_pair

LOCK_KEY = 0x06_0A_0A
"""The advisory lock of whoever renews."""
RENEWED_BEFORE_END = timedelta(hours=5)
"""Zalo's tokens live 25 hours, so one is renewed at 20, with five hours for what may go wrong."""
_LONGEST_WAIT_S = 30.0
_REST_AFTER_REFUSAL = timedelta(minutes=1)

log = structlog.get_logger()
_renewals = Counter("troly06_zalo_token_renewals_total", "Renewals of the Zalo token pair", ["outcome"])
_ends_at = Gauge("troly06_zalo_token_ends_at_seconds", "When the Zalo access token ends, Unix time")


class TokenKeeper:
    """Gives the token to send with."""

    def __init__(
        self, *, database: Database, cipher: Cipher, client: ZaloClient, app_id: str, clock: Clock
    ) -> None:
        self._database = database
        self._cipher = cipher
        self._client = client
        self._app_id = app_id
        self._clock = clock
        self._held: TokenPair | None = None
        self._one_at_a_time = asyncio.Lock()
        self._refused_at: datetime | None = None

    async def get_pair(self) -> TokenPair:
        """Return the pair of now, renewed where its time is over.

        Raises:
            ChannelUnauthorised: there is none, or Zalo gives none.
            DeliveryDelayed: the database or Zalo is away.
        """
        held = self._held
        if held is None or held.expires_at <= self._clock():
            held = self._held = await self._load()
        return held if held.expires_at > self._clock() else await self.renew(held.version)

    async def renew(self, used_version: int) -> TokenPair:
        """Return a pair newer than the one that was refused; raises as `get_pair` does."""
        async with self._one_at_a_time:
            if self._held is not None and self._held.version > used_version:
                return self._held
            now = self._clock()
            if self._refused_at is not None and now - self._refused_at < _REST_AFTER_REFUSAL:
                raise ChannelUnauthorised
            try:
                async with asyncio.timeout(_LONGEST_WAIT_S):
                    self._held = await self._renew_guarded(used_version, now)
            except TokenRefused as refused:
                self._refused_at = now
                _renewals.labels("refused").inc()
                log.error("zalo.token_refused", said=str(refused), next_step="python -m bot zalo connect")
                raise ChannelUnauthorised from None
            except (psycopg.Error, SQLAlchemyError, OSError, TimeoutError) as error:
                _renewals.labels("failed").inc()
                log.error("zalo.token_not_renewed", error=type(error).__name__)
                raise DeliveryDelayed from None
            self._refused_at = None
            return self._held

    async def renew_if_old(self, now: datetime) -> bool:
        """Renew the pair where it ends soon, and tell whether it was; nothing where none was ever entered."""
        async with self._database.begin() as tx:
            held = await find_token_pair(tx, self._app_id, self._cipher)
        if held is None or held.expires_at - now > RENEWED_BEFORE_END:
            return False
        return (await self.renew(held.version)).version > held.version

    async def connect(self, code: str, *, verifier: str) -> TokenPair:
        """Exchange the code of an administrator's consent for the first pair, and keep it.

        Raises:
            TokenRefused: Zalo does not take the code.
            DeliveryDelayed: Zalo was not reached.
        """
        now = self._clock()
        pair = await self._client.exchange_code(code, verifier=verifier, now=now)
        return await self._keep_as_newest(pair)

    async def _keep_as_newest(self, pair: TokenPair) -> TokenPair:
        async with self._database.begin() as tx:
            known = await find_token_pair(tx, self._app_id, self._cipher)
            newest = TokenPair(
                access=pair.access,
                refresh=pair.refresh,
                version=known.version + 1 if known is not None else 1,
                issued_at=pair.issued_at,
                expires_at=pair.expires_at,
            )
            await record_token_pair(tx, self._app_id, newest, self._cipher)
        self._held = newest
        _ends_at.set(newest.expires_at.timestamp())
        return newest

    async def _renew_guarded(self, used_version: int, now: datetime) -> TokenPair:
        # The lock goes with this connection, so with the process if it dies; no transaction is open.
        async with await self._database.listen() as connection:
            await connection.execute("SELECT pg_advisory_lock(%s)", (LOCK_KEY,))
            held = await self._load()
            if held.version > used_version:
                return held
            pair = await self._client.renew(held.refresh, version=held.version + 1, now=now)
            async with self._database.begin() as tx:
                await record_token_pair(tx, self._app_id, pair, self._cipher)
        _renewals.labels("renewed").inc()
        _ends_at.set(pair.expires_at.timestamp())
        log.info("zalo.token_renewed", version=pair.version)
        return pair

    async def _load(self) -> TokenPair:
        try:
            async with self._database.begin() as tx:
                held = await find_token_pair(tx, self._app_id, self._cipher)
        except CannotDecrypt:
            log.error("zalo.token_unreadable", next_step="python -m bot zalo connect")
            raise ChannelUnauthorised from None
        except (SQLAlchemyError, OSError) as error:
            raise DeliveryDelayed from error
        if held is None:
            log.error("zalo.never_connected", next_step="python -m bot zalo connect")
            raise ChannelUnauthorised
        _ends_at.set(held.expires_at.timestamp())
        return held
