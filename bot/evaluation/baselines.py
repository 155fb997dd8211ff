"""What the understanding is compared with in the same run: plain BM25, and Rasa as its documentation has it."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import bm25s

from bot.environments import prepare_understanding_environment
from bot.evaluation.score import UNKNOWN
from bot.settings import PROJECT_ROOT

PIPELINES = PROJECT_ROOT / "nlu" / "pipelines"
OURS = "tro_ly_06"
"""The pipeline of config.yml, run the way of the others."""


class BaselineFailed(RuntimeError):
    """The other pipeline gave no result; what it printed says why."""


def ask_bm25(phrasings: Mapping[str, Sequence[str]], questions: Sequence[str]) -> list[str]:
    """Return for each question the name whose phrasing BM25 finds nearest. Words are split at spaces, as typed."""
    names = [name for name, examples in phrasings.items() for _ in examples]
    index = bm25s.BM25()
    index.index([_split(text) for examples in phrasings.values() for text in examples], show_progress=False)
    found: list[str] = []
    for question in questions:
        words = [word for word in _split(question) if word in index.vocab_dict]
        if not words:
            found.append(UNKNOWN)
            continue
        best, _ = index.retrieve([words], k=1, show_progress=False)
        found.append(names[int(best[0][0])])
    return found


def ask_rasa_pipeline(
    pipeline: str, questions: Sequence[str], *, data: Path, models_dir: Path, log: Path
) -> tuple[list[str], dict[str, Any]]:
    """Return what a pipeline of nlu/pipelines takes each question for, and what it costs.

    `data`: a folder shaped as data/. It is trained first where that has not been done; on everything, Rasa's
    default takes more than half an hour on two cores.

    Raises:
        BaselineFailed: see the log.
    """
    config = PROJECT_ROOT / "config.yml" if pipeline == OURS else PIPELINES / f"{pipeline}.yml"
    command = [
        *(str(prepare_understanding_environment()), "-W", "ignore", "-m", "nlu", "evaluate"),
        *("--config", str(config), "--data", str(data), "--out", str(models_dir)),
    ]
    asked = "".join(json.dumps({"text": question}) + "\n" for question in questions)
    with log.open("w") as errors:
        done = subprocess.run(
            command, cwd=PROJECT_ROOT, input=asked, stdout=subprocess.PIPE, stderr=errors, text=True, check=False
        )
    told = list(_read_objects(done.stdout))
    if done.returncode != 0 or len(told) != len(questions) + 1:
        raise BaselineFailed(f"{pipeline}: xem {log}")
    return [each["name"] or UNKNOWN for each in told[:-1]], told[-1]


def _split(text: str) -> list[str]:
    return text.casefold().split()


def _read_objects(output: str) -> Iterator[dict[str, Any]]:
    for line in output.splitlines():
        if line.startswith("{"):
            yield json.loads(line)
