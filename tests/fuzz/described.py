"""The portal described as OpenAPI describes services, from its routes and from the forms that its pages showed: schemathesis makes
requests from that, such as the description allows and such as break it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from litestar.routes import HTTPRoute
from schemathesis.generation import GenerationMode

from tests.fuzz.crafted import FORM, form
from tests.fuzz.seen import SeenForm

FEWEST = 5


@dataclass(frozen=True, slots=True)
class Case:
    """One request that schemathesis made; `who` showed the form, if it is one."""

    who: str | None
    method: str
    target: bytes
    body: bytes


def cases(
    routes: Iterable[HTTPRoute], queries: Sequence[str], forms: Iterable[SeenForm], ids: Sequence[str], random: Random, most: int
) -> Iterator[Case]:
    """At most so many, five or more of each kind for an operation: of all operations when they suffice, else of some."""
    shown = {(form.path.partition("?")[0], form.method): form for form in forms if form.method != "GET"}
    document = _document(routes, queries, shown, random.sample(ids, min(len(ids), 12)))
    operations = [found.ok() for found in schemathesis.openapi.from_dict(document).get_all_operations()]
    chosen = random.sample(operations, max(1, min(len(operations), most // (2 * FEWEST))))
    for operation in chosen:
        form_of = shown.get((operation.path, operation.method.upper()))
        for mode in GenerationMode:
            for case in _made(operation.as_strategy(generation_mode=mode), random.getrandbits(32), most // (2 * len(chosen))):
                target = case.formatted_path.encode("ascii", "ignore")
                if query := form(list(_pairs(case.query))):
                    target += b"?" + query
                yield Case(form_of and form_of.who, operation.method.upper(), target, form(list(_pairs(case.body))))


def _made(strategy: Any, number: int, many: int) -> list[Any]:
    made: list[Any] = []

    @seed(number)
    @settings(max_examples=many, database=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    @given(strategy)
    def keep(case: Any) -> None:
        made.append(case)

    keep()
    return made


def _document(
    routes: Iterable[HTTPRoute], queries: Sequence[str], shown: dict[tuple[str, str], SeenForm], ids: list[str]
) -> dict[str, Any]:
    anything = {"type": "string"}
    known = {"anyOf": [{"enum": ids}, anything]}
    query = [{"name": name, "in": "query", "schema": {"anyOf": [{"type": "integer"}, anything]}} for name in queries]
    paths: dict[str, dict[str, Any]] = {}
    for route in routes:
        names = [part.name for part in route.path_components if not isinstance(part, str)]
        path = "/" + "/".join(part if isinstance(part, str) else f"{{{part.name}}}" for part in route.path_components)
        places = [{"name": name, "in": "path", "required": True, "schema": known} for name in names]
        for method in sorted({"GET", "POST"} & route.methods):
            paths.setdefault(path, {})[method.lower()] = _operation([*places, *query])
    for (path, method), seen in shown.items():
        fields = {name: {"anyOf": [{"enum": [value]}, anything]} for name, value in seen.fields}
        body = {"type": "object", "properties": fields, "required": sorted(fields)}
        content = {FORM.decode(): {"schema": body}}
        paths.setdefault(path, {})[method.lower()] = _operation([]) | {"requestBody": {"content": content}}
    return {"openapi": "3.1.0", "info": {"title": "Sésame", "version": "1"}, "paths": paths}


def _operation(parameters: list[Any]) -> dict[str, Any]:
    return {"parameters": parameters, "responses": {"200": {"description": "A page."}}}


def _pairs(values: Any) -> Iterator[tuple[bytes, bytes]]:
    """What schemathesis put into a query or a form, as a browser would send it; of what is no object, nothing."""
    for name, value in values.items() if isinstance(values, dict) else ():
        for text in value if isinstance(value, list) else [value]:
            yield name.encode(errors="surrogatepass"), str(text).encode(errors="surrogatepass")
