"""Asks a pipeline questions: what `bot evaluate` compares with, trained and run the way Rasa itself does it.

Reads JSON lines {"text": ...} and writes, in order, JSON lines {"name": ..., "confidence": ...}: the unit or
intent that the pipeline takes the question for, null where it falls back. The last line says what that cost.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Sequence

from phrasings.load import load_phrasings

FAQ = "faq"
_SKILLS = ("skill.", "smalltalk.", "handover.", "danger.", "aside.", "out-of-scope")


def run(arguments: argparse.Namespace) -> int:
    """Train the pipeline where it is not there yet, then answer the questions of standard input."""
    phrases = load_phrasings(arguments.data)
    started = time.monotonic()
    model, cost = _train(arguments.config, phrases, arguments.out)
    from rasa.core.agent import Agent

    agent = Agent.load(str(model))
    took = []
    for line in sys.stdin:
        begun = time.perf_counter()
        parsed = asyncio.run(agent.parse_message(json.loads(line)["text"]))
        took.append(time.perf_counter() - begun)
        print(json.dumps(_read(parsed)), flush=True)
    cost["parse_p50_ms"] = round(statistics.median(took) * 1000, 1) if took else None
    cost["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    cost["whole_s"] = round(time.monotonic() - started, 1)
    print(json.dumps(cost), flush=True)
    return 0


def _train(config: Path, phrases: Mapping[str, Sequence[str]], out: Path) -> "tuple[Path, Dict[str, Any]]":
    """Return the model and what training it took; it is kept under the hash of its inputs."""
    asked_for = json.dumps(phrases, ensure_ascii=False).encode() + config.read_bytes()
    model = out / "pipelines" / f"{config.stem}-{hashlib.sha256(asked_for).hexdigest()[:16]}.tar.gz"
    kept = model.with_suffix(".json")
    if model.exists() and kept.exists():
        return model, json.loads(kept.read_text())
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    from rasa.model_training import train_nlu

    started = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["RASA_CACHE_DIRECTORY"] = folder
        with_responses = "ResponseSelector" in config.read_text()
        data, domain = _write(Path(folder), phrases, with_responses=with_responses)
        trained = train_nlu(
            config=str(config), nlu_data=str(data), domain=str(domain), output=folder, fixed_model_name=model.name
        )
        if trained is None:
            raise RuntimeError(f"no model from {config}")
        model.parent.mkdir(parents=True, exist_ok=True)
        Path(trained).replace(model)
    cost = {"train_s": round(time.monotonic() - started, 1)}
    kept.write_text(json.dumps(cost))
    return model, cost


def _write(folder: Path, phrases: Mapping[str, Sequence[str]], *, with_responses: bool) -> "tuple[Path, Path]":
    """Write training data in Rasa's format. With a response selector, a unit is a response of the intent "faq"."""
    lines, intents, responses = ['version: "3.1"', "nlu:"], set(), {}
    for name, examples in phrases.items():
        is_faq = with_responses and not name.startswith(_SKILLS)
        intents.add(FAQ if is_faq else name)
        if is_faq:
            responses[f"utter_{FAQ}/{name}"] = [{"text": name}]
        lines += [f"- intent: {FAQ}/{name}" if is_faq else f"- intent: {name}", "  examples: |"]
        lines += [f"    - {example}" for example in examples]
    data, domain = folder / "nlu.yml", folder / "domain.yml"
    data.write_text("\n".join(lines) + "\n", encoding="utf-8")
    described = {"version": "3.1", "intents": sorted(intents), "responses": responses}
    domain.write_text(json.dumps(described, ensure_ascii=False), encoding="utf-8")
    return data, domain


def _read(parsed: Mapping[str, Any]) -> Dict[str, Optional[Any]]:
    intent = parsed["intent"]
    name, confidence = intent.get("name"), intent.get("confidence")
    if name == "nlu_fallback":
        return {"name": None, "confidence": confidence}
    if name == FAQ:
        chosen = parsed["response_selector"][FAQ]["response"]
        return {"name": chosen["intent_response_key"].partition("/")[2], "confidence": chosen["confidence"]}
    return {"name": name, "confidence": confidence}
