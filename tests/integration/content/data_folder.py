"""A small data/ folder that a test writes and changes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


class DataFolder:
    """Writes the records of a data/ folder."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.write("sources", "luat", "documents", [document()])
        self.write("parameters", "le-phi", "parameters", [parameter()])
        self.write("answers", "can-cuoc", "answers", [unit("can-cuoc.doi.le-phi")])

    def write(self, folder: str, name: str, key: str, records: list[dict[str, Any]]) -> None:
        """Replace one file."""
        file = self.path / folder / f"{name}.yml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(yaml.safe_dump({key: records}, allow_unicode=True), encoding="utf-8")

    def write_units(self, *units: dict[str, Any]) -> None:
        """Replace the answers."""
        self.write("answers", "can-cuoc", "answers", list(units))


def document(document_id: str = "luat-26-2023-qh15", **changed: Any) -> dict[str, Any]:
    """A legal document."""
    record = {
        "id": document_id,
        "name": "Luật Căn cước 26/2023/QH15",
        "effective_from": "2024-07-01",
        "checked_on": "2026-11-23",
    }
    return {**record, **changed}


def parameter(parameter_id: str = "can-cuoc.le-phi.doi", **changed: Any) -> dict[str, Any]:
    """A fee of 50,000 đồng."""
    record = {
        "id": parameter_id,
        "title": "Lệ phí đổi thẻ",
        "unit": "vnd",
        "values": [
            {
                "value": 50000,
                "effective_from": "2024-07-01",
                "source": {"document": "luat-26-2023-qh15"},
                "checked_on": "2026-11-23",
            }
        ],
    }
    return {**record, **changed}


def unit(unit_id: str, *, title: str | None = None, **changed_version: Any) -> dict[str, Any]:
    """An answer unit of one version."""
    version = {
        "effective_from": "2024-07-01",
        "text": "{{can-cuoc.le-phi.doi}}. Nộp khi làm thẻ.",
        "sources": [{"document": "luat-26-2023-qh15", "article": "Điều 38"}],
        "checked_on": "2026-11-23",
    }
    return {
        "id": unit_id,
        "title": title or f"Tiêu đề {unit_id}",
        "kind": "fee",
        "topic": unit_id.rpartition(".")[0],
        "versions": [{**version, **changed_version}],
    }
