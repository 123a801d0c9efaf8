"""The HTTP of `contracts.identity_http`: for the gateway alone, because passwords must not enter Kafka."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

import structlog
from pydantic import ValidationError

from chassis.trouble import is_transient
from contracts.identity_http import ACCOUNTS, FORGOTTEN, LOG_IN, LOGINS, PASSWORDS, ChooseLogin, ChoosePassword, Forgotten, LogIn, Refused
from contracts.message import Part
from contracts.refusals import Refusal

from .desk import Desk

log = structlog.get_logger()

MOST = 64 * 1024
"""Bytes of a body."""
Answer = Callable[[bytes], Awaitable[Part]]


class NotUnderstood(Exception):
    """The request is none of ours; its text is the status."""

    def __init__(self, status: HTTPStatus) -> None:
        super().__init__(status.phrase)
        self.status = status


@dataclass(frozen=True, slots=True)
class Api:
    """An ASGI application."""

    desk: Desk

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """One request; or the server's own start and stop, to which there is nothing to do."""
        if scope["type"] == "lifespan":
            for event in ("startup", "shutdown"):
                await receive()
                await send({"type": f"lifespan.{event}.complete"})
            return
        status, body = await self._answer(scope, receive)
        headers = [(b"content-type", b"application/json"), (b"cache-control", b"no-store"), (b"content-length", str(len(body)).encode())]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body})

    async def _answer(self, scope: Any, receive: Any) -> tuple[int, bytes]:
        """Status and JSON. Nothing of the request is ever logged."""
        try:
            self._let_in(scope)
            answer = self._find(scope["method"], scope["path"])
            return HTTPStatus.OK, (await answer(await _body(receive))).model_dump_json().encode()
        except Refusal as refusal:
            return HTTPStatus.UNPROCESSABLE_ENTITY, Refused(faults=refusal.faults()).model_dump_json().encode()
        except NotUnderstood as wrong:
            return wrong.status, b"{}"
        except ValidationError:
            return HTTPStatus.BAD_REQUEST, b"{}"
        except Exception as error:
            if is_transient(error) or isinstance(error, OSError):
                return HTTPStatus.SERVICE_UNAVAILABLE, b"{}"
            log.error("request failed", path=scope["path"], error=type(error).__name__)
            return HTTPStatus.INTERNAL_SERVER_ERROR, b"{}"

    def _let_in(self, scope: Any) -> None:
        wanted = b"Bearer " + self.desk.settings.gateway_key.get_secret_value().encode()
        shown = dict(scope["headers"]).get(b"authorization", b"")
        if not hmac.compare_digest(shown, wanted):
            raise NotUnderstood(HTTPStatus.UNAUTHORIZED)

    def _find(self, method: str, path: str) -> Answer:
        desk = self.desk
        posts: dict[str, Answer] = {
            LOG_IN: lambda body: desk.log_in(LogIn.model_validate_json(body)),
            PASSWORDS: lambda body: desk.choose_password(ChoosePassword.model_validate_json(body)),
            LOGINS: lambda body: desk.choose_login(ChooseLogin.model_validate_json(body)),
            FORGOTTEN: lambda body: desk.forgotten(Forgotten.model_validate_json(body)),
        }
        if method == "POST" and path in posts:
            return posts[path]
        folder, _, user_id = path.rpartition("/")
        if method == "GET" and folder == ACCOUNTS:
            try:
                wanted = UUID(user_id)
            except ValueError:
                raise NotUnderstood(HTTPStatus.BAD_REQUEST) from None
            return lambda _body: desk.account(wanted)
        raise NotUnderstood(HTTPStatus.NOT_FOUND)


async def _body(receive: Any) -> bytes:
    body, more = b"", True
    while more:
        event = await receive()
        body += event.get("body", b"")
        more = event.get("more_body", False)
        if len(body) > MOST:
            raise NotUnderstood(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return body
