"""The gate: what must hold before a change lands."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass

from rich.console import Console

from bot.commands.prepare import train_if_changed
from bot.environments import ROOT, lock_requirements, prepare_understanding_environment
from bot.settings import Settings
from tests.support.machine import install_test_tools


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing the gate checks."""

    what: str
    command: list[str]


def run_tests(paths: list[str], *, fast: bool) -> int:
    """Run the tests; the whole suite also prepares Rasa, its model, Node packages and a browser."""
    if fast:
        return _call([sys.executable, "-m", "pytest", "tests/unit", *paths])
    prepare_understanding_environment()
    train_if_changed(Settings(), Console(stderr=True))  # before any test's time begins to count
    install_test_tools()
    return _call([sys.executable, "-m", "pytest", *paths])


def run_gate(console: Console) -> int:
    """Run every step, name those that failed, and return how many they were."""
    bin_dir = f"{sys.prefix}/bin"
    steps = [
        Step(what="định dạng", command=[f"{bin_dir}/ruff", "format", "--check", "."]),
        Step(what="lỗi viết mã", command=[f"{bin_dir}/ruff", "check", "."]),
        Step(what="kiểu", command=[f"{bin_dir}/mypy"]),
        Step(what="ranh giới giữa các phần", command=[f"{bin_dir}/lint-imports"]),
        Step(what="kho câu trả lời", command=[sys.executable, "-m", "bot", "content", "check"]),
        Step(what="thử nghiệm", command=[sys.executable, "-m", "bot", "test"]),
    ]
    failed = []
    for step in steps:
        started = time.monotonic()
        code = _call(step.command)
        mark = "[green]đạt[/green]" if code == 0 else "[red]không đạt[/red]"
        console.print(f"{mark} {step.what} ({time.monotonic() - started:.1f} giây)")
        if code != 0:
            failed.append(step.what)
    if failed:
        console.print(f"[red]Chưa đạt:[/red] {', '.join(failed)}")
    return len(failed)


def write_locks() -> None:
    """Write the exact locks anew from requirements.txt."""
    lock_requirements()


def _call(command: list[str]) -> int:
    return subprocess.run(
        command, cwd=ROOT, check=False, env={**os.environ, "PYTHONWARNINGS": "default"}
    ).returncode
