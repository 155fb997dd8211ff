"""The catalogue in memory: what every unit says today, rebuilt whenever the content changes.

A snapshot is immutable and swapped whole, so a turn that began with one ends with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy.ext.asyncio import AsyncSession

from bot.content.figures import fill_placeholders, find_value
from bot.content.records import ContentRecord, load_documents, load_parameters
from bot.content.schema import (
    PLACEHOLDER,
    AnswerUnit,
    AnswerVersion,
    LegalDocument,
    Parameter,
    PhrasingSet,
    ReminderTexts,
    Source,
)
from bot.domain.answers import Answer, AnswerKind, Button, CitedSource
from bot.domain.content import ContentKind
from bot.storage.content_records import list_bodies
from bot.storage.questions import load_linked

UNIT_PREFIX = "a:"
"""The payload that asks for a unit: "a:<unit id>"."""
MORE_PREFIX = "m:"
"""The payload that opens the rest of a unit: "m:<unit id>"."""


class NoSuchUnit(LookupError):
    """The catalogue has no unit of that id that is in force today."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Catalogue:
    """Every record of the knowledge at one moment."""

    units: Mapping[str, AnswerUnit]
    parameters: Mapping[str, Parameter] = field(default_factory=dict)
    documents: Mapping[str, LegalDocument] = field(default_factory=dict)
    phrasings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """How citizens ask, by unit or skill."""
    linked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Questions from the queue that staff linked to units."""
    reminders: Mapping[str, ReminderTexts] = field(default_factory=dict)
    """What citizens read when they open a reminder, by rule."""

    def replace_record(self, record: ContentRecord) -> Catalogue:
        """Return the catalogue with a record in the place of the one of its id."""
        match record:
            case AnswerUnit():
                return replace(self, units={**self.units, record.id: record})
            case Parameter():
                return replace(self, parameters={**self.parameters, record.id: record})
            case LegalDocument():
                return replace(self, documents={**self.documents, record.id: record})
            case PhrasingSet():
                return replace(self, phrasings={**self.phrasings, record.id: record.texts})
            case ReminderTexts():
                return replace(self, reminders={**self.reminders, record.id: record})

    def list_units_on(self, day: date) -> list[AnswerUnit]:
        """List the units in force on a day, in order of id."""
        return [unit for _, unit in sorted(self.units.items()) if self._find_shown(unit, day) is not None]

    def find_unit_on(self, unit_id: str, day: date) -> AnswerUnit | None:
        """Return a unit if it is in force on a day."""
        unit = self.units.get(unit_id)
        return unit if unit is not None and self._find_shown(unit, day) is not None else None

    def render_unit(self, unit_id: str, *, day: date, confidence: float | None = None) -> Answer:
        """Return the answer that a unit gives on a day.

        Raises:
            NoSuchUnit: it is not there, or not in force on that day: an expired answer is never shown.
        """
        unit, version = self._get(unit_id, day)
        buttons = [
            Button(title=other.title, payload=f"{UNIT_PREFIX}{other.id}")
            for other in (self.find_unit_on(each, day) for each in unit.related)
            if other is not None
        ]
        if version.more:
            buttons.insert(0, Button(title="Xem thêm", payload=f"{MORE_PREFIX}{unit_id}"))
        return self._answer(unit, version, version.text, day=day, buttons=tuple(buttons), confidence=confidence)

    def render_more(self, unit_id: str, *, day: date) -> Answer:
        """Return what "Xem thêm" opens, or the answer itself where there is no more.

        Raises:
            NoSuchUnit: as `render_unit`.
        """
        unit, version = self._get(unit_id, day)
        if not version.more:
            return self.render_unit(unit_id, day=day)
        back = Button(title=unit.title, payload=f"{UNIT_PREFIX}{unit_id}")
        return self._answer(unit, version, version.more, day=day, buttons=(back,))

    def _get(self, unit_id: str, day: date) -> tuple[AnswerUnit, AnswerVersion]:
        unit = self.units.get(unit_id)
        version = self._find_shown(unit, day) if unit is not None else None
        if unit is None or version is None:
            raise NoSuchUnit(unit_id)
        return unit, version

    def _find_shown(self, unit: AnswerUnit, day: date) -> AnswerVersion | None:
        version = unit.version_on(day)
        if version is None:
            return None
        for name in PLACEHOLDER.findall(f"{version.text}{version.more or ''}"):
            parameter = self.parameters.get(name)
            if parameter is None or find_value(parameter, day) is None:
                return None  # a text whose figure has ended must not be shown with a hole in it
        return version

    def _answer(
        self,
        unit: AnswerUnit,
        version: AnswerVersion,
        text: str,
        *,
        day: date,
        buttons: tuple[Button, ...],
        confidence: float | None = None,
    ) -> Answer:
        return Answer(
            kind=AnswerKind.SCAM if unit.is_about_scams else AnswerKind.ANSWER,
            answer_id=unit.id,
            text=fill_placeholders(text, self.parameters, day=day),
            buttons=buttons,
            sources=tuple(self.cite(source) for source in version.sources),
            checked_on=version.checked_on,
            confidence=confidence,
        )

    def cite(self, source: Source) -> CitedSource:
        """Return a source as an answer cites it."""
        document = self.documents[source.document]
        return CitedSource(
            document=document.name,
            article=source.article,
            effective_from=document.effective_from,
            effective_to=document.effective_to,
            url=document.url,
        )


async def load_catalogue(tx: AsyncSession) -> Catalogue:
    """Return the catalogue as the database has it now."""
    units = [AnswerUnit.model_validate(body) for body in await list_bodies(tx, ContentKind.ANSWER)]
    return Catalogue(
        units={unit.id: unit for unit in units},
        parameters=await load_parameters(tx),
        documents=await load_documents(tx),
        phrasings={body["id"]: tuple(body["texts"]) for body in await list_bodies(tx, ContentKind.PHRASINGS)},
        linked=await load_linked(tx),
        reminders={
            body["id"]: ReminderTexts.model_validate(body) for body in await list_bodies(tx, ContentKind.REMINDER)
        },
    )
