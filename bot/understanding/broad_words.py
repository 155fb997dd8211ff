"""Words that only name a thing, "vneid" or "hộ chiếu", and what they get: a summary or a choice.

They are compared without accents and spaces, so "doithecancuoc" is understood as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field

from bot.yaml_files import read_yaml
from vietnamese.normalise import fold, tokens

_LEAD = re.compile(
    r"^(?:(?:da|a|ad|alo|em|toi|minh|tui|chi|anh|ban|con|chau|oi|cho|muon|xin|hoi|biet|tu van|ve|viec|thu tuc"
    r"|dang ky thu tuc|the|vay|a ma|ma|quay lai|nhe)\s+)+"
)
_TAIL = re.compile(
    r"(?:\s+(?:a|ah|ak|nhe|nha|voi|di|thi sao|thi the nao|sao|vay|v|z|the|oi|giup em|giup toi|giup))+$"
)


class BroadWord(BaseModel):
    """Ways to name one thing, and the units that tell of it: one is the answer, several are a choice."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    words: Annotated[tuple[str, ...], Field(min_length=1)]
    units: Annotated[tuple[str, ...], Field(min_length=1, max_length=4)]
    leans: bool = False
    """Names no thing: after a question it asks for a side of that, or says for whom."""


class BroadWords:
    """Finds what a text that only names a thing is about."""

    def __init__(self, known: Iterable[BroadWord]) -> None:
        self.known = tuple(known)
        self._meant = {_squeeze(word): each for each in self.known for word in each.words}

    @classmethod
    def load(cls, path: Path) -> Self:
        """Return the words of a file."""
        return cls(BroadWord.model_validate(each) for each in read_yaml(path)["broad"])

    def find(self, text: str) -> BroadWord | None:
        """Return what a text that only names a thing may mean, None for any other text."""
        words = " ".join(tokens(fold(text)))
        return self._meant.get(_squeeze(words)) or self._meant.get(_squeeze(_trim(words)))


def _trim(words: str) -> str:
    """Return words without what only leads in and out: "thế còn thường trú thì sao" is "thường trú"."""
    return _TAIL.sub("", _LEAD.sub("", words))


def _squeeze(text: str) -> str:
    return "".join(tokens(fold(text)))
