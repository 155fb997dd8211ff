"""Links in a text, and what is wrong with each. Nothing is opened: only the address is looked at."""

from __future__ import annotations

import difflib
import re
import unicodedata
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from bot.scams.knowledge import LinkSigns, Official
from vietnamese.normalise import fold

_ENDINGS = (
    "com|vn|net|org|info|xyz|top|vip|online|site|app|icu|cc|link|click|shop|club|biz|cyou|buzz|sbs|cfd|store|tech|"
    "asia|mobi|pro|space|website|cn|tk|gq|dev|page|gl|gd|ly|gy|at|ee|id"
)
"""Endings by which an address is known without "https://"; words of Vietnamese ("co", "me") are not among them."""
_EMAIL = re.compile(r"(?<![\w/:.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+(?!\.?[\w/:-])")
_LINK = re.compile(
    r"(?:h(?:tt|xx)ps?\s?:\s?//[^\s<>\"']+"
    r"|[\w.-]+@(?:[\w-]{1,63}\.)+[\w-]{2,63}/[^\s<>\"']*"
    rf"|(?<![\w@.-])(?:[\w-]{{1,63}}\.)+(?:{_ENDINGS})(?![\w-])(?::\d+)?(?:[/?#][^\s<>\"']*)?"
    r"|(?<![\w@.-])(?:[\w-]{1,63}\.)+[a-z]{2,6}/[^\s<>\"']+"
    r"|(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?::\d+|/[^\s<>\"']*))",
    re.IGNORECASE,
)
_CONFUSED = {
    ord(false): true
    for false, true in (
        *(("0", "o"), ("1", "l"), ("i", "l"), ("3", "e"), ("5", "s"), ("$", "s")),
        # Cyrillic and other letters, written by their names so that an editor of this file sees which they are.
        *(("\N{CYRILLIC SMALL LETTER A}", "a"), ("\N{CYRILLIC SMALL LETTER IE}", "e")),
        *(("\N{CYRILLIC SMALL LETTER O}", "o"), ("\N{CYRILLIC SMALL LETTER ER}", "p")),
        *(("\N{CYRILLIC SMALL LETTER ES}", "c"), ("\N{CYRILLIC SMALL LETTER U}", "y")),
        *(("\N{CYRILLIC SMALL LETTER HA}", "x"), ("\N{CYRILLIC SMALL LETTER BYELORUSSIAN-UKRAINIAN I}", "l")),
        *(("\N{CYRILLIC SMALL LETTER DZE}", "s"), ("\N{CYRILLIC SMALL LETTER KOMI DE}", "d")),
        *(("\N{LATIN SMALL LETTER SCRIPT G}", "g"), ("\N{LATIN SMALL LETTER DOTLESS I}", "l")),
        *(("\N{CYRILLIC SMALL LETTER SHHA}", "h"), ("\N{CYRILLIC SMALL LETTER PALOCHKA}", "l")),
        *(("\N{GREEK SMALL LETTER OMICRON}", "o"), ("\N{GREEK SMALL LETTER NU}", "v")),
    )
}
_LIKE = 0.86
"""From here on two names are taken for one another: "dichvucomg", "vneld"."""
_SHORTEST_LIKE = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An address. `official`: the name of the site, where it is on the list; `signs`: what is wrong with it."""

    host: str
    official: str | None = None
    signs: tuple[str, ...] = ()
    has_state_ending: bool = False


def find_links(text: str, *, official: Official, known: LinkSigns) -> tuple[Link, ...]:
    """Return the links of a text, each host once."""
    found = (_judge(each, official, known) for each in _LINK.findall(_EMAIL.sub(" ", text)))
    links: dict[str, Link] = {}
    for link in found:
        if link is not None:
            links.setdefault(link.host, link)
    return tuple(links.values())


def strip_links(text: str) -> str:
    """Return the text without its links."""
    return _LINK.sub(" ", text)


def _judge(raw: str, official: Official, known: LinkSigns) -> Link | None:
    address = re.sub(r"^hxxp", "http", re.sub(r"\s", "", raw), flags=re.IGNORECASE).rstrip(".,;:!?)]}»”")
    scheme, marked, rest = address.partition("://")
    try:
        parts = urlsplit(f"{scheme.lower() if marked else 'https'}://{rest if marked else address}")
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    if not host:
        return None
    shown, signs = host, []
    if host.startswith("xn--") or ".xn--" in host:
        try:
            shown = host.encode().decode("idna")
        except UnicodeError:
            shown = host
    if any(ord(character) > 127 for character in shown):
        signs.append(f"tên trang {host} dùng chữ lạ trông giống chữ thường")
    if parts.username is not None:
        signs.append(f"viết một tên trước dấu @ để che trang thật là {host}")
    if _is_ip(host):
        signs.append(f"địa chỉ {host} là dãy số, không phải tên trang")
    site = _find_site(shown, official)
    has_state_ending = shown == official.suffix or shown.endswith(f".{official.suffix}")
    if site is None and not has_state_ending:
        signs += _find_false_names(shown, parts.scheme, official, known)
    ending = parts.path.rsplit(".", 1)[-1].lower() if "." in parts.path else ""
    if ending in known.files:
        signs.append(f"tải về một tệp .{ending} để cài")
    return Link(
        host=host,
        official=site if not signs else None,
        signs=tuple(signs),
        has_state_ending=has_state_ending,
    )


def _find_false_names(host: str, scheme: str, official: Official, known: LinkSigns) -> list[str]:
    if any(host == each or host.endswith(f".{each}") for each in known.shorteners):
        return [f"{host} là link rút gọn, che mất trang thật"]
    signs = []
    borrowed = _find_borrowed(host, official, known)
    if borrowed is not None:
        signs.append(f"{host} mượn tên “{borrowed}” nhưng không phải đuôi .{official.suffix}")
    if host.rsplit(".", 1)[-1] in known.endings:
        signs.append(f"đuôi .{host.rsplit('.', 1)[-1]} hay gặp ở trang giả")
    if scheme == "http":
        signs.append(f"{host} không mã hóa (http)")
    return signs


def _find_borrowed(host: str, official: Official, known: LinkSigns) -> str | None:
    """Return the name that a host shows off or nearly writes, None where it does neither."""
    read = _read_as_people_do(host)
    labels = [label for each in read.split(".") for label in (each, *each.split("-")) if label]
    joined = re.sub(r"[.-]", "", read)
    names = {_read_as_people_do(name): name for name in (*known.names, *_name_sites(official))}
    for look, name in names.items():
        if look in labels or (len(look) >= _SHORTEST_LIKE and look in joined):
            return name
    long = [look for look in names if len(look) > _SHORTEST_LIKE]
    for label in labels:
        near = difflib.get_close_matches(label, long, n=1, cutoff=_LIKE)
        if near:
            return names[near[0]]
    return None


def _name_sites(official: Official) -> list[str]:
    first = (each.domain.partition(".")[0] for each in official.sites)
    return [name for name in first if len(name) > _SHORTEST_LIKE]


def _read_as_people_do(host: str) -> str:
    """Return a host as the eye takes it: no accents, letters of other scripts and digits as what they resemble."""
    plain = fold(unicodedata.normalize("NFKC", host)).lower()
    return plain.translate(_CONFUSED).replace("rn", "m").replace("vv", "w")


def _find_site(host: str, official: Official) -> str | None:
    matching = [each for each in official.sites if host == each.domain or host.endswith(f".{each.domain}")]
    return max(matching, key=lambda each: len(each.domain)).name if matching else None


def _is_ip(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
