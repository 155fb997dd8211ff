"""A legal document as staff name it in a form: by number, name or id, typed with or without accents."""

from __future__ import annotations

from collections.abc import Mapping

from bot.content.schema import LegalDocument
from vietnamese.normalise import fold, normalise

_MOST_NAMED = 4


class DocumentUnclear(ValueError):
    """What was typed names no document, or several. `args[0]`: which, and what to do, in Vietnamese."""


def choose_document(typed: str, documents: Mapping[str, LegalDocument]) -> LegalDocument:
    """Return the document that was meant.

    Raises:
        DocumentUnclear: none or several fit.
    """
    if typed in documents:
        return documents[typed]
    wanted = _fold(typed)
    named = [each for each in documents.values() if _fold(each.name) == wanted]
    words = wanted.split()
    found = named or [each for each in documents.values() if words and _holds(each, words)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise DocumentUnclear(
            f"“{typed}” không có hoặc không còn trong danh mục. "
            "Gõ số hiệu rồi chọn; chưa có thì thêm ở trang Văn bản."
        )
    names = sorted(each.name for each in found)
    more = f" và {len(names) - _MOST_NAMED} văn bản khác" if len(names) > _MOST_NAMED else ""
    raise DocumentUnclear(f"Nhiều văn bản khớp “{typed}”: {'; '.join(names[:_MOST_NAMED])}{more}. Ghi rõ hơn.")


def find_document(typed: str, documents: Mapping[str, LegalDocument]) -> LegalDocument | None:
    """Return the document that was meant, None where none or several fit."""
    try:
        return choose_document(typed, documents)
    except DocumentUnclear:
        return None


def _holds(document: LegalDocument, words: list[str]) -> bool:
    said = _fold(f"{document.id} {document.name} {document.title or ''}")
    return all(word in said for word in words)


def _fold(text: str) -> str:
    return fold(normalise(text))
