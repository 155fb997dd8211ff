"""What staff read instead of a topic's id (data/topics.yml)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.content.procedure import Procedure, capitalise
from bot.yaml_files import read_yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Topics:
    """Names by id. `fields`: by the first part of a topic's id, in the order they are shown."""

    fields: Mapping[str, str]
    names: Mapping[str, str]

    def name(self, topic: str) -> str:
        """Return the name of a topic; its id where nobody named it yet, as after an import."""
        return self.names.get(topic, topic)

    def group(self, topics: Iterable[str]) -> list[tuple[str, list[tuple[str, str]]]]:
        """Return each field with its topics, as (id, name): fields in their order, topics in that of names."""
        fields: dict[str, list[tuple[str, str]]] = {field: [] for field in self.fields}
        for topic in topics:
            fields.setdefault(topic.partition(".")[0], []).append((topic, self.name(topic)))
        return [
            (self.fields.get(field, field), sorted(listed, key=lambda each: each[1]))
            for field, listed in fields.items()
            if listed
        ]


def load_topics(path: Path, procedures: Mapping[str, Procedure]) -> Topics:
    """Return the names of all topics: a procedure's is its short name."""
    given = read_yaml(path)
    named = {topic: capitalise(procedure.short_name) for topic, procedure in procedures.items()}
    return Topics(fields=given["fields"], names={**named, **given["topics"]})
