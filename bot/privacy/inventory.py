"""The inventory of personal data (danh mục dữ liệu cá nhân): every column, whose, why and how long it is kept."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, model_validator

from bot.settings import DATA
from bot.storage.tables import Table
from bot.yaml_files import read_yaml

INVENTORY = DATA / "privacy" / "inventory.yml"


class About(StrEnum):
    """Whose data a table holds."""

    CITIZEN = "citizen"
    """Who writes to us."""
    APPLICANT = "applicant"
    """Whose application a source system reports."""
    BENEFICIARY = "beneficiary"
    """Who stands on a list of a source system."""
    STAFF = "staff"
    NOBODY = "nobody"


class TableEntry(BaseModel):
    """What one table holds. `personal`: by column, what it says of a person, in Vietnamese.

    `staff`: which of those name staff, who are nobody's to export. `unlinked`: why no way leads from a row back to
    a citizen. `outlives`: why a row may stay when its citizen has everything deleted. `passing`: needed for a
    while to run the service, so a citizen who reads everything finds it last.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    holds: str
    about: About
    why: str = ""
    basis: str = ""
    kept: str = ""
    personal: Mapping[str, str] = Field(default_factory=dict)
    sensitive: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    staff: tuple[str, ...] = ()
    unlinked: str = ""
    outlives: str = ""
    passing: bool = False

    @model_validator(mode="after")
    def _is_complete(self) -> TableEntry:
        if bool(self.personal) != (self.about is not About.NOBODY):
            raise ValueError(f"{self.table}: personal columns and whose they are go together")
        if self.personal and not (self.why and self.basis and self.kept):
            raise ValueError(f"{self.table}: say why, on what basis and how long")
        if unknown := {*self.sensitive, *self.staff} - set(self.personal):
            raise ValueError(f"{self.table}: {sorted(unknown)} is sensitive or of staff, but not personal")
        return self


def load_inventory(path: Path) -> tuple[TableEntry, ...]:
    """Return the entries of data/privacy/inventory.yml in its order."""
    return tuple(TableEntry.model_validate(entry) for entry in read_yaml(path)["tables"])


def find_gaps(inventory: tuple[TableEntry, ...]) -> list[str]:
    """List what the tables and the inventory do not have in common, each with what to do."""
    entries = {entry.table: entry for entry in inventory}
    gaps = [f"{name}: no such table, take it out of the inventory" for name in entries.keys() - _columns().keys()]
    for table, columns in _columns().items():
        entry = entries.get(table)
        if entry is None:
            gaps.append(f"{table}: add the table to data/privacy/inventory.yml")
            continue
        listed = [*entry.personal, *entry.plain]
        gaps += [f"{table}.{column}: add it as personal or plain" for column in sorted(columns - set(listed))]
        gaps += [f"{table}.{column}: no such column" for column in sorted(set(listed) - columns)]
        gaps += [
            f"{table}.{column}: listed twice" for column in sorted({c for c in listed if listed.count(c) > 1})
        ]
    return sorted(gaps)


def _columns() -> dict[str, set[str]]:
    return {table.name: {column.name for column in table.columns} for table in Table.metadata.sorted_tables}
