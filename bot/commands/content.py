"""`content check` and `content stats`: whether the knowledge is sound, and how much of it there is."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import yaml
from rich.console import Console

from bot.clock import hanoi_date, read_clock
from bot.content.catalogue import Catalogue
from bot.content.files import Content, ContentInvalid, read_content
from bot.content.validity import UnitState, find_validity
from phrasings.load import load_phrasings

FEWEST_PHRASINGS = 10
STALE_AFTER = timedelta(days=180)
_TYPED_FIGURE = re.compile(r"\d[\d.]*\s*(?:đồng|đ\b|ngày làm việc)|\b1900\b")
"""A figure that belongs in data/parameters."""


def check_content(data_dir: Path, console: Console) -> int:
    """Print every problem of data/, and return how many there are."""
    today = hanoi_date(read_clock())
    try:
        content = read_content(data_dir)
        problems = list(find_problems(content, data_dir, today=today))
    except ContentInvalid as error:
        problems = list(error.problems)
    for problem in problems:
        console.print(f"[red]✗[/red] {problem}", highlight=False)
    if not problems:
        console.print(f"Kho câu trả lời đạt: {len(content.units)} mục, {len(content.documents)} văn bản.")
    return min(len(problems), 100)


def find_problems(content: Content, data_dir: Path, *, today: date) -> Iterator[str]:
    """Yield what is wrong beyond the shape: figures typed by hand, too few phrasings, unchecked or expired."""
    phrasings = load_phrasings(data_dir)
    catalogue = Catalogue(units=content.units, parameters=content.parameters, documents=content.documents)
    shown = {unit.id for unit in catalogue.list_units_on(today)}
    for unit in content.units.values():
        if len(phrasings.get(unit.id, ())) < FEWEST_PHRASINGS:
            yield f"{unit.id}: cần ít nhất {FEWEST_PHRASINGS} cách hỏi trong data/nlu"
        if unit.id not in shown:
            yield f"{unit.id}: không có bản nào hiện được hôm nay"
        for version in unit.versions:
            for figure in _TYPED_FIGURE.findall(f"{version.text}\n{version.more or ''}"):
                yield f"{unit.id}: con số “{figure}” phải lấy từ data/parameters"
            if version.holds_on(today) and today - version.checked_on > STALE_AFTER:
                yield f"{unit.id}: kiểm tra lần cuối {version.checked_on:%d/%m/%Y}, đã quá 180 ngày"
    for name in phrasings:
        is_unit = not name.startswith(("skill.", "smalltalk.", "handover.")) and name != "out-of-scope"
        if is_unit and name not in content.units:
            yield f"data/nlu: cách hỏi cho {name}, nhưng không có mục này trong data/answers"
    yield from _find_repeated_phrasings(phrasings)


def _find_repeated_phrasings(phrasings: dict[str, tuple[str, ...]]) -> Iterator[str]:
    owner: dict[str, str] = {}
    for name, examples in phrasings.items():
        for example in examples:
            if (first := owner.setdefault(example.casefold(), name)) != name:
                yield f"data/nlu: “{example}” vừa ở {first} vừa ở {name}"


def print_stats(data_dir: Path) -> None:
    """Print the figures of the knowledge as JSON."""
    today = hanoi_date(read_clock())
    content = read_content(data_dir)
    standing = [find_validity(unit, content.parameters, day=today).state for unit in content.units.values()]
    to_verify = yaml.safe_load((data_dir / "to-verify.yml").read_text(encoding="utf-8"))["to_verify"]
    print(
        json.dumps(
            {
                "procedures": len(content.procedures),
                "answer_units": len(content.units),
                "legal_documents": len(content.documents),
                "to_verify": len(to_verify),
                "expired": standing.count(UnitState.EXPIRED),
                "expiring_90_days": standing.count(UnitState.EXPIRING),
            },
            ensure_ascii=False,
        )
    )
