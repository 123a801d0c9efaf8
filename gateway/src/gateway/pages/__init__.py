"""Every page of the portal."""

from litestar.types import ControllerRouterHandler

from . import access, account, action, billing, dates, documents, health, home, live, notifications, region, surveys, trainee, trainees

ROUTES: list[ControllerRouterHandler] = [
    *access.ROUTES,
    *account.ROUTES,
    *action.ROUTES,
    *billing.ROUTES,
    *dates.ROUTES,
    *documents.ROUTES,
    *health.ROUTES,
    *home.ROUTES,
    *live.ROUTES,
    *notifications.ROUTES,
    *region.ROUTES,
    *surveys.ROUTES,
    *trainee.ROUTES,
    *trainees.ROUTES,
]
