"""How often one citizen is answered: who writes far too fast is told so once, and answered a minute later."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

PER_MINUTE = 15
_WINDOW = timedelta(minutes=1)
_REMEMBERED = 50_000
TOO_FAST = (
    "Bạn gửi nhanh quá, mình chưa trả lời kịp. Bạn chờ một phút rồi hỏi lại nhé.\n\n"
    "Nếu đang nguy hiểm, hãy gọi ngay 113 (công an), 114 (cháy) hoặc 115 (cấp cứu)."
)


class Verdict(StrEnum):
    """What becomes of a message."""

    ANSWER = "answer"
    TELL = "tell"
    """It is one too many: the citizen is told."""
    IGNORE = "ignore"
    """The citizen has been told already."""


@dataclass(slots=True)
class _Chat:
    answered: deque[datetime] = field(default_factory=deque)
    told_at: datetime | None = None


class Flood:
    """Counts the messages of the last minute in memory; the least recent writers are forgotten first."""

    def __init__(self, *, per_minute: int = PER_MINUTE) -> None:
        self._per_minute = per_minute
        self._chats: OrderedDict[str, _Chat] = OrderedDict()

    def judge(self, chat: str, now: datetime) -> Verdict:
        """Count one message of a chat, and return what becomes of it."""
        known = self._chats.setdefault(chat, _Chat())
        self._chats.move_to_end(chat)
        while len(self._chats) > _REMEMBERED:
            self._chats.popitem(last=False)
        while known.answered and known.answered[0] <= now - _WINDOW:
            known.answered.popleft()
        if len(known.answered) < self._per_minute:
            known.answered.append(now)
            return Verdict.ANSWER
        if known.told_at is not None and now - known.told_at < _WINDOW:
            return Verdict.IGNORE
        known.told_at = now
        return Verdict.TELL
