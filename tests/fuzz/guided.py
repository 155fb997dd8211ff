"""A search for inputs that reach new code (atheris), over everything that reads or renders a text."""

from __future__ import annotations

import sys

import atheris

with atheris.instrument_imports(include=["vietnamese", "bot"]):
    from bot.channels.telegram.render import render_parts
    from bot.channels.web.render import render_html
    from bot.domain.answers import Answer, AnswerKind
    from tests.fuzz.test_texts import READERS, soon
    from tests.fuzz.texts import LONGEST


def try_one(data: bytes) -> None:
    """Give one input to every reader and renderer."""
    text = atheris.FuzzedDataProvider(data).ConsumeUnicode(LONGEST)
    for read in READERS.values():
        with soon():
            read(text)
    render_parts(Answer(kind=AnswerKind.ANSWER, text=text))
    render_html(text)


if __name__ == "__main__":
    atheris.Setup(sys.argv, try_one)
    atheris.Fuzz()
