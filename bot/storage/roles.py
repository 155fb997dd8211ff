"""What each role of the database may do (vai): the processes own nothing, and some of them may little.

The names of the narrow roles are the main role's with an ending: troly06, troly06_receive. One that is not there
gets nothing; where a process connects as the main role instead, it works the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from sqlalchemy import Connection, text

FINAL_TABLES = ("audit_events",)
"""What is written is never changed: the role of the processes may only add to them."""


class Narrow(StrEnum):
    """A role that may less than the main one; the value is the ending of its name."""

    RECEIVE = "receive"
    """`bot receive`, which the internet reaches: it puts down what arrives, and can read none of it again."""
    DELIVER = "deliver"
    """`bot deliver`: nothing of staff, of applications and lists, of what citizens type or asked for."""
    REPORT = "report"
    """Somebody's own reports: counts and states, read only, nothing of a person."""


REPORTED = (
    "counted_until",
    "daily_answer_times",
    "daily_counts",
    "daily_delivery_counts",
    "handover_totals",
    "heartbeats",
    "lanes",
    "lookup_failure_hours",
    "offices",
    "sync_runs",
    "trainings",
)
"""Tables about nobody; a test compares them with the inventory of personal data."""

NOT_DELIVERED = (
    "api_keys",
    "application_events",
    "applications",
    "audit_events",
    "beneficiaries",
    "beneficiary_reviews",
    "checklists",
    "content_drafts",
    "content_revisions",
    "data_requests",
    "inbound_updates",
    "login_failures",
    "lookup_failure_hours",
    "lookup_failures",
    "one_time_links",
    "person_links",
    "private_pages",
    "rehearsals",
    "staff",
    "staff_recovery_codes",
    "staff_sessions",
    "tombstones",
)
"""What sending a message never looks at."""


def name_role(main: str, narrow: Narrow) -> str:
    """Return the name of a narrow role beside the main one."""
    return f"{main}_{narrow}"


def grant_all(connection: Connection, main: str) -> None:
    """Give the main role, and each narrow one that is there, what it needs; take away what it must not have."""
    known = set(connection.scalars(text("SELECT rolname FROM pg_roles")))
    for statement in _list_main(_quote(connection, main)):
        connection.execute(text(statement))
    for narrow in Narrow:
        name = name_role(main, narrow)
        if name in known:
            quoted = _quote(connection, name)
            connection.execute(text(f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {quoted}"))
            connection.execute(text(f"GRANT USAGE ON SCHEMA public TO {quoted}"))
            for statement in _list_narrow(narrow, quoted):
                connection.execute(text(statement))


def _list_main(role: str) -> Iterator[str]:
    yield f"GRANT USAGE ON SCHEMA public TO {role}"
    yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {role}"
    yield f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {role}"
    yield f"REVOKE INSERT, UPDATE, DELETE ON alembic_version FROM {role}"
    for table in FINAL_TABLES:
        yield f"REVOKE UPDATE, DELETE ON {table} FROM {role}"


def _list_narrow(narrow: Narrow, role: str) -> Iterator[str]:
    match narrow:
        case Narrow.RECEIVE:
            # To see that an update is known already, and nothing of what it says.
            yield f"GRANT SELECT (channel, update_key) ON inbound_updates TO {role}"
            yield f"GRANT INSERT (channel, update_key, chat, payload) ON inbound_updates TO {role}"
            yield f"GRANT SELECT, INSERT, UPDATE, DELETE ON heartbeats TO {role}"
        case Narrow.DELIVER:
            yield from _list_main(role)
            for table in NOT_DELIVERED:
                yield f"REVOKE ALL ON {table} FROM {role}"
        case Narrow.REPORT:
            for table in REPORTED:
                yield f"GRANT SELECT ON {table} TO {role}"


def _quote(connection: Connection, role: str) -> str:
    return connection.dialect.identifier_preparer.quote_identifier(role)
