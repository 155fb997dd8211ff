"""Reads data/ whole, and finds everything that is wrong with it before anything is used."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import ValidationError

from bot.content import procedure as procedure_schema
from bot.content import schema
from bot.content.procedure import Procedure, Sides
from bot.content.reasons import render_place, render_reason
from bot.content.reminder_texts import find_text_problems
from bot.content.schema import (
    PLACEHOLDER,
    AnswerUnit,
    AnswerVersion,
    LegalDocument,
    Parameter,
    PhrasingSet,
    ReminderTexts,
)
from bot.yaml_files import read_yaml
from phrasings.generate import __file__ as _generator
from phrasings.load import list_input_files, load_phrasings

_FOLDERS = {"sources": "documents", "parameters": "parameters", "answers": "answers", "reminders": "rules"}
_PROCEDURES = "procedures"
_SIDES = "procedure-sides.yml"
_Record = TypeVar("_Record", LegalDocument, Parameter, AnswerUnit, ReminderTexts)


class ContentInvalid(ValueError):
    """Something in data/ is wrong; nothing was written. Each problem names the file, the record and the reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Every record of data/, checked, by id. `units`: those written by hand and those drawn from procedures."""

    documents: Mapping[str, LegalDocument]
    parameters: Mapping[str, Parameter]
    procedures: Mapping[str, Procedure]
    units: Mapping[str, AnswerUnit]
    phrasings: Mapping[str, PhrasingSet] = field(default_factory=dict)
    reminders: Mapping[str, ReminderTexts] = field(default_factory=dict)
    drawn: frozenset[str] = frozenset()
    """The units that were drawn from procedures."""


@dataclass(slots=True)
class _Reading:
    """What has been read so far, and what was wrong with it."""

    data_dir: Path
    file_of: dict[str, Path] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)

    def refuse(self, file: Path, record: str, reason: str) -> None:
        self.problems.append(f"{self.data_dir.name}/{file.relative_to(self.data_dir)}: {record}: {reason}")


def take_fingerprint(data_dir: Path) -> bytes:
    """Return a hash of every file that `read_content` reads, and of the shape it is read into."""
    digest = hashlib.sha256()
    for file in [*_list_files(data_dir), *map(Path, (schema.__file__, procedure_schema.__file__, _generator))]:
        digest.update(f"{file.name}\0".encode())
        digest.update(hashlib.sha256(file.read_bytes()).digest())
    return digest.digest()


def read_content(data_dir: Path) -> Content:
    """Return every record under sources/, parameters/, procedures/ and answers/, and the texts of reminders/.

    Raises:
        ContentInvalid: with all problems, not only the first.
    """
    reading = _Reading(data_dir)
    procedures = _read_procedures(reading)
    written = _read_records(reading, "answers", AnswerUnit)
    drawn = _draw_units(reading, procedures, written)
    content = Content(
        documents=_read_records(reading, "sources", LegalDocument),
        parameters=_read_records(reading, "parameters", Parameter),
        procedures=procedures,
        units=written | drawn,
        phrasings=_read_phrasings(reading),
        reminders=_read_records(reading, "reminders", ReminderTexts, take=_take_texts),
        drawn=frozenset(drawn),
    )
    for record, reason in (*_find_broken_references(content), *_find_broken_texts(content)):
        reading.refuse(reading.file_of[record], record.partition(":")[2], reason)
    if reading.problems:
        raise ContentInvalid(reading.problems)
    return content


def read_procedures(data_dir: Path) -> Mapping[str, Procedure]:
    """Return the procedures alone, by id.

    Raises:
        ContentInvalid: with all problems, not only the first.
    """
    reading = _Reading(data_dir)
    procedures = _read_procedures(reading)
    if reading.problems:
        raise ContentInvalid(reading.problems)
    return procedures


def find_placeholders(version: AnswerVersion) -> list[str]:
    """Return the parameters that a version draws on, each once, in order."""
    return list(dict.fromkeys(PLACEHOLDER.findall(f"{version.text}\n{version.more or ''}")))


def _list_files(data_dir: Path) -> list[Path]:
    files = [file for folder in (*_FOLDERS, _PROCEDURES) for file in (data_dir / folder).rglob("*.yml")]
    return sorted({*files, *list_input_files(data_dir)})


def _as_it_is(raw: Any) -> Any:
    return raw


def _take_texts(rule: Any) -> Any:
    """Return of a reminder rule what staff may edit; bot/reminders/rules.py reads the rest."""
    if not isinstance(rule, dict) or not isinstance(texts := rule.get("texts"), dict):
        return rule
    return {"id": rule.get("id"), "title": rule.get("title"), **texts}


def _read_records(
    reading: _Reading, folder: str, model: type[_Record], *, take: Callable[[Any], Any] = _as_it_is
) -> dict[str, _Record]:
    """Return the records of a folder. `take`: what of each is read, where a file holds more than that."""
    records: dict[str, _Record] = {}
    for file in sorted((reading.data_dir / folder).rglob("*.yml")):
        for number, raw in enumerate(_read_list(reading, file, _FOLDERS[folder]), start=1):
            name = str(raw.get("id") or f"mục {number}") if isinstance(raw, dict) else f"mục {number}"
            try:
                record = model.model_validate(take(raw))
            except ValidationError as refused:
                for error in refused.errors(include_url=False):
                    reading.refuse(file, name, f"{render_place(error)}: {render_reason(error)}")
                continue
            if record.id in records:
                first = reading.file_of[f"{folder}:{record.id}"].name
                reading.refuse(file, name, f"Mã này đã có trong {first}. Đổi mã hoặc bỏ một mục.")
                continue
            records[record.id] = record
            reading.file_of[f"{folder}:{record.id}"] = file
    return records


def _read_procedures(reading: _Reading) -> dict[str, Procedure]:
    procedures: dict[str, Procedure] = {}
    for file in sorted((reading.data_dir / _PROCEDURES).rglob("*.yml")):
        given = _read_yaml(reading, file)
        if not isinstance(given, dict) or list(given) != ["procedure"]:
            reading.refuse(file, "cả tệp", "Cần đúng một mục ở trên cùng là `procedure:`.")
            continue
        try:
            procedure = Procedure.model_validate(given["procedure"])
        except ValidationError as refused:
            for error in refused.errors(include_url=False):
                reading.refuse(file, file.stem, f"{render_place(error)}: {render_reason(error)}")
            continue
        if procedure.id in procedures:
            reading.refuse(file, procedure.id, "Mã này đã có trong một tệp khác. Đổi mã hoặc bỏ một mục.")
            continue
        procedures[procedure.id] = procedure
        reading.file_of[f"{_PROCEDURES}:{procedure.id}"] = file
    return procedures


def _read_phrasings(reading: _Reading) -> dict[str, PhrasingSet]:
    if reading.problems:  # they are made from what was just read
        return {}
    sets: dict[str, PhrasingSet] = {}
    for name, texts in load_phrasings(reading.data_dir).items():
        try:
            sets[name] = PhrasingSet(id=name, texts=texts)
        except ValidationError as refused:
            for error in refused.errors(include_url=False):
                reading.refuse(reading.data_dir / "nlu", name, f"{render_place(error)}: {render_reason(error)}")
    return sets


def _draw_units(
    reading: _Reading, procedures: Mapping[str, Procedure], written: Mapping[str, AnswerUnit]
) -> dict[str, AnswerUnit]:
    if not procedures:
        return {}
    sides = Sides.model_validate(_read_yaml(reading, reading.data_dir / _SIDES))
    units: dict[str, AnswerUnit] = {}
    for procedure in procedures.values():
        file = reading.file_of[f"{_PROCEDURES}:{procedure.id}"]
        try:
            for unit in sides.draw_units(procedure, written.values()):
                if unit.id in written:
                    reading.refuse(file, unit.id, "Mã này đã có trong answers/ cho một loại câu hỏi khác.")
                units[unit.id] = unit
                reading.file_of[f"answers:{unit.id}"] = file
        except ValidationError as refused:
            for error in refused.errors(include_url=False):
                reading.refuse(file, procedure.id, f"{render_place(error)}: {render_reason(error)}")
    return units


def _read_yaml(reading: _Reading, file: Path) -> Any:
    try:
        return read_yaml(file)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reading.refuse(file, "cả tệp", f"Không đọc được YAML: {' '.join(str(error).split())}")
        return None


def _read_list(reading: _Reading, file: Path, key: str) -> list[Any]:
    given = _read_yaml(reading, file)
    if given is None:
        return []
    if not isinstance(given, dict) or list(given) != [key] or not isinstance(given[key], list | None):
        reading.refuse(file, "cả tệp", f"Cần đúng một mục ở trên cùng là `{key}:` với một danh sách.")
        return []
    return given[key] or []


def _find_broken_references(content: Content) -> Iterator[tuple[str, str]]:
    """Yield (record, reason); a record is named "<folder>:<id>"."""
    for parameter in content.parameters.values():
        for value in parameter.values:
            if value.source.document not in content.documents:
                yield f"parameters:{parameter.id}", f"Không có văn bản {value.source.document} trong sources/."
    titles: dict[str, str] = {}
    for unit in content.units.values():
        record = f"answers:{unit.id}"
        if (other := titles.setdefault(unit.title, unit.id)) != unit.id:
            yield record, f"Trùng tiêu đề với {other}: “{unit.title}”. Đổi một trong hai."
        for related in unit.related:
            if related not in content.units:
                yield record, f"related: không có câu trả lời {related}."
        for version in unit.versions:
            for source in version.sources:
                if source.document not in content.documents:
                    yield record, f"Không có văn bản {source.document} trong sources/."
            for name in find_placeholders(version):
                if name not in content.parameters:
                    yield record, f"Không có tham số {{{{{name}}}}} trong parameters/."


def _find_broken_texts(content: Content) -> Iterator[tuple[str, str]]:
    """Yield (record, reason) as above, for each text of a reminder that could not be filled in."""
    for texts in content.reminders.values():
        for place, reason in find_text_problems(texts):
            yield f"reminders:{texts.id}", f"texts.{place}: {reason}"
