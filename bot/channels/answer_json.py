"""An answer as one JSON object: the shape of `ask` and of POST /api/chat."""

from __future__ import annotations

from typing import Any

from bot.domain.answers import Answer
from bot.domain.markup import render_plain


def render_json(answer: Answer, *, conversation: str, question: str, elapsed_ms: float) -> dict[str, Any]:
    """Return an answer as others read it; `text` is plain, dates are ISO."""
    return {
        "conversation": conversation,
        "question": question,
        "kind": answer.kind.value,
        "answer_id": answer.answer_id,
        "text": render_plain(answer.text),
        "buttons": [{"title": button.title, "payload": button.payload} for button in answer.buttons],
        "sources": [
            {
                "document": source.document,
                "article": source.article,
                "effective_from": source.effective_from.isoformat(),
                "effective_to": source.effective_to.isoformat() if source.effective_to else None,
            }
            for source in answer.sources
        ],
        "checked_on": answer.checked_on.isoformat() if answer.checked_on else None,
        "confidence": round(answer.confidence, 4) if answer.confidence is not None else None,
        "elapsed_ms": round(elapsed_ms, 2),
    }
