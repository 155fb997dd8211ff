"""Builds every object of the assistant, and is the only place that does."""

from __future__ import annotations

from bot.wiring.core import Core, open_core
from bot.wiring.messengers import make_message_sources, open_receivers, open_zalo_account
from bot.wiring.processes import run_delivery, run_schedule
from bot.wiring.shipped import (
    OLD_COMMUNES,
    SOURCES,
    load_checklists,
    load_communes,
    load_duty,
    load_office_duties,
    load_rules_of_data,
)
from bot.wiring.skills import make_data_requests, make_status_skill
from bot.wiring.web_parts import open_web_parts

__all__ = [
    "OLD_COMMUNES",
    "SOURCES",
    "Core",
    "load_checklists",
    "load_communes",
    "load_duty",
    "load_office_duties",
    "load_rules_of_data",
    "make_data_requests",
    "make_message_sources",
    "make_status_skill",
    "open_core",
    "open_receivers",
    "open_web_parts",
    "open_zalo_account",
    "run_delivery",
    "run_schedule",
]
