"""Fixtures of page tests."""

from collections.abc import Callable
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from tests.gateway.browser import chromium
from tests.gateway.region_in_march import Told, region_in_march
from tests.gateway.running_portal import RunningPortal, portal

__all__ = ["chromium", "portal", "told"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(portal: RunningPortal) -> dict[str, Told]:
    """All of the Region in March, by contract number; one per module."""
    return await region_in_march(portal)


ASKED = ("fetch", "fetchrow", "fetchval", "execute")


@pytest.fixture
def queries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What the pools of this process are asked from here on."""
    asked: list[str] = []

    def counting(method: Callable[..., Any]) -> Callable[..., Any]:
        def count(pool: asyncpg.Pool, *arguments: Any, **more: Any) -> Any:
            asked.append(" ".join(str(*arguments[:1]).split()))
            return method(pool, *arguments, **more)

        return count

    for name in ASKED:
        monkeypatch.setattr(asyncpg.Pool, name, counting(getattr(asyncpg.Pool, name)))
    return asked
