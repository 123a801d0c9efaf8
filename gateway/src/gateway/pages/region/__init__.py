"""The pages of the Region's agents."""

from litestar.types import ControllerRouterHandler

from . import actions, imports, invoices, reports

ROUTES: list[ControllerRouterHandler] = [*actions.ROUTES, *imports.ROUTES, *invoices.ROUTES, *reports.ROUTES]
