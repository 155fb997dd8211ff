"""Trains a model when its inputs changed. The file is named for the hash of everything that goes into it."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Iterator, Mapping, Sequence

from phrasings.load import list_input_files, load_phrasings

ROOT = Path(__file__).resolve().parent.parent
KEPT_MODELS = 3
_ABOUT = re.compile(rb"^(?:- id|  kind|  topic):.*$", re.MULTILINE)


class TrainingFailed(RuntimeError):
    """Rasa gave no model; what it printed says why."""


def hash_inputs(data: Path, config: Path) -> str:
    """Return a hash of the phrases, the pipeline, the components, the normalisation and Rasa's version."""
    digest = hashlib.sha256(version("rasa").encode())
    for path in _list_inputs(data, config):
        content = path.read_bytes()
        if path.is_relative_to(
            data / "answers"
        ):  # of an answer only what it is about, so that a text can be mended
            content = b"\n".join(_ABOUT.findall(content))
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()[:16]


def train(data: Path, config: Path, out: Path) -> Path:
    """Return the model for these inputs, training it where it is not there yet.

    Raises:
        TrainingFailed: Rasa gave no model.
    """
    model = out / f"{hash_inputs(data, config)}.tar.gz"
    if model.exists() and _checksum_file(model).exists():
        return model
    out.mkdir(parents=True, exist_ok=True)
    _tell(step="start")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ["RASA_CACHE_DIRECTORY"] = tempfile.gettempdir()
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"  # what it would keep is named by our own hash already
    # Only now: Rasa's recipe imports TensorFlow, which takes longer than our training.
    from rasa.model_training import train_nlu

    _tell(step="train")
    with tempfile.TemporaryDirectory() as folder:
        phrases = Path(folder) / "nlu.yml"
        _write_phrases(phrases, load_phrasings(data))
        trained = train_nlu(config=str(config), nlu_data=str(phrases), output=folder, fixed_model_name=model.name)
        if trained is None:
            raise TrainingFailed(f"no model from {data}")
        unfinished = out / f".{model.name}.{os.getpid()}"
        shutil.move(trained, unfinished)
        _checksum_file(model).write_text(hashlib.sha256(unfinished.read_bytes()).hexdigest())
        unfinished.rename(model)
    _forget_old(out)
    return model


def run(arguments: argparse.Namespace) -> int:
    """Train as asked on the command line; the last line of output names the model."""
    if arguments.print_hash:
        print(hash_inputs(arguments.data, arguments.config))
        return 0
    try:
        _tell(model=train(arguments.data, arguments.config, arguments.out).name)
    except TrainingFailed as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def _write_phrases(path: Path, phrases: Mapping[str, Sequence[str]]) -> None:
    lines = ['version: "3.1"', "nlu:"]
    for name, examples in phrases.items():
        lines += [f"- intent: {name}", "  examples: |", *(f"    - {example}" for example in examples)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _list_inputs(data: Path, config: Path) -> Iterator[Path]:
    yield config
    yield from list_input_files(data)
    yield from sorted((ROOT / "nlu" / "components").glob("*.py"))
    yield from sorted((ROOT / "phrasings").glob("*.py"))
    yield from sorted(path for path in (ROOT / "vietnamese").iterdir() if path.suffix in (".py", ".tsv"))


def _checksum_file(model: Path) -> Path:
    return model.with_name(f"{model.name}.sha256")


def _forget_old(out: Path) -> None:
    models = sorted(out.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime, reverse=True)
    for old in models[KEPT_MODELS:]:
        old.unlink()
        _checksum_file(old).unlink(missing_ok=True)


def _tell(**event: object) -> None:
    print(json.dumps(event), flush=True)
