"""`evaluate --sample`: every pipeline on a small part of the phrasings, and what each of them costs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.evaluation.baselines import OURS, ask_bm25, ask_rasa_pipeline
from bot.evaluation.questions import read_held_out
from bot.evaluation.sample import choose_sample, write_sample
from bot.evaluation.score import Scored, sum_up
from bot.settings import DATA, Settings
from phrasings.load import load_phrasings
from vietnamese.noise import make_noise

SEED = 6
_WAYS = ("clean", "strip-accents", "typos", "teencode")


def run_comparison(settings: Settings, console: Console, *, units: int, pipelines: Sequence[str]) -> None:
    """Train and ask our pipeline, BM25 and others on the same sample, write var/comparison.json, print a table."""
    sample = choose_sample(load_phrasings(DATA), read_held_out().golden, units=units)
    folder = write_sample(sample, settings.data_dir / "sample")
    asked = [question.text for question in sample.questions]
    typed = [text if way == "clean" else make_noise(way, SEED)(text) for way in _WAYS for text in asked]
    told: dict[str, Any] = {"units": len(sample.phrasings), "questions": len(asked)}
    table = Table("Ai trả lời", *_WAYS, "macro-F1", "ms", "MB", "học, giây")
    answers: dict[str, tuple[list[str], dict[str, Any]]] = {"bm25": (ask_bm25(sample.phrasings, typed), {})}
    for pipeline in (OURS, *pipelines):
        with console.status(f"Huấn luyện và hỏi {pipeline}"):
            log = settings.data_dir / "logs" / f"sample-{pipeline}.log"
            log.parent.mkdir(parents=True, exist_ok=True)
            answers[pipeline] = ask_rasa_pipeline(
                pipeline, typed, data=folder, models_dir=settings.models_dir, log=log
            )
    for who, (found, cost) in answers.items():
        scores = {}
        for at, way in enumerate(_WAYS):
            names = found[at * len(asked) : (at + 1) * len(asked)]
            scores[way] = sum_up(
                [
                    Scored(
                        question=question.text,
                        expected=question.expected[0],
                        got=question.expected[0] if name in question.expected else name,
                    )
                    for question, name in zip(sample.questions, names, strict=True)
                ]
            )
        told[who] = {way: asdict(score) for way, score in scores.items()} | {"cost": cost}
        costs = (str(cost.get(name, "")) for name in ("parse_p50_ms", "rss_mb", "train_s"))
        table.add_row(
            who, *(f"{score.accuracy:.1%}" for score in scores.values()), f"{scores['clean'].macro_f1:.3f}", *costs
        )
    path = settings.data_dir / "comparison.json"
    path.write_text(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    console.print(table)
    console.print(f"{len(sample.phrasings)} mục, {len(asked)} câu hỏi. Đã ghi {path}.")
