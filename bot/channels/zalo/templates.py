"""Templates (ZBS) for messages that we start to people who have been silent for a week."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ConfigDict

from bot.clock import hanoi_date
from bot.settings import DATA
from bot.storage.zalo_bells import StartedMessage
from bot.yaml_files import read_yaml


class TemplateWording(BaseModel):
    """What is registered with Zalo, word for word, and the parameters in it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    says: str
    params: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledTemplate:
    """A template to send: Zalo's id of it, and the value of each parameter."""

    id: str
    data: Mapping[str, str]


class Templates:
    """Knows the template of each purpose. `ids`: Zalo's id by purpose, from the setting ZALO_TEMPLATES."""

    def __init__(self, wordings: Mapping[str, TemplateWording], ids: Mapping[str, str]) -> None:
        self._wordings = wordings
        self._ids = ids

    @classmethod
    def load(cls, ids: Mapping[str, str]) -> Templates:
        """Read the words that are registered."""
        file = read_yaml(DATA / "zalo" / "templates.yml")
        return cls(
            {purpose: TemplateWording.model_validate(each) for purpose, each in file["templates"].items()}, ids
        )

    def find(self, started: StartedMessage, *, now: datetime) -> FilledTemplate | None:
        """Return the template that tells of a message, None where none is set for its purpose."""
        wording, template_id = self._wordings.get(started.purpose), self._ids.get(started.purpose)
        if wording is None or not template_id:
            return None
        values = {"ma": started.code, "ngay": f"{hanoi_date(now):%d/%m/%Y}"}
        return FilledTemplate(id=template_id, data={name: values[name] for name in wording.params})
