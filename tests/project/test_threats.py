"""Every threat has a test that names it, or a reason why it has none."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

THREATS = [f"T{number}" for number in range(1, 39)]
_TEST = re.compile(r"`(tests/[\w/]+\.py)::(test_\w+)`")


def find_problems(table: str, root: Path) -> list[str]:
    """Return what is wrong with the table."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if "| T" in line]
    problems = []
    if [row[0] for row in rows] != THREATS:
        problems.append("not every threat stands there once and in order")
    for threat, _, control, tests, why in rows:
        if not control:
            problems.append(f"{threat}: no control")
        for name in re.findall(r"`((?:bot|nlu|deploy|vietnamese)/[\w/.-]*)`", control):
            if not (root / name).exists():
                problems.append(f"{threat}: no {name}")
        named = _TEST.findall(tests)
        if not named and not why:
            problems.append(f"{threat}: neither a test nor a reason")
        for path, function in named:
            doc = _read_docstrings(root / path, function)
            if doc is None:
                problems.append(f"{threat}: no {path}::{function}")
            elif not re.search(rf"\b{threat}\b", doc):
                problems.append(f"{threat}: {path}::{function} does not name it")
    return problems


def _read_docstrings(path: Path, function: str) -> str | None:
    """Return what a test and its module say of themselves, None where there is no such test."""
    if not path.exists():
        return None
    module = ast.parse(path.read_text())
    for each in module.body:
        if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) and each.name == function:
            return f"{ast.get_docstring(module)}\n{ast.get_docstring(each)}"
    return None


@pytest.fixture
def table(project_root: Path) -> str:
    return (project_root / "docs" / "threats.md").read_text()


def test_every_threat_has_a_test_that_names_it_or_a_reason(table: str, project_root: Path) -> None:
    assert find_problems(table, project_root) == []


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("| T5 |", "| T4 |", "not every threat"),
        ("::test_a_million_guesses", "::test_two_guesses", "T5: no tests/unit"),
        (
            "::test_a_million_guesses_in_a_day_open_next_to_nothing",
            "::test_under_attack_a_chat_has_one_try_an_hour",
            "does not name",
        ),
    ],
)
def test_a_wrong_table_is_found(table: str, project_root: Path, before: str, after: str, problem: str) -> None:
    assert problem in "\n".join(find_problems(table.replace(before, after), project_root))


def test_a_row_needs_a_test_or_a_reason(project_root: Path) -> None:
    assert "T1: neither a test nor a reason" in find_problems("| T1 | a | b | | |", project_root)
