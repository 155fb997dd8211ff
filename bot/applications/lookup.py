"""The lookup itself, which guessing does not pay for.

A wrong code, a wrong secret and a closed door do the same work and give the same result: nothing. What little the
time of the work still differs by (a row that is there is larger than none) ends before the beat on which every
lookup answers.
"""

from __future__ import annotations

import asyncio
import math
import secrets
import time
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from prometheus_client import Counter, Gauge
from sqlalchemy.ext.asyncio import AsyncSession

from bot.applications.guessing import DAY, USUAL_OVER_HOURS, FailureRecord, is_attack, is_closed
from bot.domain.application import ApplicantSecrets, Application, Secret, secret_matches
from bot.domain.application_code import make_code_key
from bot.domain.messages import ChatAddress
from bot.storage.application_sync import BIRTH_DATE_COLUMN, ID_NUMBER_COLUMN
from bot.storage.applications import list_by_code, lock_code
from bot.storage.encryption import Cipher
from bot.storage.lookup_failures import count_failures, list_failures, record_failure

_lookups = Counter("troly06_lookups_total", "Applications looked up", ["outcome"])
_attack = Gauge("troly06_lookup_attack", "1 while far more lookups fail than usual: somebody is guessing")

BEAT_S = 0.05
"""A lookup answers only at whole multiples of this after its start: several times what its work takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a lookup found. `is_closed` is never told; it only decides what a follow may wait for."""

    application: Application | None
    is_closed: bool


class ApplicationLookup:
    """Looks applications up for whoever knows both the code and the secret."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher
        # An unknown code is compared with these, so that it costs the same as a known one.
        nobody = secrets.token_hex(8)
        self._nobody = nobody
        self._nobody_id = cipher.encrypt(secrets.token_hex(6), column=ID_NUMBER_COLUMN, row=nobody)
        self._nobody_born = cipher.encrypt("1000-01-01", column=BIRTH_DATE_COLUMN, row=nobody)

    async def find(
        self,
        tx: AsyncSession,
        *,
        code: str,
        said: str,
        asker: ChatAddress,
        now: datetime,
        secret: Secret | None = None,
    ) -> Found:
        """Return the application, or none where code or secret is wrong or too many tries were wrong.

        `secret`: only this one counts, where the other one was said before.
        """
        started = time.perf_counter()
        found = await self._find(tx, code=code, said=said, asker=asker, now=now, secret=secret)
        await _wait_for_the_beat(started)
        return found

    async def _find(
        self, tx: AsyncSession, *, code: str, said: str, asker: ChatAddress, now: datetime, secret: Secret | None
    ) -> Found:
        code_key = make_code_key(code)
        chat = self._cipher.index(f"{asker.channel}:{asker.chat}", purpose="lookup-chat")
        subjects = [chat, self._cipher.index(code_key, purpose="lookup-code")]
        # Of many who try one code at the same moment, each sees what those before have failed.
        await lock_code(tx, code_key)
        failures = await list_failures(tx, subjects, since=now - DAY)
        this_hour, usual = await count_failures(tx, now=now, usual_over_hours=USUAL_OVER_HOURS)
        record = FailureRecord(
            chat=failures[subjects[0]], code=failures[subjects[1]], this_hour=this_hour, usual_per_hour=usual
        )
        _attack.set(is_attack(this_hour, usual))
        closed = is_closed(record, now=now)
        application = None
        for candidate, known in await self._list_candidates(tx, code_key):
            if secret_matches(said, known, only=secret) and candidate is not None:
                application = candidate
        if closed or application is None:
            # A try behind the closed door does not count: whoever keeps knocking must not keep it shut. It is
            # written all the same, under nobody's name, because the same work must be done.
            nobody = [self._cipher.index(self._nobody, purpose="lookup-nobody")] * len(subjects)
            await record_failure(tx, nobody if closed else subjects, now=now)
            _lookups.labels("closed" if closed else "wrong").inc()
            return Found(application=None, is_closed=closed)
        _lookups.labels("found").inc()
        return Found(application=application, is_closed=False)

    async def _list_candidates(
        self, tx: AsyncSession, code_key: str
    ) -> list[tuple[Application | None, ApplicantSecrets]]:
        known = await list_by_code(tx, code_key, self._cipher)
        return [*known] if known else [(None, self._open_nobody())]

    def _open_nobody(self) -> ApplicantSecrets:
        id_number = self._cipher.decrypt(self._nobody_id, column=ID_NUMBER_COLUMN, row=self._nobody)
        born = self._cipher.decrypt(self._nobody_born, column=BIRTH_DATE_COLUMN, row=self._nobody)
        return ApplicantSecrets(id_number=id_number, birth_date=date.fromisoformat(born))


async def _wait_for_the_beat(started: float) -> None:
    beat = started + BEAT_S * math.ceil((time.perf_counter() - started) / BEAT_S)
    await asyncio.sleep(beat - time.perf_counter() - _TIMER_S)
    # A timer of the event loop is rounded to a millisecond, which would still tell how long the work took; a
    # thread's sleep is exact.
    await asyncio.to_thread(time.sleep, max(0, beat - time.perf_counter()))


_TIMER_S = 0.002
FAILURES_KEPT = DAY
TOTALS_KEPT = timedelta(hours=USUAL_OVER_HOURS + 1)
