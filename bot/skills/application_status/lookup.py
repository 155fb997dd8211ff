"""The lookup itself, which guessing does not pay for.

A wrong code, a wrong secret and a closed door do the same work and give the same result: nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.application import ApplicantSecrets, Application, secret_matches
from bot.domain.messages import ChatAddress
from bot.storage.applications import (
    BIRTH_DATE_COLUMN,
    ID_NUMBER_COLUMN,
    find_application,
    list_failures,
    record_failure,
)
from bot.storage.encryption import Cipher

TRIES = 5
"""Wrong tries within an hour, by one chat or on one code, that close the door."""
HOUR = timedelta(hours=1)
"""The door stays closed for an hour after the last of them."""


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
        self, tx: AsyncSession, *, code: str, said: str, asker: ChatAddress, now: datetime
    ) -> Application | None:
        """Return the application, None where code or secret is wrong or too many tries were wrong."""
        subjects = [
            self._cipher.index(f"{asker.channel}:{asker.chat}", purpose="lookup-chat"),
            self._cipher.index(code, purpose="lookup-code"),
        ]
        failures = await list_failures(tx, subjects, since=now - 2 * HOUR)
        # Every subject is judged whatever the others say: the work must not depend on which door is closed.
        closed = sum(is_closed(moments, now=now) for moments in failures.values()) > 0
        found = await find_application(tx, code, self._cipher)
        application, known = found if found is not None else (None, self._open_nobody())
        is_right = secret_matches(said, known) and application is not None
        if closed or not is_right:
            # A try behind the closed door does not count: whoever keeps knocking must not keep it shut.
            await record_failure(tx, () if closed else subjects, now=now)
            return None
        return application

    def _open_nobody(self) -> ApplicantSecrets:
        id_number = self._cipher.decrypt(self._nobody_id, column=ID_NUMBER_COLUMN, row=self._nobody)
        born = self._cipher.decrypt(self._nobody_born, column=BIRTH_DATE_COLUMN, row=self._nobody)
        return ApplicantSecrets(id_number=id_number, birth_date=date.fromisoformat(born))


def is_closed(failures: Sequence[datetime], *, now: datetime) -> bool:
    """Tell whether failures, oldest first, close the door: five within an hour, the last less than an hour ago."""
    return len(failures) >= TRIES and failures[-1] - failures[-TRIES] <= HOUR and now - failures[-1] < HOUR
