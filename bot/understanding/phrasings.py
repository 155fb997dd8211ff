"""How citizens ask for each unit and skill: the training phrases in data/nlu, read for retrieval."""

from __future__ import annotations

from pathlib import Path

import yaml


def load_phrasings(folder: Path) -> dict[str, tuple[str, ...]]:
    """Return the training phrases by intent, from Rasa's YAML files under a folder."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    found: dict[str, list[str]] = {}
    for path in sorted(folder.rglob("*.yml")):
        for entry in yaml.load(path.read_text(), Loader=loader).get("nlu", ()):  # noqa: S506 -- a safe loader
            if "intent" in entry:
                lines = (line.strip() for line in entry["examples"].splitlines())
                found.setdefault(entry["intent"], []).extend(
                    line.removeprefix("- ") for line in lines if line.startswith("- ")
                )
    return {name: tuple(examples) for name, examples in found.items()}
