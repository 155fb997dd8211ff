"""Reads every phrasing of data/ by the name it belongs to: an answer unit or a skill."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from phrasings.generate import generate_phrasings

_Loader: Any = getattr(
    yaml, "CSafeLoader", yaml.SafeLoader
)  # libyaml reads ten times faster, where it was built in


def load_phrasings(data_dir: Path) -> dict[str, tuple[str, ...]]:
    """Return the phrasings by name: those written by hand in nlu/ first, then those made from procedures/."""
    found: dict[str, dict[str, None]] = {}
    for path in sorted((data_dir / "nlu").rglob("*.yml")):
        for entry in _read(path).get("nlu") or ():
            if "intent" in entry:
                lines = (line.strip() for line in entry["examples"].splitlines())
                given = (line.removeprefix("- ").strip() for line in lines if line.startswith("- "))
                found.setdefault(entry["intent"], {}).update(dict.fromkeys(given))
    written = {example.casefold() for examples in found.values() for example in examples}
    for name, examples in _generate(data_dir).items():
        found.setdefault(name, {}).update(
            dict.fromkeys(each for each in examples if each.casefold() not in written)
        )
    return {name: tuple(examples) for name, examples in found.items()}


def list_input_files(data_dir: Path) -> list[Path]:
    """List the files that `load_phrasings` reads, in order."""
    folders = ("nlu", "procedures", "answers")
    files = sorted(path for folder in folders for path in (data_dir / folder).rglob("*.yml"))
    return [*files, *data_dir.glob("procedure-sides.yml")]


def _generate(data_dir: Path) -> dict[str, list[str]]:
    procedures = [_read(path)["procedure"] for path in sorted((data_dir / "procedures").rglob("*.yml"))]
    if not procedures:
        return {}
    units = [
        unit for path in sorted((data_dir / "answers").rglob("*.yml")) for unit in _read(path)["answers"] or ()
    ]
    return generate_phrasings(procedures, _read(data_dir / "procedure-sides.yml")["sides"], units)


def _read(path: Path) -> dict[str, Any]:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader) or {}  # noqa: S506 -- a safe loader
