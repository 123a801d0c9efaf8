"""Every page of the portal."""

from litestar.types import ControllerRouterHandler

from . import access, account, billing, health, live

ROUTES: list[ControllerRouterHandler] = [*health.ROUTES, *access.ROUTES, *account.ROUTES, *billing.ROUTES, *live.ROUTES]
