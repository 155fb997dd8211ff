"""An answer as the web chat shows it, while it is still being typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from bot.console.shelf import Shelf
from bot.console.unit_form import VersionFields, Versions, read_day
from bot.content.figures import ParameterNotInForce, fill_placeholders, render_date
from bot.content.schema import FIRST_SCREEN_CHARACTERS
from bot.domain.answers import Answer, AnswerKind, CitedSource
from bot.domain.citation import render_citation
from bot.domain.markup import read_lines


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewedVersion:
    """One version on one day. `missing`: the parameter that has no value, so that nothing would be shown."""

    day: date
    in_force: bool
    span: str
    characters: int
    text: Markup
    more: Markup | None
    citation: str
    missing: str | None


def preview_versions(versions: Versions, shelf: Shelf, *, today: date) -> list[PreviewedVersion]:
    """Return what citizens see of each version: today, or on its first day where that is still to come."""
    return [_preview(version, shelf, today) for version in versions]


def render_markup(text: str) -> Markup:
    """Return an answer's small markup as HTML; everything in it is escaped."""
    html: list[Markup] = []
    in_list = False
    for line in read_lines(text):
        spans = Markup("").join(
            Markup("<strong>{}</strong>").format(span.text) if span.bold else escape(span.text)
            for span in line.spans
        )
        if line.is_item != in_list:
            html.append(Markup("<ul>") if line.is_item else Markup("</ul>"))
            in_list = line.is_item
        if line.is_item:
            html.append(Markup("<li>{}</li>").format(spans))
        elif line.spans:
            html.append(Markup("<p>{}</p>").format(spans))
    if in_list:
        html.append(Markup("</ul>"))
    return Markup("").join(html)


def _preview(version: VersionFields, shelf: Shelf, today: date) -> PreviewedVersion:
    begins, ends = read_day(version.effective_from), read_day(version.effective_to)
    day = max(begins, today) if begins else today
    missing = None
    shown = {"text": version.text, "more": version.more}
    for name, typed in shown.items():
        try:
            shown[name] = fill_placeholders(typed, shelf.parameters, day=day)
        except ParameterNotInForce as error:
            missing = str(error.args[0])
    return PreviewedVersion(
        day=day,
        in_force=begins is not None and begins <= today and (ends is None or today <= ends),
        span=_render_span(begins, ends),
        characters=len(version.text),
        text=render_markup(shown["text"][: FIRST_SCREEN_CHARACTERS * 4]),
        more=render_markup(shown["more"]) if shown["more"] else None,
        citation=render_citation(_cite(version, shelf)),
        missing=missing,
    )


def _cite(version: VersionFields, shelf: Shelf) -> Answer:
    documents = [(shelf.documents.get(source.document), source.article) for source in version.sources]
    return Answer(
        kind=AnswerKind.ANSWER,
        text="",
        sources=tuple(
            CitedSource(document=document.name, article=article or None, effective_from=document.effective_from)
            for document, article in documents
            if document is not None
        ),
        checked_on=read_day(version.checked_on),
    )


def _render_span(begins: date | None, ends: date | None) -> str:
    since = f"Từ {render_date(begins)}" if begins else "Chưa có ngày bắt đầu"
    return f"{since} đến hết {render_date(ends)}" if ends else since
