"""From a template and figures to a page."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, PrefixLoader, StrictUndefined
from litestar import Request, Response
from litestar.enums import MediaType
from litestar.response import Redirect

from chassis.instant import now
from contracts import codes
from contracts.month import paris_day
from gateway.words import french, labels

from .forms import Form
from .frame import Frame
from .session import Viewer

AnyRequest = Request[Any, Any, Any]
WEB = Path(__file__).parent
AREAS = WEB.parent / "areas"
REGION = "Region"
"""The header in which a live region that fetches itself anew says its id."""
UNCACHED = {"Cache-Control": "no-store", "Vary": f"HX-Request, {REGION}"}


@cache
def environment() -> Environment:
    """The templates, with French figures and labels as filters: `_layout.html` of this folder, `billing/invoice.html` of an area."""
    areas = {folder.parent.name: FileSystemLoader(folder) for folder in AREAS.glob("*/templates")}
    env = Environment(
        loader=ChoiceLoader([FileSystemLoader(WEB / "templates"), PrefixLoader(areas)]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    names = (
        "money",
        "before_tax",
        "with_tax",
        "exact_money",
        "hours",
        "hours_cell",
        "percent",
        "number",
        "date_long",
        "date_day",
        "date_short",
        "weekday",
    )
    env.filters |= {
        name: getattr(french, name)
        for name in (*names, "clock", "hour", "moment", "month", "month_short", "months", "plural", "left", "de", "file_size")
    }
    env.filters |= {"label": labels.label, "label_of": labels.label_of, "inside": labels.inside}
    env.globals |= {
        "choices": labels.choices,
        "codes": codes,
        "label": labels.label,
        "plural": french.plural,
        "invoice_word": labels.invoice_word,
    }
    return env


@cache
def regions(template: str) -> frozenset[str]:
    """The blocks of a page that may stand alone: its own, and the layout's notice of a command."""
    own, layout = environment().get_template(template).blocks, environment().get_template("_layout.html").blocks
    return frozenset(own.keys() - layout.keys() | {"avis"})


def page(
    request: AnyRequest,
    template: str,
    *,
    status: int = 200,
    viewer: Viewer | None = None,
    frame: Frame | None = None,
    follows: Sequence[str] = (),
    **context: Any,
) -> Response[str]:
    """A whole page: the template's own figures, and around them the frame of whoever is logged in. Or the one region of it that fetches
    itself anew: the template's block of that name, and nothing when the page has it no longer.

    `follows` (of an agent's page) names what is shown: see `live`.
    """
    form = context.get("form")
    region = request.headers.get(REGION, "").replace("-", "_")
    if region and region not in regions(template):
        return Response("", status_code=204)
    html = (
        environment()
        .get_template(template)
        .render(
            region=region,
            region_name=request.app.state.portal.settings.region,
            frame=frame,
            viewer=viewer,
            follows=follows,
            today=paris_day(now()),
            at=now(),
            path=request.url.path,
            here=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            notice=frame.notice if frame else None,
            has_errors=isinstance(form, Form) and not form.ok,
            **context,
        )
    )
    return Response(html, media_type=MediaType.HTML, status_code=status, headers=UNCACHED)


def fragment(template: str, *, status: int = 200, **context: Any) -> Response[str]:
    """A piece of a page, for htmx."""
    html = environment().get_template(template).render(today=paris_day(now()), at=now(), **context)
    return Response(html, media_type=MediaType.HTML, status_code=status, headers=UNCACHED)


def see(path: str, *, command: object | None = None, anchor: str = "") -> Redirect:
    """Go to a page after a form was taken; `command` is the command whose answer that page tells."""
    query = ("&" if "?" in path else "?") + f"commande={command}" if command else ""
    return Redirect(f"{path}{query}{anchor}", status_code=303)
