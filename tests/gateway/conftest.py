"""Fixtures of page tests."""

from collections.abc import Callable
from typing import Any

import asyncpg
import pytest
import pytest_asyncio

from tests.gateway.browser import chromium
from tests.gateway.stage import Stage, stage
from tests.gateway.story import Told, story

__all__ = ["chromium", "stage", "told"]


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(stage: Stage) -> dict[str, Told]:
    """The whole story, by contract number; one per module."""
    return await story(stage)


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
