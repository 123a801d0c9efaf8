"""The pages of the Region's agents."""

from litestar.types import ControllerRouterHandler

from . import actions, invoices, reports

ROUTES: list[ControllerRouterHandler] = [*actions.ROUTES, *invoices.ROUTES, *reports.ROUTES]
