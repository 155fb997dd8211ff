"""`evaluate`: how well questions are understood, on questions that were not trained on, by kind of noise.

The same decision that answers citizens is scored: masked text, Rasa and retrieval, one decision.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.clock import hanoi_date
from bot.content.catalogue import Catalogue
from bot.content.schema import QuestionKind
from bot.domain.answers import AnswerKind
from bot.settings import PROJECT_ROOT, Settings
from bot.understanding.decision import Verdict
from bot.understanding.understand import TOLD_IN_OVERVIEW, Understanding
from bot.wiring import Core, open_core
from vietnamese.noise import make_noise

NOISES = ("clean", "strip-accents", "typos", "teencode", "telex")
SEED = 6
GOLDEN = PROJECT_ROOT / "tests" / "nlu" / "golden"
OUT_OF_SCOPE = (
    PROJECT_ROOT / "tests" / "nlu" / "out_of_scope.yml",
    PROJECT_ROOT / "tests" / "nlu" / "out_of_scope_more.yml",
)
SAFETY = PROJECT_ROOT / "tests" / "nlu" / "safety.yml"
WORST_SHOWN = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Scored:
    """One question and what it was taken for; `offered`: the right unit was among a choice."""

    question: str
    expected: str
    got: str
    offered: bool
    confidence: float


async def run_evaluation(settings: Settings, console: Console) -> int:
    """Score everything, write evaluation.json beside the models, print tables."""
    golden = [
        (each["question"], _list_expected(each["expect"]))
        for path in sorted(GOLDEN.glob("*.yml"))
        for each in _read(path)
    ]
    out_of_scope = [str(each) for path in OUT_OF_SCOPE for each in _read(path)]
    safety = [(each["question"], each["expect"]) for each in _read(SAFETY)]
    result: dict[str, object] = {}
    async with open_core(settings) as core:
        day = hanoi_date(core.clock())
        if not await core.rasa.check():
            console.print("[yellow]Rasa không trả lời: đây là điểm của riêng tìm kiếm.[/yellow]")
        table = Table("Nhiễu", "Đúng ngay", "Đúng hoặc có trong lựa chọn", "macro-F1", "Số câu")
        clean: list[Scored] = []
        for noise in NOISES:
            make = (lambda text: text) if noise == "clean" else make_noise(noise, SEED)
            scored = [
                await _score(core, make(question), expected, day)
                for question, expected in track(golden, description=noise, console=console, transient=True)
            ]
            clean = clean or scored
            right = sum(each.got == each.expected for each in scored) / len(scored)
            offered = sum(each.got == each.expected or each.offered for each in scored) / len(scored)
            f1 = find_macro_f1(scored)
            result[noise] = {
                "accuracy": round(right, 4),
                "right_or_offered": round(offered, 4),
                "macro_f1": round(f1, 4),
                "n": len(scored),
            }
            table.add_row(noise, f"{right:.1%}", f"{offered:.1%}", f"{f1:.3f}", str(len(scored)))
        refused = [
            question for question in out_of_scope if await _is_unanswered(core.understanding, question, day)
        ]
        caught = [
            question
            for question, kind in safety
            if (rule := core.understanding.find_safety_rule(question)) is not None and rule.kind == kind
        ]
        stopped = [question for question, _ in golden if core.understanding.find_safety_rule(question) is not None]
    result["out_of_scope_refused"] = round(len(refused) / len(out_of_scope), 4)
    result["safety_caught"] = round(len(caught) / len(safety), 4)
    result["golden_stopped_by_safety"] = round(len(stopped) / len(golden), 4)
    path = settings.data_dir / "evaluation.json"
    path.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n")
    console.print(table)
    console.print(f"Ngoài phạm vi, không trả lời bừa: {len(refused)}/{len(out_of_scope)}")
    console.print(f"Khẩn cấp, lừa đảo, chiếm quyền, nhận ra: {len(caught)}/{len(safety)}")
    _print_list(console, "Ngoài phạm vi nhưng đã trả lời", sorted(set(out_of_scope) - set(refused)))
    _print_list(console, "Nguy hiểm nhưng bỏ sót", sorted({question for question, _ in safety} - set(caught)))
    _print_list(console, "Câu hỏi thường bị chặn nhầm", stopped)
    _print_calibration(console, clean)
    _print_confusions(console, clean)
    console.print(f"Đã ghi {path}.")
    return 0


def find_macro_f1(scored: list[Scored]) -> float:
    """Return the mean over the expected names of each one's F1."""
    right: Counter[str] = Counter(each.got for each in scored if each.got == each.expected)
    expected = Counter(each.expected for each in scored)
    got = Counter(each.got for each in scored)
    return sum(2 * right[name] / (expected[name] + got[name]) for name in expected) / len(expected)


async def _score(core: Core, question: str, expected: tuple[str, ...], day: date) -> Scored:
    understood = await core.understanding.understand(question, day=day)
    names = [candidate.name for candidate in understood.decision.candidates]
    got = understood.name or ("?" if names else "unknown")
    if got in expected or _is_told_in(core.catalogue.current, got, expected[0]):
        got = expected[0]
    if understood.safety is not None:
        got = f"safety.{understood.safety.id}"
        if understood.safety.kind is AnswerKind.SCAM and any("lua-dao" in name.split(".") for name in expected):
            got = expected[0]  # the fixed warning about scams is a right answer to a question about one
    return Scored(
        question=question,
        expected=expected[0],
        got=got,
        offered=any(name in names for name in expected),
        confidence=understood.decision.confidence,
    )


def _is_told_in(catalogue: Catalogue, got: str, expected: str) -> bool:
    """Tell whether the answer given is the summary of a procedure that tells the side which was asked."""
    given, wanted = catalogue.units.get(got), catalogue.units.get(expected)
    return (
        given is not None
        and wanted is not None
        and given.kind is QuestionKind.OVERVIEW
        and given.topic == wanted.topic
        and wanted.kind in TOLD_IN_OVERVIEW
    )


def _list_expected(given: str | list[str]) -> tuple[str, ...]:
    return (given,) if isinstance(given, str) else tuple(given)


async def _is_unanswered(understanding: Understanding, question: str, day: date) -> bool:
    understood = await understanding.understand(question, day=day)
    return understood.safety is not None or understood.decision.verdict is not Verdict.SURE


def _print_list(console: Console, title: str, questions: list[str]) -> None:
    if questions:
        console.print(f"[yellow]{title}:[/yellow]")
        for question in questions[:WORST_SHOWN]:
            console.print(f"  {question}", highlight=False)


def _print_calibration(console: Console, scored: list[Scored]) -> None:
    """Print how often answers of a confidence were right: the reliability diagram as a table."""
    table = Table("Độ tin", "Số câu trả lời ngay", "Đúng", title="Độ tin có đúng như đã nói")
    answered = [each for each in scored if each.got not in ("?", "unknown")]
    for tenth in range(10):
        group = [each for each in answered if tenth / 10 <= each.confidence < (tenth + 1) / 10 + (tenth == 9)]
        if group:
            right = sum(each.got == each.expected for each in group)
            table.add_row(f"{tenth / 10:.1f}-{(tenth + 1) / 10:.1f}", str(len(group)), f"{right / len(group):.0%}")
    console.print(table)


def _print_confusions(console: Console, scored: list[Scored]) -> None:
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in scored:
        if each.got != each.expected:
            pairs[each.expected, each.got].append(each.question)
    table = Table("Phải là", "Đã hiểu là", "Lần", "Ví dụ", title="Hay nhầm nhất")
    for (expected, got), questions in sorted(pairs.items(), key=lambda pair: -len(pair[1]))[:WORST_SHOWN]:
        table.add_row(expected, got, str(len(questions)), questions[0])
    console.print(table)


def _read(path: Path) -> list[Any]:
    return list(yaml.safe_load(path.read_text()))
