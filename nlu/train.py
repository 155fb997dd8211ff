"""Trains a model when its inputs changed. The file is named for the hash of everything that goes into it."""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
from importlib.metadata import version
from pathlib import Path
from typing import Iterator

from phrasings.load import list_input_files, load_phrasings

ROOT = Path(__file__).resolve().parent.parent
KEPT_MODELS = 3
_ABOUT = re.compile(rb"^(?:- id|  kind|  topic):.*$", re.MULTILINE)


def hash_inputs(data: Path, config: Path) -> str:
    """Return a hash of the phrases, the pipeline, the components, the normalisation and Rasa's version."""
    digest = hashlib.sha256(version("rasa").encode())
    for path in _list_inputs(data, config):
        content = path.read_bytes()
        if path.is_relative_to(data / "answers"):  # only what it is about, so that a text can be mended
            content = b"\n".join(_ABOUT.findall(content))
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(content).digest())
    return digest.hexdigest()[:16]


def train(data: Path, config: Path, out: Path) -> Path:
    """Return the model for these inputs, training it where it is not there yet."""
    model = out / f"{hash_inputs(data, config)}.tar.gz"
    if model.exists() and _checksum_file(model).exists():
        return model
    out.mkdir(parents=True, exist_ok=True)
    _tell(step="train")
    # Only now: a hash is asked for far more often than a training, and Rasa takes seconds to import.
    from nlu.graph import train_graph

    unfinished = out / f".{model.name}.{os.getpid()}"
    train_graph(config, load_phrasings(data), unfinished)
    _checksum_file(model).write_text(hashlib.sha256(unfinished.read_bytes()).hexdigest())
    unfinished.rename(model)
    _forget_old(out)
    return model


def run(arguments: argparse.Namespace) -> int:
    """Train as asked on the command line; the last line of output names the model."""
    if arguments.print_hash:
        print(hash_inputs(arguments.data, arguments.config))
        return 0
    _tell(model=train(arguments.data, arguments.config, arguments.out).name)
    return 0


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
