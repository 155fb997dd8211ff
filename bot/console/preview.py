"""An answer as the web chat and the messengers show it, while it is still being typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup, escape

from bot.console.document_choice import find_document
from bot.console.shelf import Shelf
from bot.console.unit_form import VersionFields, Versions, read_day
from bot.content.catalogue import MORE_PREFIX
from bot.content.figures import ParameterNotInForce, fill_placeholders, render_date
from bot.content.schema import FIRST_SCREEN_CHARACTERS
from bot.domain.answers import Answer, AnswerKind, Button, CitedSource
from bot.domain.citation import render_citation
from bot.domain.markup import read_lines
from bot.domain.messages import Channel

Renderings = Mapping[Channel, Callable[[Answer], Sequence[Markup]]]
"""How messengers show an answer: one message after the other, as safe HTML. The channels know it."""
_MORE = Button(title="Xem thêm", payload=MORE_PREFIX)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """An answer on one messenger. `buttons`: titles of what stands below the text; it may hold them itself."""

    channel: Channel
    messages: Sequence[Markup]
    buttons: Sequence[str] = ()


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
    on_messengers: Sequence[Shown]


def preview_versions(
    versions: Versions, shelf: Shelf, renderings: Renderings, *, today: date
) -> list[PreviewedVersion]:
    """Return what citizens see of each version: today, or on its first day where that is still to come."""
    return [_preview(version, shelf, renderings, today) for version in versions]


def show_on_messengers(answer: Answer, renderings: Renderings) -> list[Shown]:
    """Return an answer as each messenger shows it."""
    return [
        Shown(
            channel=channel,
            messages=render(answer),
            buttons=_list_titles(answer) if channel is Channel.TELEGRAM else (),
        )
        for channel, render in renderings.items()
    ]


def _list_titles(answer: Answer) -> list[str]:
    return [*(link.title for link in answer.links), *(button.title for button in answer.buttons)]


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


def _preview(version: VersionFields, shelf: Shelf, renderings: Renderings, today: date) -> PreviewedVersion:
    begins, ends = read_day(version.effective_from), read_day(version.effective_to)
    day = max(begins, today) if begins else today
    missing = None
    shown = {"text": version.text, "more": version.more}
    for name, typed in shown.items():
        try:
            shown[name] = fill_placeholders(typed, shelf.parameters, day=day)
        except ParameterNotInForce as error:
            missing = str(error.args[0])
    cited = _cite(version, shelf)
    text = shown["text"][: FIRST_SCREEN_CHARACTERS * 4]
    answer = replace(cited, text=text, buttons=(_MORE,) if shown["more"] else ())
    return PreviewedVersion(
        day=day,
        in_force=begins is not None and begins <= today and (ends is None or today <= ends),
        span=_render_span(begins, ends),
        characters=len(version.text),
        text=render_markup(text),
        more=render_markup(shown["more"]) if shown["more"] else None,
        citation=render_citation(cited),
        missing=missing,
        on_messengers=show_on_messengers(answer, renderings) if text.strip() else (),
    )


def _cite(version: VersionFields, shelf: Shelf) -> Answer:
    documents = [(find_document(source.document, shelf.documents), source.article) for source in version.sources]
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
