"""What a browser sends to the console, read with limits and checked for forgery."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncGenerator, Iterable, Iterator
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request
from starlette.datastructures import Headers
from starlette.formparsers import MultiPartException, MultiPartParser

from bot.console.sent_file import LARGEST_FILE, SentFile, make_file
from vietnamese.normalise import strip_invisible

LARGEST_BODY = 256 * 1024
_MOST_FIELDS = 1000
_LONGEST_NUMBER = 9
_OWN_PATH = re.compile(r"/console(?:[/?][^\\\s]*)?")
CSRF_FIELD = "csrf"
CSRF_HEADER = "x-csrf-token"


class BodyTooLarge(Exception):
    """A form is larger than any of ours can be."""


class FormUnreadable(Exception):
    """A form came in an encoding that none of our pages uses."""


class Form:
    """The fields of a form, in order, without characters that cannot be seen."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = (), *, file: SentFile | None = None) -> None:
        self.file = file
        self._pairs = [(name, _tidy(value)) for name, value in pairs]
        self._fields = dict(self._pairs)

    def get(self, name: str) -> str:
        """Return a field, empty where it was not sent."""
        return self._fields.get(name, "")

    def get_all(self, name: str) -> list[str]:
        """Return every value of a field that may be sent several times."""
        return [value for each, value in self._pairs if each == name]

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def dump(self) -> str:
        """Return the fields as text that `load` reads, without the token of the login."""
        return json.dumps([pair for pair in self._pairs if pair[0] != CSRF_FIELD], ensure_ascii=False)

    @classmethod
    def load(cls, text: str) -> Form:
        """Return the fields that `dump` wrote; none where it is anything else."""
        try:
            return cls((str(name), str(value)) for name, value in json.loads(text))
        except (ValueError, TypeError):
            return cls()

    def items(self) -> list[tuple[str, str]]:
        """Return every field and its value, in order."""
        return list(self._pairs)


async def read_form(request: Request, *, takes_file: bool = False) -> Form:
    """Return the form of a request. `takes_file`: it may be multipart/form-data with one file.

    Raises:
        BodyTooLarge: more than 256 KB, beside a file.
        FormUnreadable: another encoding, or not what it says.
    """
    largest = LARGEST_BODY + (LARGEST_FILE if takes_file else 0)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > largest:
            raise BodyTooLarge
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if takes_file and kind == "multipart/form-data":
        return await _read_multipart(request.headers, bytes(body))
    if body and kind != "application/x-www-form-urlencoded":
        raise FormUnreadable
    try:
        return Form(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MOST_FIELDS))
    except ValueError as error:
        raise FormUnreadable from error


async def _read_multipart(headers: Headers, body: bytes) -> Form:
    async def stream() -> AsyncGenerator[bytes, None]:
        yield body

    try:
        parts = await MultiPartParser(headers, stream(), max_files=1, max_fields=_MOST_FIELDS).parse()
    except MultiPartException as error:
        raise FormUnreadable from error
    pairs: list[tuple[str, str]] = []
    file = None
    for name, part in parts.multi_items():
        if isinstance(part, str):
            pairs.append((name, part))
        else:
            content = await part.read()
            await part.close()
            # A browser sends an empty part where no file was chosen.
            file = make_file(part.filename or "", content) if part.filename and content else None
    return Form(pairs, file=file)


def own_path(wanted: str) -> str:
    """Return an address to go on to, if it is one of ours: never another site's."""
    return wanted if _OWN_PATH.fullmatch(wanted) else "/console"


def read_number(sent: str) -> int:
    """Return a number of a form or an address, 0 where it is none of ours."""
    return int(sent) if sent.isascii() and sent.isdecimal() and len(sent) <= _LONGEST_NUMBER else 0


def comes_from_us(request: Request, *, base_url: str) -> bool:
    """Tell whether a request that changes something was made by one of our own pages.

    Browsers name the origin of every POST; one without is not a browser. Our own is the public address, or the
    host that the browser itself asked for.
    """
    if request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return False
    origin = request.headers.get("origin", "")
    asked = f"{request.url.scheme}://{request.headers.get('host', '')}"
    return bool(origin) and origin in {_origin(base_url), asked}


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _tidy(value: str) -> str:
    return strip_invisible(value.replace("\r\n", "\n").replace("\r", "\n")).strip()
