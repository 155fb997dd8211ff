"""Who may open a page of the console."""

from __future__ import annotations

from typing import Literal

from bot.domain.staff import Role

EVERY_ROLE = frozenset(Role)
CONTENT_EDITORS = frozenset({Role.EDITOR, Role.REVIEWER, Role.ADMINISTRATOR})
PUBLISHERS = frozenset({Role.REVIEWER, Role.APPROVER, Role.ADMINISTRATOR})
GATE_OVERRIDERS = frozenset({Role.APPROVER, Role.ADMINISTRATOR})
"""Who may publish although an answer breaks, with a reason."""
BROADCASTERS = frozenset({Role.BROADCASTER, Role.ADMINISTRATOR})
BROADCAST_APPROVERS = frozenset({Role.APPROVER, Role.ADMINISTRATOR})
BROADCAST_STAFF = BROADCASTERS | BROADCAST_APPROVERS
BROADCAST_READERS = BROADCAST_STAFF | {Role.AUDITOR}
CHAT_STAFF = CONTENT_EDITORS
"""Who answers citizens in their chats: those who know what the answers are."""
PEOPLE_STAFF = frozenset({Role.APPROVER, Role.ADMINISTRATOR})
"""Who may see what is held on one person: few, and never by a password alone."""
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
AUDIT_READERS = frozenset({Role.AUDITOR, Role.ADMINISTRATOR})
OPEN: Literal["open"] = "open"
"""For anyone, logged in or not."""
HALF: Literal["half"] = "half"
"""For who gave the right password, also before the second step."""
Access = frozenset[Role] | Literal["open", "half"]
