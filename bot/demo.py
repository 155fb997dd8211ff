"""Invented applications and offices, to try without anybody's data. Each is marked as invented when shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

from bot.applications.sources import SourceSystem
from bot.gateways.applications.sync import ApplicationSync
from bot.gateways.offices.columns import COLUMNS
from bot.gateways.offices.sync import OfficeSync
from bot.gateways.rows.raw import RawRow
from bot.gateways.rows.read_table import read_file
from bot.yaml_files import read_yaml


def load_demo_applications(path: Path) -> list[dict[str, Any]]:
    """Return the invented applications of a file, in the form in which source systems report."""
    rows: list[dict[str, Any]] = read_yaml(path)["applications"]
    return rows


async def seed_demo_applications(sync: ApplicationSync, source: SourceSystem, path: Path) -> None:
    """Write the invented applications; those that are there already stay as they are.

    Raises:
        ValueError: the file has a row that would be refused.
    """

    async def rows() -> AsyncIterator[RawRow]:
        for number, row in enumerate(load_demo_applications(path), start=1):
            yield RawRow(number=number, value=row)

    report = await sync.take(rows(), source)
    if report["refused"]:
        raise ValueError(f"{path.name}: {report['rows']}")


async def seed_demo_offices(sync: OfficeSync, path: Path) -> None:
    """Write the invented offices.

    Raises:
        ValueError: the file has a row that would be refused.
    """
    report = await sync.take(read_file(path, COLUMNS, lambda _done, _total: None), is_invented=True)
    if report["refused"]:
        raise ValueError(f"{path.name}: {report['rows']}")
