"""A legal document as staff name it in a form: by number, name or id, typed with or without accents."""

from __future__ import annotations

from collections.abc import Mapping

from bot.console.choice import find_named
from bot.content.schema import LegalDocument

_MOST_NAMED = 4


class DocumentUnclear(ValueError):
    """What was typed names no document, or several. `args[0]`: which, and what to do, in Vietnamese."""


def choose_document(typed: str, documents: Mapping[str, LegalDocument]) -> LegalDocument:
    """Return the document that was meant.

    Raises:
        DocumentUnclear: none or several fit.
    """
    titles = {each.id: each.title or "" for each in documents.values()}
    names = {each.id: each.name for each in documents.values()}
    found = find_named(typed, names, also=titles)
    if len(found) == 1:
        return documents[found[0]]
    if not found:
        raise DocumentUnclear(
            f"“{typed}” không có hoặc không còn trong danh mục. "
            "Gõ số hiệu rồi chọn; chưa có thì thêm ở trang Văn bản."
        )
    listed = sorted(names[each] for each in found)
    more = f" và {len(listed) - _MOST_NAMED} văn bản khác" if len(listed) > _MOST_NAMED else ""
    raise DocumentUnclear(f"Nhiều văn bản khớp “{typed}”: {'; '.join(listed[:_MOST_NAMED])}{more}. Ghi rõ hơn.")


def find_document(typed: str, documents: Mapping[str, LegalDocument]) -> LegalDocument | None:
    """Return the document that was meant, None where none or several fit."""
    try:
        return choose_document(typed, documents)
    except DocumentUnclear:
        return None
