"""Logs: one JSON object a line, a dotted event name and fields, never what a citizen typed."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import ExcInfo

_NOISY = ("httpx", "httpcore", "telegram", "apscheduler", "procrastinate", "uvicorn.access", "alembic")
"""Libraries whose lines carry URLs (the bot token is in Telegram's) or every row of a job: warnings only."""


def set_up_logging(level: str, *, file: Path | None = None) -> None:
    """Send structlog and the libraries' own logging to one stream, standard error or a file."""
    if file is not None:
        file.parent.mkdir(parents=True, exist_ok=True)
    stream = sys.stderr if file is None else file.open("a", buffering=1)
    shared: list[structlog.types.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.ExceptionRenderer(_render_exception),
    ]
    structlog.configure(
        processors=[*shared, structlog.processors.JSONRenderer(ensure_ascii=False)],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level]),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # A look that is still at it when its time comes again, such as a training, is passed over: that is meant.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)


# The local variables of a frame hold what a citizen typed, and the bot token.
_transform = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)


def _render_exception(exc_info: ExcInfo) -> list[dict[str, Any]]:
    """Return which exceptions they were and where, without their texts: those cite what could not be read."""
    told = _transform(exc_info)
    _drop_texts(told)
    return told


def _drop_texts(told: list[dict[str, Any]]) -> None:
    for each in told:
        each["exc_value"], each["exc_notes"] = "", []
        for member in each.get("exceptions") or ():
            _drop_texts(member)
