"""Who may send us data: a bearer key with the scope that the route asks for."""

from __future__ import annotations

from fastapi import HTTPException, Request, Security, status
from fastapi.security import HTTPBearer

from bot.clock import Clock
from bot.domain.api_key import ApiKey, ApiScope, hash_key
from bot.storage.api_keys import use_key
from bot.storage.database import Database

DESCRIBED_KEY = Security(HTTPBearer(scheme_name="bearer", auto_error=False))
"""Says in the OpenAPI document that a route wants a key; `authorise` is what asks for it."""
_NO_KEY = "Cần khóa truy cập: thêm đầu mục Authorization: Bearer <khóa>. Khóa do quản trị hệ thống cấp."
_NO_SCOPE = "Khóa này không có quyền {scope}. Xin quản trị hệ thống cấp khóa có quyền đó."


async def authorise(request: Request, scope: ApiScope, database: Database, clock: Clock) -> ApiKey:
    """Return the key that a request carries.

    Raises:
        HTTPException: 401 without a valid key, 403 where the key lacks the scope.
    """
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    found = None
    if kind.lower() == "bearer" and key.strip():
        async with database.begin() as tx:
            found = await use_key(tx, hash_key(key.strip()), now=clock())
    if found is None:
        raise HTTPException(
            status.HTTP_401_UNAUTHORIZED,
            {"error": "unauthorised", "message": _NO_KEY},
            headers={"WWW-Authenticate": "Bearer"},
        )
    if scope not in found.scopes:
        raise HTTPException(
            status.HTTP_403_FORBIDDEN, {"error": "scope-missing", "message": _NO_SCOPE.format(scope=scope)}
        )
    return found
