"""All answers out into one file, and back in: first as a dry run, then as drafts for another person to review."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from fastapi import Response

from bot.console.access import CONTENT_EDITORS, EVERY_ROLE
from bot.console.page import PageNotFound, Visit, page
from bot.console.sent_file import LARGEST_MB, SentFile
from bot.content.bring_in import BroughtIn, bring_in
from bot.content.exchange import FileUnreadable, read_units, write_units
from bot.content.schema import AnswerUnit
from bot.domain.content import ContentKind
from bot.storage.content_records import list_bodies

_NAME = "cau-tra-loi"
_TYPES = {
    ".yml": "application/yaml; charset=utf-8",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@page("GET", "/exchange", access=EVERY_ROLE)
async def show_exchange(visit: Visit) -> Response:
    """What can be taken out, and the form to bring a file in."""
    return visit.render("exchange.html", may_edit=visit.may(CONTENT_EDITORS), report=None, largest_mb=LARGEST_MB)


@page("GET", "/exchange/{file_name}", access=EVERY_ROLE)
async def download(visit: Visit) -> Response:
    """Every published answer in one file."""
    name = visit.request.path_params["file_name"]
    kind = _TYPES.get(name.removeprefix(_NAME))
    if kind is None or not name.startswith(_NAME):
        raise PageNotFound
    async with visit.database.begin() as tx:
        units = [AnswerUnit.model_validate(body) for body in await list_bodies(tx, ContentKind.ANSWER)]
    content = await asyncio.to_thread(_write, name, units)
    return Response(content, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}"'})


@page("POST", "/exchange", access=CONTENT_EDITORS, takes_file=True)
async def upload(visit: Visit) -> Response:
    """Say what a file would change, or take it in as drafts."""
    file, dry_run = visit.form.file, visit.form.get("do") != "import"
    if file is None:
        return _answer(visit, problem="Chưa chọn tệp. Chọn tệp .yml hoặc .xlsx rồi bấm lại.")
    try:
        units = await asyncio.to_thread(_read, file)
    except FileUnreadable as refused:
        return _answer(visit, problem=str(refused))
    done = await bring_in(
        visit.database, visit.audit, units, actor=visit.staff.email, now=visit.now, dry_run=dry_run
    )
    return _answer(visit, done=done, dry_run=dry_run)


def _answer(visit: Visit, *, problem: str = "", done: BroughtIn | None = None, dry_run: bool = True) -> Response:
    """Return the report alone where only that is wanted: the file stays chosen in the browser."""
    report = {"problem": problem, "done": done, "dry_run": dry_run}
    # htmx leaves the page as it is on 4xx, so a report is always an answer to what was asked.
    status = 422 if problem and not visit.by_htmx else 200
    template = "_exchange_report.html" if visit.by_htmx else "exchange.html"
    return visit.render(
        template, status=status, may_edit=visit.may(CONTENT_EDITORS), report=report, largest_mb=LARGEST_MB
    )


def _write(name: str, units: list[AnswerUnit]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        write_units(path, units)
        return path.read_bytes()


def _read(file: SentFile) -> list[AnswerUnit | str]:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sent{Path(file.name).suffix.lower()}"
        path.write_bytes(file.content)
        return list(read_units(path))


PAGES = [show_exchange, upload, download]
