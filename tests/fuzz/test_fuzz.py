"""Nobody brings the portal to a 5xx, to another organisation's data, or to a stop: crafted requests to every route and field.

Four in five are ours (`crafted`), the fifth is made by schemathesis (`described`). `make test` sends some, `make fuzz` 100,000. Routes are
the application's own, and fields are those of the forms that its pages show: what is new is tried without being listed.
"""

import os
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest
from litestar.routes import HTTPRoute

from gateway.web import commands
from gateway.web.identity_client import IdentityClient
from tests.fuzz.asgi import Answer, Request, ask
from tests.fuzz.crafted import BODIES, FORM, HEADERS, KINDS, TEXTS, encoded, form, tampered
from tests.fuzz.described import cases
from tests.fuzz.seen import Seen
from tests.fuzz.world import MARK, AnyIdentity, World, world
from tests.gateway.running_portal import migrated, served
from tests.infra import Infra

REQUESTS = int(os.environ.get("FUZZ", "600"))
SEED = int(os.environ.get("FUZZ_SEED", "10"))
SLOWEST = 2.0
"""Seconds of the event loop that one request may take."""
WHO = ("secretary", "secretary", "rival", "agent", "agent", "nobody", "secretary, lapsed", "agent, lapsed")
BLIND = ("secretary", "secretary, lapsed", "nobody")
"""Who may never see what is marked."""


@dataclass
class Fuzz:
    """Makes requests, and looks at what comes of them."""

    world: World
    random: Random
    seen: Seen = field(default_factory=Seen)
    asked: Counter[str] = field(default_factory=Counter)
    statuses: Counter[int] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.routes = sorted((route for route in self.world.app.routes if isinstance(route, HTTPRoute)), key=lambda route: route.path)
        self.names = sorted({name for route in self.routes for name in _query_names(route)})

    async def run(self, requests: int) -> None:
        """Ask so often."""
        for who in self.world.people:
            self.seen.note(who, "/")
        for _ in range(requests):
            request = self.next()
            await self.look(request, await ask(self.world.app, request))

    async def run_described(self, requests: int) -> None:
        """About as many that schemathesis makes from the routes and the forms seen so far."""
        ids = [text.decode() for text in self.world.ids]
        for case in cases(self.routes, self.names, list(self.seen.forms.values()), ids, self.random, requests):
            who = case.who or self.random.choice(WHO)
            request = self._request(who, case.method, case.target, case.body)
            await self.look(request, await ask(self.world.app, request))

    def next(self) -> Request:
        """A page that was seen and not asked for; otherwise anything."""
        if self.seen.new and self.random.random() < 0.5:
            who, target = self.seen.new.popleft()
            return self._request(who, "GET", target.encode("ascii", "ignore"))
        ways = (self._a_form, self._a_form, self._a_form, self._a_route, self._a_route, self._a_query, self._a_body)
        return self.random.choice(ways)()

    def _request(self, who: str, method: str, target: bytes, body: bytes = b"", kind: bytes = FORM) -> Request:
        headers = [*self.world.cookie(who), (b"sec-fetch-site", b"same-origin"), (b"accept", b"text/html")]
        if body or method != "GET":
            headers += [(b"content-type", kind), (b"content-length", str(len(body)).encode())]
        if self.random.random() < 0.3:
            headers.append((b"hx-request", b"true"))
        if self.random.random() < 0.2:
            name, value = self.random.choice(HEADERS)
            headers = [(header, text) for header, text in headers if header != name]
            headers.append((name, value))
        return Request(who, method, target, headers, body)

    def _a_form(self) -> Request:
        """A form that a page showed, spoilt; perhaps sent by somebody else."""
        if not self.seen.forms:
            return self._a_route()
        shown = self.random.choice(list(self.seen.forms.values()))
        who = shown.who if self.random.random() < 0.8 else self.random.choice(WHO)
        body = form(tampered([(name.encode(), value.encode()) for name, value in shown.fields], self.world.ids, self.random))
        path = shown.path.encode("ascii", "ignore")
        if shown.method == "GET":
            return self._request(who, "GET", path.partition(b"?")[0] + b"?" + body)
        return self._request(who, shown.method, path, body)

    def _path(self, route: HTTPRoute) -> bytes:
        parts = []
        for part in route.path_components:
            if isinstance(part, str):
                parts.append(part.encode())
            else:
                parts.append(encoded(self.random.choice(self.world.ids if self.random.random() < 0.7 else TEXTS)[:3_000]))
        return b"/" + b"/".join(parts)

    def _a_route(self) -> Request:
        """An address of a route, with anything in its places."""
        route = self.random.choice(self.routes)
        method = (
            self.random.choice(sorted(route.methods)) if self.random.random() < 0.9 else self.random.choice(("HEAD", "PUT", "DELETE", "X"))
        )
        body = form(tampered([], self.world.ids, self.random)) if method == "POST" else b""
        return self._request(self.random.choice(WHO), method, self._path(route), body)

    def _a_query(self) -> Request:
        """An address that was seen, with a query."""
        who, target = self.random.choice(sorted(self.seen.known)) if self.seen.known else ("nobody", "/connexion")
        fields = [
            (self.random.choice(self.names).encode(), self.random.choice(TEXTS)[:3_000]) for _ in range(self.random.choice((1, 1, 2)))
        ]
        return self._request(who, "GET", target.partition("?")[0].encode("ascii", "ignore") + b"?" + form(fields))

    def _a_body(self) -> Request:
        """A body that is no form, to whatever takes one."""
        route = self.random.choice([route for route in self.routes if "POST" in route.methods])
        path, kind = self._path(route), self.random.choice((FORM, *KINDS))
        if self.seen.forms and self.random.random() < 0.5:
            path = self.random.choice(list(self.seen.forms.values())).path.encode("ascii", "ignore")
        return self._request(self.random.choice(WHO), "POST", path, self.random.choice(BODIES), kind)

    async def look(self, request: Request, answer: Answer) -> None:
        """Note what is wrong with an answer, and what it shows."""
        self.statuses[answer.status] += 1
        told = f"{request.who}: {request.method} {request.target[:200]!r} {request.headers[1:]!r} {request.body[:300]!r}"
        if answer.status >= 500:
            self.wrong.append(f"{answer.status} {told} {answer.body[:200]!r}")
        sent = MARK.encode() in request.target + request.body  # what somebody types comes back to them, whoever's words it is
        if request.who in BLIND and MARK in answer.text and not sent:
            self.wrong.append(f"another organisation's, for {told}")
        if answer.busy > SLOWEST:
            self.wrong.append(f"{answer.busy:.1f} s for {told}")
        if answer.status == 303 and answer.headers["location"].startswith("/connexion") and request.who in self.world.tokens:
            await self.world.renew(request.who)
        if answer.headers.get("content-type", "").startswith("text/html") and answer.status < 500:
            self.seen.look(request.who, request.target.partition(b"?")[0].decode("ascii"), answer.body.decode(errors="replace"))


def _query_names(route: HTTPRoute) -> set[str]:
    """What the handlers of a route read of a query."""
    names = set()
    for handler in route.route_handlers:
        for name, parameter in handler.parsed_fn_signature.parameters.items():
            alias = next((metadata.name for metadata in parameter.metadata if getattr(metadata, "name", None)), None)
            names.add(alias or name)
    return names


@pytest.mark.timeout(600 + REQUESTS // 10)
async def test_no_request_reaches_a_5xx_or_another_organisation_or_stops_the_portal(
    infra: Infra, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PATIENCE", 0.02)
    dsn = await infra.fresh_database("gateway", migrated)
    async with served(dsn, tmp_path) as portal:
        portal.it_is("2008-03-06T14:12")
        async with world(portal, dsn) as told:
            fuzz = Fuzz(told, Random(SEED))
            identity = AnyIdentity(told.people.values(), fuzz.random)
            monkeypatch.setattr(IdentityClient, "ask", lambda *asked: identity.ask(*asked))
            async with portal.answering(identity.decide):
                await fuzz.run(REQUESTS - REQUESTS // 5)
                await fuzz.run_described(REQUESTS // 5)
    print(dict(sorted(fuzz.statuses.items())), len(fuzz.seen.forms), "forms", len(fuzz.seen.known), "addresses")  # noqa: T201
    assert not fuzz.wrong, f"{len(fuzz.wrong)} of {REQUESTS}:\n" + "\n".join(fuzz.wrong[:60])
