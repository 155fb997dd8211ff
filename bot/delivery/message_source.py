"""The port through which a delivery gets its words: the row holds a reference, never a copy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from sqlalchemy.ext.asyncio import AsyncSession

from bot.domain.answers import Answer


class MessageSource(Protocol):
    """Knows what one kind of reference says, for example {"reminder": id}."""

    async def find_answer(self, tx: AsyncSession, message: Mapping[str, Any]) -> Answer | None:
        """Return what to send, None where it must not be said any more."""
        ...


@runtime_checkable
class FindsMany(Protocol):
    """A `MessageSource` that answers for many messages with few queries."""

    async def find_answers(
        self, tx: AsyncSession, messages: Sequence[Mapping[str, Any]]
    ) -> Sequence[Answer | None]:
        """Return for each message what to send, None where it must not be said any more."""
        ...
