"""`content check` and `content stats`: whether the knowledge is sound, and how much of it there is."""

from __future__ import annotations

import json
from pathlib import Path

import yaml
from rich.console import Console

from bot.clock import hanoi_date, read_clock
from bot.content.check import find_problems
from bot.content.files import ContentInvalid, read_content
from bot.content.validity import UnitState, find_validity
from phrasings.load import load_phrasings


def check_content(data_dir: Path, console: Console) -> int:
    """Print every problem of data/, and return how many there are."""
    today = hanoi_date(read_clock())
    try:
        content = read_content(data_dir)
        problems = list(find_problems(content, load_phrasings(data_dir), drawn=content.drawn, today=today))
    except ContentInvalid as error:
        problems = list(error.problems)
    for problem in problems:
        console.print(f"[red]✗[/red] {problem}", highlight=False)
    if not problems:
        console.print(f"Kho câu trả lời đạt: {len(content.units)} mục, {len(content.documents)} văn bản.")
    return min(len(problems), 100)


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
