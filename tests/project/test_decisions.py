"""Decisions can be spoken of by their number."""

from __future__ import annotations

from pathlib import Path


def test_every_decision_has_a_number_of_its_own(project_root: Path) -> None:
    files = sorted((project_root / "docs" / "adr").glob("*.md"))
    numbers = [int(file.name[:4]) for file in files]
    assert numbers == list(range(1, len(files) + 1))
    for number, file in zip(numbers, files, strict=True):
        assert file.read_text().startswith(f"# {number}. "), file.name
