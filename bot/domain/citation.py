"""The one line that says where an answer comes from."""

from __future__ import annotations

from bot.domain.answers import Answer, CitedSource


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
