"""`evaluate`: how well questions are understood, on questions that were not trained on, by kind of noise."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot.clock import hanoi_date
from bot.commands.evaluate_conversations import evaluate_conversations
from bot.content.catalogue import Catalogue
from bot.domain.answers import AnswerKind
from bot.evaluation.baselines import ask_bm25, ask_rasa_pipeline
from bot.evaluation.learn_ranking import is_for_development
from bot.evaluation.questions import GoldenQuestion, HeldOut, read_held_out
from bot.evaluation.score import (
    UNDECIDED,
    UNKNOWN,
    Scored,
    is_left_unanswered,
    judge,
    score_question,
    sum_up,
)
from bot.settings import DATA, Settings
from bot.wiring import Core, open_core
from phrasings.load import load_phrasings
from vietnamese.noise import NOISES, make_noise
from vietnamese.normalise import fold

CLEAN = "clean"
SEED = 6
WORST_SHOWN = 15
PATIENT_MS = 5000
"""An answer that comes late because the machine is busy must not count as one of likeness alone."""


async def run_evaluation(settings: Settings, console: Console, *, pipelines: Sequence[str]) -> int:
    """Score everything, write evaluation.json, print tables. `pipelines`: of nlu/pipelines, to compare with."""
    settings = settings.model_copy(update={"nlu_timeout_ms": PATIENT_MS})
    held_out = read_held_out()
    typed = _type_all(held_out)
    result: dict[str, object] = {}
    table = Table("Ai trả lời", "Nhiễu", "Đúng ngay", "Đúng hoặc có trong lựa chọn", "macro-F1", "Số câu")
    async with open_core(settings) as core:
        if not await core.rasa.check():
            console.print("[yellow]Rasa không trả lời: đây là điểm của riêng tìm kiếm.[/yellow]")
        clean: list[Scored] = []
        test_half: dict[str, dict[str, float]] = {}
        for noise, texts in typed.items():
            scored = await _score_all(core, held_out.golden, texts, console, noise)
            clean = clean or scored
            result[noise] = _report(table, "Trợ lý 06", noise, scored)
            # Weights and thresholds were chosen on the other half.
            unseen = [
                each for each, q in zip(scored, held_out.golden, strict=True) if not is_for_development(q.text)
            ]
            test_half[noise] = _report(table, "Trợ lý 06, nửa thử", noise, unseen)
        result["test_half"] = test_half
        catalogue = core.catalogue.current
        await _check_limits(core, held_out, result, console)
        result["conversations"] = await evaluate_conversations(core, console)
    everything = [text for texts in typed.values() for text in texts]
    found = ask_bm25(load_phrasings(DATA), everything)
    result["bm25"] = _report_baseline(
        table, "BM25", found, golden=held_out.golden, typed=typed, catalogue=catalogue
    )
    for pipeline in pipelines:
        with console.status(f"Huấn luyện và hỏi {pipeline}; lần đầu có thể mất hơn nửa giờ"):
            log = settings.data_dir / "logs" / f"{pipeline}.log"
            found, cost = ask_rasa_pipeline(
                pipeline, everything, data=DATA, models_dir=settings.models_dir, log=log
            )
        result[pipeline] = _report_baseline(
            table, pipeline, found, golden=held_out.golden, typed=typed, catalogue=catalogue
        ) | {"cost": cost}
    path = settings.data_dir / "evaluation.json"
    path.write_text(json.dumps(result, ensure_ascii=False, indent=2) + "\n")
    console.print(table)
    _print_calibration(console, clean)
    _print_confusions(console, clean)
    console.print(f"Đã ghi {path}.")
    return 0


def _type_all(held_out: HeldOut) -> dict[str, list[str]]:
    """Return the golden questions as they are typed, by kind of noise."""
    questions = [question.text for question in held_out.golden]
    noisy = {noise: [make_noise(noise, SEED)(text) for text in questions] for noise in NOISES}
    return {CLEAN: questions, **noisy}


async def _score_all(
    core: Core, golden: Sequence[GoldenQuestion], texts: Sequence[str], console: Console, noise: str
) -> list[Scored]:
    day = hanoi_date(core.clock())
    pairs = list(zip(golden, texts, strict=True))
    return [
        await score_question(core.understanding, core.catalogue.current, question, text=text, day=day)
        for question, text in track(pairs, description=noise, console=console, transient=True)
    ]


def _report_baseline(
    table: Table,
    who: str,
    found: Sequence[str],
    *,
    golden: Sequence[GoldenQuestion],
    typed: Mapping[str, Sequence[str]],
    catalogue: Catalogue,
) -> dict[str, Any]:
    """Score what a baseline found for the texts of all noises, one after the other."""
    figures: dict[str, Any] = {}
    for at, (noise, texts) in enumerate(typed.items()):
        names = found[at * len(golden) : (at + 1) * len(golden)]
        scored = [
            Scored(question=text, expected=question.expected[0], got=judge(name, question, catalogue))
            for question, text, name in zip(golden, texts, names, strict=True)
        ]
        figures[noise] = _report(table, who, noise, scored)
    return figures


def _report(table: Table, who: str, noise: str, scored: Sequence[Scored]) -> dict[str, float]:
    score = sum_up(scored)
    row = (f"{score.accuracy:.1%}", f"{score.right_or_offered:.1%}", f"{score.macro_f1:.3f}", str(score.n))
    table.add_row(who, noise, *row)
    return {name: round(figure, 4) for name, figure in asdict(score).items()}


async def _check_limits(core: Core, held_out: HeldOut, result: dict[str, object], console: Console) -> None:
    """Score what must not be answered, and what must get a fixed answer."""
    day = hanoi_date(core.clock())
    answered = [
        text for text in held_out.out_of_scope if not await is_left_unanswered(core.understanding, text, day=day)
    ]
    missed = [text for text, kind in held_out.dangerous if not await _is_caught(core, text, kind)]
    missed_without_accents = [
        text for text, kind in held_out.dangerous if not await _is_caught(core, fold(text), kind)
    ]
    stopped = [
        question.text
        for question in held_out.golden
        if (await core.understanding.understand(question.text, day=day)).safety is not None
    ]
    outside, dangerous = len(held_out.out_of_scope), len(held_out.dangerous)
    result["out_of_scope_refused"] = round(1 - len(answered) / outside, 4)
    result["safety_caught"] = round(1 - len(missed) / dangerous, 4)
    result["safety_caught_without_accents"] = round(1 - len(missed_without_accents) / dangerous, 4)
    result["golden_stopped_by_safety"] = round(len(stopped) / len(held_out.golden), 4)
    console.print(f"Ngoài phạm vi, không trả lời bừa: {outside - len(answered)}/{outside}")
    console.print(f"Khẩn cấp, lừa đảo, chiếm quyền, nhận ra: {dangerous - len(missed)}/{dangerous}")
    console.print(f"Cũng vậy, gõ không dấu: {dangerous - len(missed_without_accents)}/{dangerous}")
    _print_list(console, "Ngoài phạm vi nhưng đã trả lời", answered)
    _print_list(console, "Nguy hiểm nhưng bỏ sót", missed)
    _print_list(console, "Nguy hiểm nhưng bỏ sót, gõ không dấu", missed_without_accents)
    _print_list(console, "Câu hỏi thường bị chặn nhầm", stopped)


async def _is_caught(core: Core, text: str, kind: str) -> bool:
    """Tell whether a message gets its fixed answer, or the unit about the scam that it is about."""
    understood = await core.understanding.understand(text, day=hanoi_date(core.clock()))
    if understood.safety is not None:
        return understood.safety.kind == kind
    return kind == AnswerKind.SCAM and "lua-dao" in (understood.name or "").split(".")


def _print_list(console: Console, title: str, questions: list[str]) -> None:
    if questions:
        console.print(f"[yellow]{title}:[/yellow]")
        for question in questions[:WORST_SHOWN]:
            console.print(f"  {question}", highlight=False)


def _print_calibration(console: Console, scored: Sequence[Scored]) -> None:
    """Print how often answers of a confidence were right: the reliability diagram as a table."""
    table = Table("Độ tin", "Số câu trả lời ngay", "Đúng", title="Độ tin có đúng như đã nói")
    answered = [each for each in scored if each.got not in (UNDECIDED, UNKNOWN)]
    for tenth in range(10):
        group = [each for each in answered if tenth / 10 <= each.confidence < (tenth + 1) / 10 + (tenth == 9)]
        if group:
            right = sum(each.is_right for each in group)
            table.add_row(f"{tenth / 10:.1f}-{(tenth + 1) / 10:.1f}", str(len(group)), f"{right / len(group):.0%}")
    console.print(table)


def _print_confusions(console: Console, scored: Sequence[Scored]) -> None:
    pairs: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in scored:
        if not each.is_right:
            pairs[each.expected, each.got].append(each.question)
    table = Table("Phải là", "Đã hiểu là", "Lần", "Ví dụ", title="Hay nhầm nhất")
    for (expected, got), questions in sorted(pairs.items(), key=lambda pair: -len(pair[1]))[:WORST_SHOWN]:
        table.add_row(expected, got, str(len(questions)), questions[0])
    console.print(table)
