"""The systems that report applications: what they call their states, and what they promise of their data."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from pydantic import BaseModel, ConfigDict, PrivateAttr, ValidationError

from bot.domain.application import ApplicationState
from bot.yaml_files import read_yaml
from vietnamese.normalise import fold, normalise

INVENTED = "demo"
"""The source of applications that are nobody's."""
DEFAULT = "default"
"""The table for a source that has none of its own."""


class SourcesInvalid(ValueError):
    """A table of a source system does not fit its schema."""


class VersionOrder(StrEnum):
    """How it is known which of two reports is the later one."""

    SEQUENCE = "sequence"
    """By a number of the source's own that rises with every report."""
    TIME = "time"
    """By the moment the data is of."""


class SourceSystem(BaseModel):
    """A system that reports applications (hệ thống nguồn). `states`: our state by each of its names."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str
    name: str
    order: VersionOrder
    fresh_for: timedelta
    """How old its data may be before a citizen is told that it is old."""
    is_invented: bool = False
    """Nobody's data: shown as such, with ID numbers of a place that does not exist."""
    states: Mapping[ApplicationState, tuple[str, ...]]
    note: str = ""

    _by_name: dict[str, ApplicationState] = PrivateAttr(default_factory=dict)

    def model_post_init(self, _context: object, /) -> None:
        """Index the names."""
        named = [(state.value, state) for state in ApplicationState]
        named += [(name, state) for state, names in self.states.items() for name in names]
        for name, state in named:
            if self._by_name.setdefault(_plain(name), state) is not state:
                raise ValueError(f"{self.id}: “{name}” stands for two states")

    def read_state(self, text: str) -> ApplicationState | None:
        """Return our state for one of the source's names, None where the table does not have it."""
        # Files repeat a handful of spellings a million times.
        found = self._by_name.get(text)
        if found is None:
            found = self._by_name.get(_plain(text))
        return found


class SourceSystems:
    """Every system that may report."""

    def __init__(self, systems: Mapping[str, SourceSystem]) -> None:
        if DEFAULT not in systems:
            raise SourcesInvalid(f"no table “{DEFAULT}”")
        self._systems = systems

    @classmethod
    def load(cls, folder: Path) -> SourceSystems:
        """Return the systems of a folder, one file each.

        Raises:
            SourcesInvalid: a file does not fit the schema, or two have one id.
        """
        systems: dict[str, SourceSystem] = {}
        for path in sorted(folder.glob("*.yml")):
            try:
                system = SourceSystem.model_validate(read_yaml(path))
            except (ValidationError, ValueError) as error:
                raise SourcesInvalid(f"{path.name}: {error}") from error
            if system.id in systems:
                raise SourcesInvalid(f"{path.name}: {system.id} is there twice")
            systems[system.id] = system
        return cls(systems)

    def find(self, source_id: str) -> SourceSystem:
        """Return a system; one without a table of its own has the default table under its own id."""
        known = self._systems.get(source_id)
        return known if known is not None else self._systems[DEFAULT].model_copy(update={"id": source_id})

    def list_all(self) -> list[SourceSystem]:
        """List the systems that have a table."""
        return list(self._systems.values())


def _plain(name: str) -> str:
    return " ".join(fold(normalise(name)).replace("_", " ").replace("-", " ").split())
