"""How often one session, and one network address, may write."""

from __future__ import annotations

import ipaddress
from collections import OrderedDict, deque
from datetime import datetime, timedelta

PER_SESSION = 20
PER_CLIENT = 120
_WINDOW = timedelta(minutes=1)
_REMEMBERED = 50_000


class MessageLimits:
    """Counts the messages of the last minute in memory; the least recent writers are forgotten first."""

    def __init__(self) -> None:
        self._sent: OrderedDict[str, deque[datetime]] = OrderedDict()

    def take(self, keys: dict[str, int], now: datetime) -> bool:
        """Count one message against each key, unless one has reached its limit."""
        counted = [(self._recent(key, now), most) for key, most in keys.items()]
        if any(len(sent) >= most for sent, most in counted):
            return False
        for sent, _ in counted:
            sent.append(now)
        return True

    def _recent(self, key: str, now: datetime) -> deque[datetime]:
        sent = self._sent.setdefault(key, deque())
        self._sent.move_to_end(key)
        while sent and sent[0] <= now - _WINDOW:
            sent.popleft()
        while len(self._sent) > _REMEMBERED:
            self._sent.popitem(last=False)
        return sent


def read_client_key(host: str) -> str:
    """Return what one client is counted by: its address, for IPv6 its whole /64 network."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if address.version == 4:
        return host
    return str(ipaddress.ip_network((address, 64), strict=False).network_address)
