"""Which legal document staff mean: by number, by name, by id, with or without accents."""

from __future__ import annotations

from datetime import date

import pytest

from bot.console.document_choice import DocumentUnclear, choose_document, find_document
from bot.content.schema import LegalDocument


def document(document_id: str, name: str, title: str | None = None) -> LegalDocument:
    day = date(2024, 7, 1)
    return LegalDocument(id=document_id, name=name, title=title, effective_from=day, checked_on=day)


DOCUMENTS = {
    each.id: each
    for each in (
        document("tt-73-2024-tt-btc", "Thông tư 73/2024/TT-BTC", "Mức thu lệ phí đăng ký cư trú"),
        document("tt-75-2024-tt-btc", "Thông tư 75/2024/TT-BTC"),
        document("luat-26-2023-qh15", "Luật Căn cước 26/2023/QH15"),
        document("luat-26-2023-qh15-sua", "Luật Căn cước 26/2023/QH15 (sửa đổi)"),
    )
}


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("tt-73-2024-tt-btc", "tt-73-2024-tt-btc"),
        ("Thông tư 73/2024/TT-BTC", "tt-73-2024-tt-btc"),
        ("thong tu 73/2024", "tt-73-2024-tt-btc"),
        ("75/2024", "tt-75-2024-tt-btc"),
        ("le phi cu tru", "tt-73-2024-tt-btc"),
        # A whole name is meant even where a longer one holds it.
        ("luật căn cước 26/2023/qh15", "luat-26-2023-qh15"),
    ],
)
def test_it_is_found_as_people_type(typed: str, chosen: str) -> None:
    assert choose_document(typed, DOCUMENTS).id == chosen


def test_several_are_named_so_that_one_can_be_chosen() -> None:
    with pytest.raises(DocumentUnclear, match="Thông tư 73/2024/TT-BTC; Thông tư 75/2024/TT-BTC"):
        choose_document("thông tư tt-btc", DOCUMENTS)


@pytest.mark.parametrize("typed", ["", "  ", "Thông tư 99/2024"])
def test_nothing_is_never_some_document(typed: str) -> None:
    only = {"luat-26-2023-qh15": DOCUMENTS["luat-26-2023-qh15"]}
    assert find_document(typed, only) is None
