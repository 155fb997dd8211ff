"""What stands on a legal document: answers, values of law, and what data/ has beside them in files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bot.content.files import find_placeholders
from bot.content.schema import AnswerUnit, LegalDocument, Parameter
from bot.domain.content import Dependent, DependentKind
from bot.yaml_files import read_yaml

_FOLDERS = {
    DependentKind.PROCEDURE: ("procedures", "procedure"),
    DependentKind.BENEFIT: ("benefits", "programmes"),
    DependentKind.REMINDER: ("reminders", "rules"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledRule:
    """A record of data/ that staff cannot edit in the console. `documents`: ids or names, as it cites them."""

    kind: DependentKind
    id: str
    title: str
    documents: frozenset[str]


def load_filed_rules(data_dir: Path) -> tuple[FiledRule, ...]:
    """Return every procedure, form, benefit programme and reminder rule of data/, with what it cites."""
    return tuple(
        rule
        for kind, (folder, key) in _FOLDERS.items()
        for path in sorted((data_dir / folder).rglob("*.yml"))
        for rule in _read_rules(kind, _read(path).get(key) or ())
    )


def find_dependents(
    document: LegalDocument,
    *,
    units: Iterable[AnswerUnit],
    parameters: Mapping[str, Parameter],
    filed: Iterable[FiledRule],
) -> list[Dependent]:
    """List what stands on a document, each once, in order of kind and title.

    An answer that cites it is listed as such; one that only draws a figure from it, through that parameter.
    """
    standing = {
        name: parameter
        for name, parameter in parameters.items()
        if any(value.source.document == document.id for value in parameter.values)
    }
    found = [
        Dependent(kind=DependentKind.PARAMETER, id=name, title=parameter.title)
        for name, parameter in standing.items()
    ]
    for unit in units:
        drawn = [name for version in unit.versions for name in find_placeholders(version) if name in standing]
        if any(source.document == document.id for version in unit.versions for source in version.sources):
            found.append(Dependent(kind=DependentKind.ANSWER, id=unit.id, title=unit.title))
        elif drawn:
            through = standing[drawn[0]].title
            found.append(Dependent(kind=DependentKind.ANSWER, id=unit.id, title=unit.title, through=through))
    found += [
        Dependent(kind=rule.kind, id=rule.id, title=rule.title)
        for rule in filed
        if not rule.documents.isdisjoint({document.id, document.name})
    ]
    order = list(DependentKind)
    return sorted(found, key=lambda each: (order.index(each.kind), each.title))


def _read_rules(kind: DependentKind, given: Any) -> Iterator[FiledRule]:
    for record in [given] if isinstance(given, dict) else given:
        documents = frozenset(_find_documents(record))
        title = str(record.get("name") or record["title"])
        yield FiledRule(kind=kind, id=record["id"], title=title, documents=documents)
        forms = {
            form.get("code") or form["name"]: form["name"]
            for version in record.get("versions", ())
            for form in version.get("forms", ())
        }
        for code, name in forms.items():
            form_title = f"{name} ({title})" if code == name else f"{code}: {name} ({title})"
            form_id = f"{record['id']}/{code}"
            yield FiledRule(kind=DependentKind.FORM, id=form_id, title=form_title, documents=documents)


def _find_documents(node: Any) -> Iterator[str]:
    """Yield the documents that any source below a node of YAML names."""
    if isinstance(node, dict):
        if isinstance(named := node.get("document"), str):
            yield named
        for each in node.values():
            yield from _find_documents(each)
    elif isinstance(node, list):
        for each in node:
            yield from _find_documents(each)


def _read(path: Path) -> dict[str, Any]:
    return read_yaml(path) or {}
