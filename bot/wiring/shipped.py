"""What is read from data/, once and only where it is used."""

from __future__ import annotations

import functools
from collections.abc import Mapping

from bot.applications.calendar import load_calendar
from bot.checklists.checklist import Checklists
from bot.content.files import read_procedures
from bot.content.procedure import Procedure
from bot.content.standing import FiledRule, load_filed_rules
from bot.content.topics import Topics, load_topics
from bot.handover.rules import Duty, load_handover_rules
from bot.offices.duties import Duties
from bot.places.communes import Communes
from bot.settings import DATA

CARD_RULE = "card-exchange"
CALENDAR = DATA / "calendar" / "working-days.yml"
SOURCES = DATA / "applications" / "sources"
OLD_COMMUNES = DATA / "places" / "old-communes.tsv"


@functools.cache
def load_office_duties() -> Duties:
    """Return which office does what."""
    return Duties.load(DATA / "offices" / "duties.yml")


@functools.cache
def _load_procedures() -> Mapping[str, Procedure]:
    return read_procedures(DATA)


@functools.cache
def load_checklists() -> Checklists:
    """Return what to bring for each procedure; read once, and only where it is used."""
    return Checklists(_load_procedures())


@functools.cache
def name_topics() -> Topics:
    """Return what staff read instead of the ids of topics; read once, and only where it is used."""
    return load_topics(DATA / "topics.yml", _load_procedures())


@functools.cache
def load_communes() -> Communes:
    """Return today's places; the table is large, so it is read once and only where it is used."""
    return Communes.load(OLD_COMMUNES)


@functools.cache
def load_rules_of_data() -> tuple[FiledRule, ...]:
    """Return what of data/ stands on legal documents; many files, so read once and only where used."""
    return load_filed_rules(DATA)


def load_duty() -> Duty:
    """Return when staff are there to answer citizens."""
    return Duty(load_handover_rules(DATA / "handover.yml"), load_calendar(CALENDAR))
