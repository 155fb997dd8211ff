"""What the 64 bytes of a button carry: short ids, and tickets that only one chat can use."""

from __future__ import annotations

import base64
import binascii
import hmac
from datetime import date, timedelta
from uuid import UUID

from bot.domain.messages import ChatAddress
from bot.storage.encryption import Cipher

VALID_FOR = timedelta(days=1)
_SEAL_BYTES = 8


def shorten(each: UUID) -> str:
    """Return an id in 22 characters."""
    return base64.urlsafe_b64encode(each.bytes).decode().rstrip("=")


def lengthen(text: str) -> UUID | None:
    """Return the id that was shortened, None where the text is none."""
    try:
        return UUID(bytes=base64.urlsafe_b64decode(f"{text}=="))
    except (ValueError, binascii.Error):
        return None


def make_ticket(application_id: UUID, *, address: ChatAddress, today: date, cipher: Cipher) -> str:
    """Return what proves, in this chat and until tomorrow, that the application's secret was said here."""
    return f"{shorten(application_id)}.{_seal(application_id, address, today, cipher)}"


def read_ticket(text: str, *, address: ChatAddress, today: date, cipher: Cipher) -> UUID | None:
    """Return the application of a ticket, None where it is another chat's, too old, or none."""
    name, _, seal = text.partition(".")
    application_id = lengthen(name)
    if application_id is None:
        return None
    days = (today, today - VALID_FOR)
    fits = [hmac.compare_digest(seal, _seal(application_id, address, day, cipher)) for day in days]
    return application_id if any(fits) else None


def _seal(application_id: UUID, address: ChatAddress, day: date, cipher: Cipher) -> str:
    said = f"{application_id}|{address.channel}|{address.chat}|{day}"
    sealed = cipher.index(said, purpose="application-ticket")[:_SEAL_BYTES]
    return base64.urlsafe_b64encode(sealed).decode().rstrip("=")
