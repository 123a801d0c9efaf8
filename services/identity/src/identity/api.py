"""The HTTP of `contracts.identity_http`: for the gateway alone, because passwords must not enter Kafka."""

import hmac
from typing import Any
from uuid import UUID

import structlog
from litestar import Request, Response, Router, get, post
from litestar.connection import ASGIConnection
from litestar.datastructures import CacheControlHeader
from litestar.di import NamedDependency, Provide
from litestar.exceptions import HTTPException, NotAuthorizedException
from litestar.handlers import BaseRouteHandler
from litestar.params import FromPath, JSONBody, SkipValidation

from chassis.settings import keys
from chassis.trouble import is_transient, where
from contracts.identity_http import (
    ACCOUNTS,
    FORGOTTEN,
    LOG_IN,
    LOGINS,
    PASSWORDS,
    REQUESTS,
    Account,
    AccountAsked,
    AccountRequests,
    AskAccount,
    ChooseLogin,
    ChoosePassword,
    CodeAsked,
    Forgotten,
    LoggedIn,
    LogIn,
    Refused,
    Sent,
)
from contracts.refusals import Refusal

from . import factor_api
from .desk import Desk
from .reception import Reception
from .refused import LogInRefused

log = structlog.get_logger()

MOST = 64 * 1024
"""Bytes of a body."""
TheDesk = NamedDependency[SkipValidation[Desk]]
TheReception = NamedDependency[SkipValidation[Reception]]


@post(LOG_IN, status_code=200)
async def log_in(data: JSONBody[LogIn], desk: TheDesk) -> LoggedIn | CodeAsked:
    """Whose login and password these are; with a second factor, a code is asked for (ACC-7)."""
    try:
        return await desk.log_in(data)
    except Refusal as refusal:
        raise LogInRefused(refusal.faults(), await desk.whose(data.login)) from None


@post(PASSWORDS, status_code=200)
async def choose_password(data: JSONBody[ChoosePassword], desk: TheDesk) -> Account:
    """Another password and, if wished, login (ACC-2)."""
    return await desk.choose_password(data)


@post(LOGINS, status_code=200)
async def choose_login(data: JSONBody[ChooseLogin], desk: TheDesk) -> Account:
    """Another login (ACC-2)."""
    return await desk.choose_login(data)


@post(FORGOTTEN, status_code=200)
async def forgotten(data: JSONBody[Forgotten], desk: TheDesk) -> Sent:
    """A temporary password goes to a known address (ACC-3)."""
    return await desk.forgotten(data)


@get(f"{ACCOUNTS}/{{user_id:uuid}}")
async def account(user_id: FromPath[UUID], desk: TheDesk) -> Account:
    """The account as it stands."""
    return await desk.account(user_id)


@post(REQUESTS, status_code=200)
async def ask_account(data: JSONBody[AskAccount], reception: TheReception) -> AccountAsked:
    """A newcomer asks for an account (ACC-4)."""
    return await reception.ask(data)


@get(REQUESTS)
async def account_requests(reception: TheReception) -> AccountRequests:
    """What waits for an agent's answer (ACC-4)."""
    return await reception.list_all()


def router(desk: Desk, reception: Reception) -> Router:
    """What answers the gateway: nothing is done for whoever does not show its key, and nothing of a request is ever logged."""
    wanted = [f"Bearer {key}".encode() for key in keys(desk.settings.gateway_key)]

    def let_in(connection: ASGIConnection[Any, Any, Any, Any], _handler: BaseRouteHandler) -> None:
        shown = connection.headers.get("authorization", "").encode()
        if not any(hmac.compare_digest(shown, each) for each in wanted):
            raise NotAuthorizedException

    return Router(
        "/",
        route_handlers=[log_in, choose_password, choose_login, forgotten, account, ask_account, account_requests, *factor_api.HANDLERS],
        dependencies={
            "desk": Provide(lambda: desk, sync_to_thread=False),
            "reception": Provide(lambda: reception, sync_to_thread=False),
        },
        guards=[let_in],
        exception_handlers={Refusal: _refused, LogInRefused: _log_in_refused, HTTPException: _not_understood, Exception: _failed},
        request_max_body_size=MOST,
        cache_control=CacheControlHeader(no_store=True),
    )


def _log_in_refused(_request: Request[Any, Any, Any], error: LogInRefused) -> Response[Refused]:
    return Response(Refused(faults=error.faults, about=error.about), status_code=422)


def _refused(_request: Request[Any, Any, Any], refusal: Refusal) -> Response[Refused]:
    return Response(Refused(faults=refusal.faults()), status_code=422)


def _not_understood(_request: Request[Any, Any, Any], error: HTTPException) -> Response[dict[str, str]]:
    """The status alone: what is wrong with a body would tell what stands in it."""
    return Response({}, status_code=error.status_code)


def _failed(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, str]]:
    if is_transient(error) or isinstance(error, OSError):
        return Response({}, status_code=503)
    log.error("request failed", path=request.url.path, error=type(error).__name__, where=where(error))
    return Response({}, status_code=500)
