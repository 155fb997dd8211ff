"""T31: an audit that looked nothing up fails; what was found counts until somebody has said why not."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from bot.commands.supply import LICENCES, LOCKS, PLANTED, Audit, audit_lock, read_lock
from bot.environments import ROOT

TODAY = date(2026, 11, 29)
WEAK = [{"id": "PYSEC-1"}]


@pytest.fixture
def lock(tmp_path: Path) -> Path:
    path = tmp_path / "a.lock"
    path.write_text(
        "alembic==1.20.1 \\\n    --hash=sha256:aa\n    # via x\nsetuptools==70.3.0 ; python_version < '3.11'\n"
    )
    return path


def reports(*extra: Mapping[str, Any], planted: bool = True, skip: str = "") -> Audit:
    def ask(listed: Path) -> Mapping[str, Any]:
        found = []
        for line in listed.read_text().splitlines():
            name, version = line.split("==")
            if name == skip:
                found.append({"name": name, "skip_reason": "not found"})
            else:
                weak = WEAK if (name, version) == PLANTED and planted else []
                found.append({"name": name, "version": version, "vulns": weak})
        return {"dependencies": [*found, *extra]}

    return ask


def test_what_was_looked_up_and_is_sound_is_good(lock: Path) -> None:
    found = audit_lock(lock, ask=reports(), today=TODAY)
    assert (found.looked_at, found.is_good) == (2, True)


@pytest.mark.parametrize(
    "ask",
    [
        reports(planted=False),
        reports(skip="alembic"),
        reports(skip=PLANTED[0]),
        lambda _: {"dependencies": []},
        lambda _: {"dependencies": [{"name": PLANTED[0], "version": PLANTED[1], "vulns": WEAK}]},
    ],
    ids=["nothing is ever found", "one skipped", "the planted one skipped", "empty", "only the planted one"],
)
def test_what_was_not_looked_up_is_not_good(lock: Path, ask: Audit) -> None:
    assert not audit_lock(lock, ask=ask, today=TODAY).is_good


def test_a_weakness_counts_until_it_is_accepted_and_again_after(lock: Path) -> None:
    def ask(listed: Path) -> Mapping[str, Any]:
        report = dict(reports()(listed))
        report["dependencies"][1]["vulns"] = [{"id": "PYSEC-2025-49"}]
        return report

    assert audit_lock(lock, ask=ask, today=TODAY).is_good
    later = audit_lock(lock, ask=ask, today=date(2027, 4, 1))
    assert later.weak == ("setuptools 70.3.0: PYSEC-2025-49",)
    assert not later.is_good


@pytest.mark.parametrize("name", LOCKS)
def test_everything_that_is_locked_has_hashes_and_a_licence(name: str) -> None:
    lock = ROOT / "locks" / f"{name}.lock"
    packages = read_lock(lock)
    assert len(packages) > 20
    blocks = lock.read_text().split("\n")
    starts = [at for at, line in enumerate(blocks) if "==" in line and not line.startswith((" ", "#"))]
    assert all("--hash=sha256:" in blocks[at + 1] for at in starts)
    listed = (ROOT / LICENCES).read_text()
    assert [each for each in packages if f"| {each} | {packages[each]} |" not in listed] == []
