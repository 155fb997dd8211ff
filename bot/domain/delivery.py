"""Messages that we start (lượt gửi): where each stands, and why one was not sent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from bot.domain.messages import Channel, ChatAddress
from bot.domain.notice_code import make_notice_code


class DeliveryState(StrEnum):
    """Where a message that we start stands."""

    HELD = "held"
    """Written down, but it is not its turn: part of a broadcast that is let out little by little."""
    WAITING = "waiting"
    """Nobody has it: it waits for its job, or for `not_before`."""
    CLAIMED = "claimed"
    """A worker has it until `claimed_until`; it may or may not have been sent."""
    SENT = "sent"
    """The messenger took it."""
    FAILED = "failed"
    """It will never arrive; `reason` says why."""
    EXPIRED = "expired"
    """It waited for so long that it would confuse; never sent."""
    CANCELLED = "cancelled"
    """It must not be sent any more; `reason` says why."""


class NotSentReason(StrEnum):
    """Why a message was not sent."""

    BLOCKED = "blocked"
    NO_SUCH_CHAT = "no-such-chat"
    MESSAGE_INVALID = "message-invalid"
    OUTSIDE_WINDOW = "outside-window"
    """Silent for so long that only a template would arrive, and none is set."""
    DECLINED = "declined"
    """The citizen told the messenger that they do not want this kind of message."""
    TOO_LATE = "too-late"
    """Its time to be useful was over."""
    CONSENT_WITHDRAWN = "consent-withdrawn"
    CONTACT_STOPPED = "contact-stopped"
    """The messenger had told us before that this person cannot be reached."""
    MESSAGE_GONE = "message-gone"
    """What it would say is no longer there, for example a subscription that ended."""
    STOPPED = "stopped"
    """The broadcast it belongs to was stopped."""
    RETRY_LIMIT = "retry-limit"
    """Something unexpected went wrong too often."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDelivery:
    """A message to send. `message`: by reference, for example {"reminder": id}. `code`: see make_notice_code."""

    idempotency_key: str
    contact_id: UUID
    channel: Channel
    purpose: str
    message: dict[str, Any]
    expires_at: datetime
    code: str = field(default_factory=make_notice_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedDelivery:
    """A message that a worker holds; `worker` and `attempt` are the fence."""

    id: int
    idempotency_key: str
    contact_id: UUID
    channel: Channel
    purpose: str
    message: dict[str, Any]
    expires_at: datetime
    worker: str
    attempt: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Who a claimed message is for, as it is now."""

    address: ChatAddress = field(repr=False)
    is_stopped: bool
    has_consent: bool
    broadcast_state: str | None = None
    """Where the broadcast stands that the message belongs to, None where it belongs to none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LostDelivery:
    """A message that nobody will send unless it gets a new job."""

    id: int
    channel: Channel
    purpose: str
