"""The second step of a login: a code of an authenticator app (TOTP, RFC 6238), or a recovery code once."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from datetime import datetime
from uuid import UUID

import pyotp
import segno
from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.staff import StaffMember
from bot.storage.encryption import Cipher
from bot.storage.staff import (
    StaffSecondStep,
    claim_second_step,
    record_recovery_codes,
    record_totp_confirmed,
    record_totp_secret,
    record_totp_step,
    use_recovery_code,
)

ISSUER = "Trợ lý 06"
STEP_S = 30
RECOVERY_CODES = 10
_SECRET_COLUMN = "staff.totp_secret"  # noqa: S105 -- the name of a column
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without what looks alike on paper."""
_HALF = 5


class SecondSteps:
    """Sets up and checks the second step of members of staff."""

    def __init__(self, cipher: Cipher) -> None:
        self._cipher = cipher

    async def begin(self, tx: AsyncSession, member: StaffMember) -> str:
        """Return the secret to be put into an app; the same until a code of it was right."""
        known = await claim_second_step(tx, member.id)
        if known.secret_encrypted is not None and not known.is_confirmed:
            return self._read(known, member.id)
        secret = pyotp.random_base32()
        encrypted = self._cipher.encrypt(secret, column=_SECRET_COLUMN, row=member.id)
        await record_totp_secret(tx, member.id, encrypted)
        return secret

    async def confirm(
        self, tx: AsyncSession, member: StaffMember, code: str, *, now: datetime
    ) -> list[str] | None:
        """Turn the second step on where a first code is right, and return the recovery codes; else None."""
        known = await claim_second_step(tx, member.id)
        if known.secret_encrypted is None or known.is_confirmed:
            return None
        step = _find_step(self._read(known, member.id), code, now=now)
        if step is None:
            return None
        await record_totp_confirmed(tx, member.id, step=step, now=now)
        return await self.renew_recovery_codes(tx, member)

    async def renew_recovery_codes(self, tx: AsyncSession, member: StaffMember) -> list[str]:
        """Make new recovery codes, to be shown once; the old ones are worth nothing any more."""
        codes = [_make_recovery_code() for _ in range(RECOVERY_CODES)]
        await record_recovery_codes(tx, member.id, [_hash(code) for code in codes])
        return codes

    async def check(self, tx: AsyncSession, member: StaffMember, code: str, *, now: datetime) -> bool:
        """Tell whether a code is right, and take it: it is worth nothing a second time."""
        known = await claim_second_step(tx, member.id)
        if known.secret_encrypted is None or not known.is_confirmed:
            return False
        step = _find_step(self._read(known, member.id), code, now=now)
        if step is not None and (known.last_step is None or step > known.last_step):
            await record_totp_step(tx, member.id, step)
            return True
        return await use_recovery_code(tx, member.id, _hash(code), now=now)

    def _read(self, known: StaffSecondStep, staff_id: UUID) -> str:
        assert known.secret_encrypted is not None
        return self._cipher.decrypt(known.secret_encrypted, column=_SECRET_COLUMN, row=staff_id)


def draw_secret(secret: str, member: StaffMember) -> str:
    """Return the QR code that an authenticator app reads, as a data: address of a picture."""
    address = pyotp.TOTP(secret).provisioning_uri(name=member.email, issuer_name=ISSUER)
    return segno.make(address, error="m", micro=False).svg_data_uri(scale=5, border=3, light="#ffffff")


def _find_step(secret: str, code: str, *, now: datetime) -> int | None:
    """Return the half minute a code belongs to, of the last, this and the next; None where it is wrong."""
    typed = "".join(code.split())
    here = int(now.timestamp()) // STEP_S
    totp = pyotp.TOTP(secret)
    for step in (here - 1, here, here + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            return step
    return None


def _make_recovery_code() -> str:
    letters = [secrets.choice(_ALPHABET) for _ in range(2 * _HALF)]
    return f"{''.join(letters[:_HALF])}-{''.join(letters[_HALF:])}"


def _hash(code: str) -> bytes:
    """Recovery codes are 10 of 31 letters, near 50 bits, and guessing them waits like guessing a password."""
    return hashlib.sha256("".join(code.casefold().split()).replace("-", "").encode()).digest()
