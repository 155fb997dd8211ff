"""A procedure or benefit programme (thủ tục, chế độ) as facts, and the answer units drawn from it.

One file of data/procedures/ is one procedure. Each side that citizens ask about is a passage: the sentence that
answers, then points, then a note. Every passage becomes an answer unit, unless one was written by hand for the
same topic and kind of question.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from enum import StrEnum
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from bot.content.schema import (
    FIRST_SCREEN_CHARACTERS,
    AnswerUnit,
    AnswerVersion,
    Dated,
    QuestionKind,
    Record,
    Slug,
    Source,
)

OVERVIEW = "overview"
Https = Annotated[str, StringConstraints(pattern=r"^https://\S+$")]
MOST_RELATED = 4


class Online(StrEnum):
    """How much of a procedure is done on the web (mức dịch vụ công trực tuyến)."""

    FULL = "full"
    """Toàn trình: nobody has to go anywhere."""
    PARTLY = "partly"
    """Một phần: begun on the web, finished at the counter."""
    NO = "no"


class Level(StrEnum):
    """Which level of government takes it. There is no district (huyện, quận) since 1 July 2025."""

    COMMUNE = "commune"
    PROVINCE = "province"
    CENTRAL = "central"
    OTHER = "other"
    """A bank, a network operator, a hospital, an employer."""


class Passage(Record):
    """What is said about one side of a procedure. `say` answers by itself, in one short sentence."""

    say: Annotated[str, StringConstraints(min_length=3, max_length=170)]
    items: tuple[str, ...] = ()
    note: str | None = None
    sources: tuple[Source, ...] = ()
    """Its own legal basis; the procedure's where none is given."""


class PlacePassage(Passage):
    """Where it is handed in."""

    levels: tuple[Level, ...] = Field(min_length=1)


class OnlinePassage(Passage):
    """Whether it is done on the web, and where."""

    possible: Online


class Form(Record):
    """A form (mẫu đơn, tờ khai) that it asks for."""

    name: str
    code: str | None = None
    url: Https | None = None


class ProcedureVersion(Dated):
    """What holds over a span of days. A side of which nothing is known for certain is left out."""

    who: Passage | None = None
    documents: Passage | None = None
    steps: Passage | None = None
    fee: Passage | None = None
    time: Passage | None = None
    place: PlacePassage | None = None
    online: OnlinePassage | None = None
    amount: Passage | None = None
    """What a benefit programme pays (mức hưởng)."""
    result: str | None = None
    forms: tuple[Form, ...] = ()
    links: tuple[Https, ...] = ()
    sources: tuple[Source, ...] = Field(min_length=1)
    checked_on: date

    def find_passage(self, name: str) -> Passage | None:
        """Return one side by its field's name."""
        found = getattr(self, name)
        assert found is None or isinstance(found, Passage)
        return found


class Procedure(Record):
    """One procedure or programme through time. `id` is the topic of its answers."""

    id: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:[.-][a-z0-9]+)*$", max_length=48)]
    name: Annotated[str, StringConstraints(min_length=5, max_length=200)]
    """As it is published."""
    short_name: Annotated[str, StringConstraints(min_length=3, max_length=42)]
    """As people say it, lower case: "đăng ký khai sinh". Titles and sentences are built with it."""
    aliases: tuple[str, ...] = Field(min_length=5)
    """What citizens call it, so that a question can be built around each: "làm giấy khai sinh"."""
    situations: tuple[str, ...] = ()
    """What brings citizens to it, as they tell it before they ask: "vợ em mới sanh bé gái hôm kia"."""
    versions: tuple[ProcedureVersion, ...] = Field(min_length=1)


class Side(Record):
    """One side of a procedure as citizens ask about it, from data/procedure-sides.yml."""

    passage: str
    """The field of ProcedureVersion; "overview" for the summary of all."""
    kind: QuestionKind
    suffix: Slug
    title: str
    """With `{name}` for the short name."""
    line: str | None = None
    """How the passage is introduced in one line of another answer: "Lệ phí"."""
    brief: bool = False
    """Whether that line also stands under the answers about the other sides."""
    ask: tuple[str, ...] = ()
    """How citizens ask, with `{x}` for one of the aliases (phrasings/)."""
    ask_of_benefit: tuple[str, ...] = ()
    """The same where the procedure brings money: "bao nhiêu tiền" then asks for what one gets, not for the fee."""
    tell: tuple[str, ...] = ()
    """How citizens ask after they told their case, with `{s}` for one of the situations (phrasings/)."""

    @model_validator(mode="after")
    def _names_a_passage(self) -> Self:
        if self.passage != OVERVIEW and self.passage not in ProcedureVersion.model_fields:
            raise ValueError(f"no such passage: {self.passage}")
        return self


class Sides(Record):
    """Every side, and the words that join them."""

    sides: tuple[Side, ...]
    lead: str
    """The first line of a summary, with `{name}`."""
    result: str
    forms: str

    def draw_units(self, procedure: Procedure, written: Iterable[AnswerUnit]) -> Iterator[AnswerUnit]:
        """Yield the units of a procedure for the kinds of question that `written` by hand does not cover.

        Raises:
            ValidationError: a text is too long for the first screen, or a title for a button.
        """
        by_hand = {unit.kind: unit.id for unit in reversed(list(written)) if unit.topic == procedure.id}
        drawn = [side for side in self.sides if side.kind not in by_hand and self._is_told(side, procedure)]
        names = {side.kind: f"{procedure.id}.{side.suffix}" for side in drawn}
        next_questions = [
            name for side in self.sides if (name := by_hand.get(side.kind) or names.get(side.kind)) is not None
        ]
        for side in drawn:
            name = names[side.kind]
            yield AnswerUnit(
                id=name,
                title=capitalise(side.title.replace("{name}", procedure.short_name)),
                kind=side.kind,
                topic=procedure.id,
                related=tuple(each for each in next_questions if each != name)[:MOST_RELATED],
                versions=tuple(
                    self._draw_version(side, procedure, version)
                    for version in procedure.versions
                    if self._has_passage(side, version)
                ),
            )

    def _is_told(self, side: Side, procedure: Procedure) -> bool:
        return any(self._has_passage(side, version) for version in procedure.versions)

    @staticmethod
    def _has_passage(side: Side, version: ProcedureVersion) -> bool:
        return side.passage == OVERVIEW or version.find_passage(side.passage) is not None

    def _draw_version(self, side: Side, procedure: Procedure, version: ProcedureVersion) -> AnswerVersion:
        passage = None if side.passage == OVERVIEW else version.find_passage(side.passage)
        lines = self._list_lines(version, besides=side.passage)
        if passage is None:
            text = _join(self.lead.replace("{name}", procedure.short_name), "\n".join(lines))
            more = _join(_render_passage(version.steps) if version.steps else "", self._render_rest(version))
        else:
            text, more = _render_passage(passage), self._render_rest(version)
            if len(with_lines := _join(text, "\n".join(lines))) <= FIRST_SCREEN_CHARACTERS:
                text = with_lines
        return AnswerVersion(
            effective_from=version.effective_from,
            effective_to=version.effective_to,
            text=text,
            more=more or None,
            sources=(passage.sources if passage else ()) or version.sources,
            checked_on=version.checked_on,
        )

    def _list_lines(self, version: ProcedureVersion, *, besides: str) -> list[str]:
        return [
            f"- {side.line}: {passage.say}"
            for side in self.sides
            if side.line and side.passage not in (OVERVIEW, besides)
            if (besides == OVERVIEW or side.brief)
            if (passage := version.find_passage(side.passage)) is not None
        ]

    def _render_rest(self, version: ProcedureVersion) -> str:
        forms = [f"- {form.name}{f' ({form.code})' if form.code else ''}" for form in version.forms]
        return _join(
            f"{self.result}: {version.result}" if version.result else "",
            "\n".join([f"{self.forms}:", *forms]) if forms else "",
            "\n".join(version.links),
        )


def _render_passage(passage: Passage) -> str:
    return _join(passage.say, "\n".join(f"- {item}" for item in passage.items), passage.note or "")


def _join(*paragraphs: str) -> str:
    return "\n\n".join(paragraph.strip() for paragraph in paragraphs if paragraph.strip())


def capitalise(text: str) -> str:
    return text[:1].upper() + text[1:]
