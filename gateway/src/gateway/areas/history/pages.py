"""“Historique” of an action, or of all of the viewer's: filtered, paged, and as a file (ACC-8)."""

from typing import Any

from litestar import Response, get
from litestar.di import NamedDependency

from gateway.areas.action.visit import ActionVisit
from gateway.web.downloads import download, files, format_of
from gateway.web.forms import Form
from gateway.web.listing import Asked
from gateway.web.visit import Visit
from gateway.words.french import plural

from .asking import FILTERS, KINDS, ROLES, wanted
from .exporting import changes, columns
from .queries import MOST_EXPORTED, MOST_LISTED, is_too_much, list_acts, load_people, read_acts

TOO_MUCH = "Plus de {} correspondent : choisissez une période plus courte, puis exportez."


def asked_of(visit: Visit) -> tuple[Asked, Form]:
    """What the visit asks of the list, and the same as the filters show it."""
    asked = Asked.of(visit, ("date",), down=True, filters=FILTERS)
    return asked, Form({name: [value] for name, value in asked.filters.items()})


@get("/historique")
async def whole_history_page(visit: NamedDependency[Visit]) -> Response[str]:
    """What was done on all of the viewer's actions, latest first."""
    return await show(visit, None, *asked_of(visit))


@get(["/actions/{contract:str}/historique", "/region/actions/{contract:str}/historique"])
async def history_page(visit: NamedDependency[ActionVisit]) -> Response[str]:
    """What was done on an action, latest first."""
    return await show(visit, visit.contract, *asked_of(visit))


async def show(visit: Visit, contract: str | None, asked: Asked, form: Form, day: Form | None = None) -> Response[str]:
    """The page; `day` is the day of which the action was asked for, and cannot be shown."""
    sought = wanted(form)
    roles = [(code, name) for code, (_, name) in ROLES.items()]
    return visit.page(
        "history/history.html",
        status=max(form.status, day.status if day else 200),
        form=form,
        day=day or Form(),
        wanted=sought,
        list=await list_acts(visit.db, visit.viewer, asked, sought, contract),
        most=MOST_LISTED,
        one=contract is not None,
        base="/region/actions" if visit.viewer.is_agent else "/actions",
        kinds=KINDS,
        people=[*roles, *(await load_people(visit.db, visit.viewer, contract) if visit.shows() else ())],
    )


@get(files("/historique"))
async def export_all(visit: NamedDependency[Visit]) -> Response[Any]:
    """The same as a file."""
    return await export(visit, None)


@get(files("/actions/{contract:str}/historique", "/region/actions/{contract:str}/historique"))
async def export_one(visit: NamedDependency[ActionVisit]) -> Response[Any]:
    """The same as a file."""
    return await export(visit, visit.contract)


async def export(visit: Visit, contract: str | None) -> Response[Any]:
    """What was done, in the order in which it happened; of all actions at once, without a trainee's name or a text."""
    asked, form = asked_of(visit)
    sought = wanted(form)
    most = MOST_EXPORTED[format_of(visit)]
    if form.ok and await is_too_much(visit.db, visit.viewer, asked, sought, contract, most):
        form.wrong(None, TOO_MUCH.format(plural(most, "acte")))
    if not form.ok:
        return await show(visit, contract, asked, form)
    acts = read_acts(visit.db, visit.viewer, asked, sought, contract)
    return await download(visit, "historique", columns(named=contract is not None), changes(acts), about=contract or "actions")


ROUTES = [whole_history_page, history_page, export_all, export_one]
