"""Every page of the portal."""

from litestar.types import ControllerRouterHandler

from . import (
    access,
    account,
    action,
    billing,
    closing,
    confirmation,
    dates,
    declarations,
    documents,
    entries,
    health,
    home,
    live,
    notifications,
    opening,
    region,
    surveys,
    trainee,
    trainees,
    trainers,
)

ROUTES: list[ControllerRouterHandler] = [
    *access.ROUTES,
    *account.ROUTES,
    *action.ROUTES,
    *billing.ROUTES,
    *closing.ROUTES,
    *confirmation.ROUTES,
    *dates.ROUTES,
    *declarations.ROUTES,
    *documents.ROUTES,
    *entries.ROUTES,
    *health.ROUTES,
    *home.ROUTES,
    *live.ROUTES,
    *notifications.ROUTES,
    *opening.ROUTES,
    *region.ROUTES,
    *surveys.ROUTES,
    *trainee.ROUTES,
    *trainees.ROUTES,
    *trainers.ROUTES,
]
