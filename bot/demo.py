"""Invented applications, to try the lookup without anybody's data. Each is marked as invented when shown."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from bot.domain.application import ApplicantSecrets, ApplicationState
from bot.storage.applications import ReportedApplication, record_application
from bot.storage.database import Database
from bot.storage.encryption import Cipher


class DemoApplication(BaseModel):
    """One invented application in data/demo/applications.yml."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    code: str
    procedure_name: str
    office: str
    state: ApplicationState
    state_since: date
    promised_on: date | None = None
    data_as_of: date
    next_step: str | None = None
    id_number: str
    birth_date: date


def load_demo_applications(path: Path) -> list[DemoApplication]:
    """Return the invented applications of a file."""
    return [DemoApplication.model_validate(each) for each in yaml.safe_load(path.read_text())["applications"]]


async def seed_demo_applications(database: Database, cipher: Cipher, path: Path) -> None:
    """Write the invented applications; those that are there already stay as they are."""
    async with database.begin() as tx:
        for demo in load_demo_applications(path):
            reported = ReportedApplication(
                source="demo",
                code=demo.code,
                procedure_name=demo.procedure_name,
                office=demo.office,
                state=demo.state,
                state_since=_morning(demo.state_since),
                promised_on=demo.promised_on,
                data_as_of=_morning(demo.data_as_of),
                next_step=demo.next_step,
                secrets=ApplicantSecrets(id_number=demo.id_number, birth_date=demo.birth_date),
                is_demo=True,
            )
            await record_application(tx, reported, cipher)


def _morning(day: date) -> datetime:
    return datetime.combine(day, time(1, 30), tzinfo=UTC)
