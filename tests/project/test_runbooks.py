"""What a runbook tells somebody to do in need can be done: its commands, files, services and figures are there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from bot.commands.cli import app
from bot.settings import PROJECT_ROOT, Settings

PAGES = sorted((PROJECT_ROOT / "docs" / "runbook").glob("*.md"))
_COMMAND = re.compile(r"python3? -m bot ([^`#\n]+)")
_REHEARSED = re.compile(r"^Máy tập lại mỗi lần thử: (.+)\.$", re.MULTILINE)
_SETTING = re.compile(r"`([A-Z]+(?:_[A-Z]+)+)\b")
_METRIC = re.compile(r"`(troly06_\w+)")
_LOGGED = re.compile(r"`([a-z_]+\.[a-z_]+)`")
_UNIT = re.compile(r"\btroly06-(\w+)(@)?")


def find_unknown_command(command: str) -> str | None:
    """Return the word of a command line that the program does not know, None where it knows all."""
    found: Any = typer.main.get_command(app)
    for word in command.split():
        if hasattr(found, "commands"):
            if word not in found.commands:
                return word
            found = found.commands[word]
        elif word.startswith("--") and word not in {name for each in found.params for name in each.opts}:
            return word
    return None


def find_problems(page: str, root: Path) -> Iterator[str]:
    """Say what a page tells that is not there."""
    code = "\n".join(path.read_text() for folder in ("bot", "nlu") for path in (root / folder).rglob("*.py"))
    for command in _COMMAND.findall(page):
        if (word := find_unknown_command(command)) is not None:
            yield f"{command.strip()}: no {word}"
    for setting in _SETTING.findall(page):
        if setting.lower() not in Settings.model_fields:
            yield f"no setting {setting}"
    for metric in _METRIC.findall(page):
        if metric not in code and metric.removesuffix("_total") not in code:
            yield f"no metric {metric}"
    for event in _LOGGED.findall(page):
        if f'"{event}"' not in code and not (root / event).exists():
            yield f"nothing logs {event}"
    for name, many in _UNIT.findall(page):
        if not (root / "deploy" / "systemd" / f"troly06-{name}{many}.service").exists():
            yield f"no unit {name}{many}"
    rehearsed = _REHEARSED.search(page)
    if rehearsed is None:
        yield "no test rehearses it"
    else:
        yield from (
            f"no {path}" for path in re.findall(r"`([^`]+)`", rehearsed.group(1)) if not (root / path).is_file()
        )


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_runbook_tells_what_is_there_and_is_rehearsed(page: Path, project_root: Path) -> None:
    assert list(find_problems(page.read_text(), project_root)) == []


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("Chạy `python3 -m bot drill fire`.", "drill fire: no fire"),
        ("Chạy `python -m bot staff create --name x`.", "staff create --name x: no --name"),
        ("Đặt `DATA_KEYS_URL`.", "no setting DATA_KEYS_URL"),
        ("Xem `troly06_nothing_total`.", "no metric troly06_nothing_total"),
        ("Có `nobody.says_this`.", "nothing logs nobody.says_this"),
        ("`systemctl stop troly06-nothing@1`", "no unit nothing@"),
        ("", "no test rehearses it"),
        ("Máy tập lại mỗi lần thử: `tests/none.py`.", "no tests/none.py"),
    ],
)
def test_what_is_not_there_is_found(line: str, problem: str, project_root: Path) -> None:
    assert problem in list(find_problems(line, project_root))
