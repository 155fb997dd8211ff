"""Words that mean the same to an office, and ages as the groups that the law knows."""

from __future__ import annotations

import pytest

from vietnamese.concepts import find_concepts


@pytest.mark.parametrize(
    ("typed", "concept"),
    [
        ("bi moc tui", "lost"),
        ("rot cai the", "lost"),
        ("het bao nhieu", "fee"),
        ("dem theo gi", "papers"),
        ("be 4 tuoi", "age-under-6"),
        ("con hoc lop 4", "age-6-to-13"),
        ("chau muoi lam tuoi", "age-14-to-17"),
        ("ba sau muoi lam tuoi", "age-60-and-over"),
        ("em be 20 thang tuoi", "age-under-6"),
        ("toi 40 tuoi", "age-adult"),
    ],
)
def test_concepts(typed: str, concept: str) -> None:
    assert concept in find_concepts(typed.split())


def test_nothing_is_found_in_nothing() -> None:
    assert find_concepts([]) == []
    assert find_concepts(["lop"]) == []
