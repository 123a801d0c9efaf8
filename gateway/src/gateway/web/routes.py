"""Every page of the portal: the areas', and what belongs to none."""

from litestar.types import ControllerRouterHandler

from gateway.areas.account import access, code, colleagues, factor, newcomers, region_factor, sessions
from gateway.areas.account import exporting as exported_accounts
from gateway.areas.account import pages as account
from gateway.areas.account import region as region_account
from gateway.areas.account.access import to_log_in
from gateway.areas.action import pages as action
from gateway.areas.action import region as region_action
from gateway.areas.action.visit import provide_visit
from gateway.areas.billing import documents as billing_documents
from gateway.areas.billing import exporting as exported_invoices
from gateway.areas.billing import issued, sending, without_months
from gateway.areas.billing import lot as lot_of_invoices
from gateway.areas.billing import pages as billing
from gateway.areas.billing import proofs as noted_proofs
from gateway.areas.billing import region as region_billing
from gateway.areas.closing import pages as closing
from gateway.areas.contracts_import import exporting as exported_imports
from gateway.areas.contracts_import import region as contracts_import
from gateway.areas.dashboard import exporting as exported_dashboard
from gateway.areas.dashboard import region as dashboard
from gateway.areas.dates import documents as dates_documents
from gateway.areas.dates import pages as dates
from gateway.areas.dates import requesting as dates_request
from gateway.areas.declarations import confirmation
from gateway.areas.declarations import documents as declarations_documents
from gateway.areas.declarations import exporting as exported_hours
from gateway.areas.declarations import importing as declarations_import
from gateway.areas.declarations import pages as declarations
from gateway.areas.declarations import region as region_declarations
from gateway.areas.documents import files as documents_files
from gateway.areas.documents import forms, guide
from gateway.areas.documents import pages as documents
from gateway.areas.entries import pages as entries
from gateway.areas.erasure import exporting as exported_erasures
from gateway.areas.erasure import region as region_erasure
from gateway.areas.history import known_on
from gateway.areas.history import pages as history
from gateway.areas.home import exporting as exported_actions
from gateway.areas.home import pages as home
from gateway.areas.mails import pages as mails
from gateway.areas.mails import stopping as stopped_mails
from gateway.areas.notifications import pages as notifications
from gateway.areas.opening import pages as opening
from gateway.areas.people import region as region_people
from gateway.areas.proofs import pages as proofs
from gateway.areas.requests import exporting as exported_requests
from gateway.areas.requests import pages as requests
from gateway.areas.requests import region as region_requests
from gateway.areas.surveys import answering, letters, region_results
from gateway.areas.surveys import documents as surveys_documents
from gateway.areas.surveys import exporting as exported_surveys
from gateway.areas.surveys import pages as surveys
from gateway.areas.surveys import region as region_surveys
from gateway.areas.surveys import sending as mailed_surveys
from gateway.areas.texts import pages as texts
from gateway.areas.texts import region as region_texts
from gateway.areas.trainees import copying as copied_trainees
from gateway.areas.trainees import documents as trainees_documents
from gateway.areas.trainees import exporting as exported_trainees
from gateway.areas.trainees import pages as trainees
from gateway.areas.trainees import requesting as trainee_request
from gateway.areas.trainees import several as several_trainees
from gateway.areas.trainees import sheet as trainee
from gateway.areas.trainers import documents as trainers_documents
from gateway.areas.trainers import exporting as exported_trainers
from gateway.areas.trainers import pages as trainers

from . import drafts, live, searches
from .papers import DocumentsOf

__all__ = ["DOCUMENTS", "ROUTES", "provide_visit", "to_log_in"]

ROUTES: list[ControllerRouterHandler] = [
    *access.ROUTES,
    *account.ROUTES,
    *colleagues.ROUTES,
    *newcomers.ROUTES,
    *region_account.ROUTES,
    *code.ROUTES,
    *factor.ROUTES,
    *sessions.ROUTES,
    *region_factor.ROUTES,
    *action.ROUTES,
    *region_action.ROUTES,
    *billing.ROUTES,
    *without_months.ROUTES,
    *sending.ROUTES,
    *issued.ROUTES,
    *region_billing.ROUTES,
    *lot_of_invoices.ROUTES,
    *noted_proofs.ROUTES,
    *closing.ROUTES,
    *contracts_import.ROUTES,
    *exported_imports.ROUTES,
    *dashboard.ROUTES,
    *dates.ROUTES,
    *dates_request.ROUTES,
    *declarations.ROUTES,
    *confirmation.ROUTES,
    *declarations_import.ROUTES,
    *region_declarations.ROUTES,
    *documents.ROUTES,
    *documents_files.ROUTES,
    *guide.ROUTES,
    *forms.ROUTES,
    *entries.ROUTES,
    *region_erasure.ROUTES,
    *history.ROUTES,
    *known_on.ROUTES,
    *home.ROUTES,
    *mails.ROUTES,
    *stopped_mails.ROUTES,
    *notifications.ROUTES,
    *opening.ROUTES,
    *region_people.ROUTES,
    *proofs.ROUTES,
    *requests.ROUTES,
    *region_requests.ROUTES,
    *surveys.ROUTES,
    *letters.ROUTES,
    *mailed_surveys.ROUTES,
    *answering.ROUTES,
    *region_results.ROUTES,
    *region_surveys.ROUTES,
    *texts.ROUTES,
    *region_texts.ROUTES,
    *trainees.ROUTES,
    *trainee.ROUTES,
    *trainee_request.ROUTES,
    *several_trainees.ROUTES,
    *copied_trainees.ROUTES,
    *trainers.ROUTES,
    *exported_accounts.ROUTES,
    *exported_actions.ROUTES,
    *exported_dashboard.ROUTES,
    *exported_invoices.ROUTES,
    *exported_hours.ROUTES,
    *exported_erasures.ROUTES,
    *exported_requests.ROUTES,
    *exported_surveys.ROUTES,
    *exported_trainees.ROUTES,
    *exported_trainers.ROUTES,
    *drafts.ROUTES,
    *live.ROUTES,
    *searches.ROUTES,
]

DOCUMENTS: tuple[DocumentsOf, ...] = (
    trainers_documents.documents_of,
    trainees_documents.documents_of,
    declarations_documents.documents_of,
    billing_documents.requests_of,
    surveys_documents.documents_of,
    billing_documents.accounts_of,
    dates_documents.documents_of,
    forms.documents_of,
)
"""What each area can print of an action, in the order of the guide (§3.8)."""
