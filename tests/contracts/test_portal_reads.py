"""Who sees what in the portal, as far as its shape can say it (ACC-6): every read takes its viewer, every page asks who visits."""

import inspect
import pkgutil
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from litestar.handlers import HTTPRouteHandler

from gateway import areas, told, web
from gateway.web.routes import ROUTES
from gateway.web.session import Viewer

BEFORE_THERE_IS_A_VIEWER = {"find_viewer", "open_session", "end_session", "find_link"}
READ_BY_ANYBODY = {"find_text", "find_stop", "stop_mails"}
"""What the Region publishes, whoever looks (ACC-8); what the signed link of a mail stops, whoever has the mail (NOT-1)."""
FOR_ANYBODY = {
    *("log_in_page", "log_in", "log_out", "forgotten_page", "forgotten", "code_page", "enter_code"),  # one logs in here
    *("newcomer_page", "ask_account"),  # who has no account asks for one
    *("towns", "age"),  # they read no data
    "public_text",  # what the Region publishes
    *("stop_page", "stop_by_link"),  # a signed link says whose mails they stop
    *("questions", "answer"),  # whoever holds a personal link, which names the one thing that it opens (SURV-1)
}


def reads() -> Iterator[Callable[..., Any]]:
    """Every public function of the web process that is given the database."""
    for package in (areas, told, web):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for name, function in inspect.getmembers(import_module(module.name), inspect.iscoroutinefunction):
                if function.__module__ == module.name and not name.startswith("_") and "db" in inspect.signature(function).parameters:
                    yield function


@pytest.mark.parametrize("read", [pytest.param(read, id=f"{read.__module__}.{read.__name__}") for read in reads()])
def test_acc_06_every_read_takes_its_viewer_and_uses_them(read: Callable[..., Any]) -> None:
    if read.__name__ in BEFORE_THERE_IS_A_VIEWER | READ_BY_ANYBODY:
        return
    assert inspect.signature(read).parameters["viewer"].annotation is Viewer
    assert "viewer" in inspect.unwrap(read).__code__.co_varnames and inspect.getsource(read).count("viewer") > 1


def test_acc_06_every_page_asks_who_visits() -> None:
    for handler in ROUTES:
        assert isinstance(handler, HTTPRouteHandler)
        if handler.handler_name.rpartition(".")[2] not in FOR_ANYBODY:
            assert {"visit", "viewer"} & inspect.signature(handler.fn).parameters.keys(), handler.paths
