"""Every page of the portal."""

from litestar.types import ControllerRouterHandler

from . import access, account, action, billing, documents, health, home, live, notifications, surveys

ROUTES: list[ControllerRouterHandler] = [
    *access.ROUTES,
    *account.ROUTES,
    *action.ROUTES,
    *billing.ROUTES,
    *documents.ROUTES,
    *health.ROUTES,
    *home.ROUTES,
    *live.ROUTES,
    *notifications.ROUTES,
    *surveys.ROUTES,
]
