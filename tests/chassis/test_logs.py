"""What is logged: JSON that names the message or request at hand, and nothing that anybody typed."""

import json
import logging
from collections.abc import Iterator
from io import StringIO

import pytest
import structlog

from chassis import logs
from chassis.settings import Settings
from tests.chassis.conftest import Install
from tests.chassis.sample import Write
from tests.log import eventually
from tests.running import Process

SECRET = "Un-secret-de-Gisèle"


@pytest.fixture
def as_it_was() -> Iterator[None]:
    """The test process's own logging comes back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    root.handlers.clear()
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def fail(password: str) -> None:
    raise ValueError(f"{password} is wrong")


@pytest.mark.usefixtures("as_it_was")
def test_an_error_is_told_by_its_kind_and_its_place_and_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    out = StringIO()
    monkeypatch.setattr("sys.stdout", out)
    logs.set_up("billing", Settings(kafka="", database=""))
    try:
        fail(SECRET)
    except ValueError as error:
        structlog.get_logger().error("failed", exc_info=error)
        structlog.get_logger().exception("failed too")
        logging.getLogger("uvicorn.error").exception("failed elsewhere")
    lines = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [line["event"] for line in lines] == ["failed", "failed too", "failed elsewhere"]
    for line in lines:
        assert line["error"] == "ValueError" and line["where"].startswith("test_logs.py:") and "fail" in line["where"]
        assert line["service"] == "billing" and SECRET not in json.dumps(line, ensure_ascii=False)


async def test_a_message_that_is_parked_is_named_in_the_log(install: Install) -> None:
    installation = await install()
    process = Process("tests.chassis.sample:SERVICE", installation.environment)
    try:
        command = await installation.log.command("billing", "a", Write(crash=True))
        await eventually(lambda: installation.parked("a"), 60)
    finally:
        _, said = await process.stop()
    (line,) = [entry for entry in map(json.loads, said.splitlines()) if entry["event"] == "message parked"]
    assert line["correlation"] == line["message"] == str(command) and line["error"] == "ZeroDivisionError"
