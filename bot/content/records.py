"""Records of content of every kind, read from and written to where they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.schema import AnswerUnit, LegalDocument, Parameter, PhrasingSet, ReminderTexts
from bot.domain.content import ContentKind
from bot.storage.content_records import list_bodies

ContentRecord = AnswerUnit | Parameter | LegalDocument | PhrasingSet | ReminderTexts
_MODELS: Mapping[ContentKind, type[ContentRecord]] = {
    ContentKind.ANSWER: AnswerUnit,
    ContentKind.PARAMETER: Parameter,
    ContentKind.DOCUMENT: LegalDocument,
    ContentKind.PHRASINGS: PhrasingSet,
    ContentKind.REMINDER: ReminderTexts,
}


def read_record(kind: ContentKind, body: Mapping[str, Any]) -> ContentRecord:
    """Return a record from what is stored."""
    return _MODELS[kind].model_validate(body)


def find_kind(record: ContentRecord) -> ContentKind:
    """Return which kind a record is."""
    return next(kind for kind, model in _MODELS.items() if isinstance(record, model))


async def load_parameters(tx: AsyncSession) -> dict[str, Parameter]:
    """Return every parameter, by id."""
    found = [Parameter.model_validate(body) for body in await list_bodies(tx, ContentKind.PARAMETER)]
    return {parameter.id: parameter for parameter in found}


async def load_documents(tx: AsyncSession) -> dict[str, LegalDocument]:
    """Return every legal document, by id."""
    found = [LegalDocument.model_validate(body) for body in await list_bodies(tx, ContentKind.DOCUMENT)]
    return {document.id: document for document in found}
