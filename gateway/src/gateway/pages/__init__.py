"""Every page of the portal."""

from litestar.types import ControllerRouterHandler

from . import access, account, health, live

ROUTES: list[ControllerRouterHandler] = [*health.ROUTES, *access.ROUTES, *account.ROUTES, *live.ROUTES]
