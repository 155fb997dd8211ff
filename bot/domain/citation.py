"""Where an answer comes from: the record in data/, and the one line a citizen reads."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict

from bot.domain.answers import Answer, CitedSource


class LegalSource(BaseModel):
    """Where a rule or a text of data/ comes from, by the name under which it is cited."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    document: str
    article: str | None = None
    effective_from: date
    effective_to: date | None = None

    def cite(self) -> CitedSource:
        """Return it as an answer cites it."""
        return CitedSource(
            document=self.document,
            article=self.article,
            effective_from=self.effective_from,
            effective_to=self.effective_to,
        )


class RelatedUnit(BaseModel):
    """An answer unit that a rule or a text of data/ offers as a button."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    title: str
    unit: str


def render_citation(answer: Answer) -> str:
    """Return "Căn cứ: ...; kiểm tra ngày ...", empty where an answer cites nothing."""
    if not answer.sources:
        return ""
    cited = "; ".join(dict.fromkeys(render_source(source) for source in answer.sources))
    checked = f". Kiểm tra ngày {answer.checked_on:%d/%m/%Y}" if answer.checked_on else ""
    return f"Căn cứ: {cited}{checked}."


def render_source(source: CitedSource) -> str:
    """Return a source as it is cited: "Luật Căn cước 26/2023/QH15, Điều 21"."""
    return f"{source.document}, {source.article}" if source.article else source.document
