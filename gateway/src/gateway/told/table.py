"""The table of everything that is told: an event's row, a notification's sentence by its kind, and what is told of nobody and why."""

from collections.abc import Mapping
from typing import Any

from contracts import actions as of_actions
from contracts import awards
from contracts import erasure as of_erasure
from contracts import requests as of_requests
from contracts.answers import CommandAnswered
from contracts.billing import InvoicesOffered, MonthPriced, OffersForeseen
from contracts.calendar import DayStarted
from contracts.declarations import (
    AddedHoursForeseen,
    AmendmentForeseen,
    AmendmentGranted,
    ClosingGranted,
    DeclarationsChanged,
    EntryGranted,
    PathwayGranted,
    PresenceOffered,
    RemovalGranted,
)
from contracts.identity import AccessChanged, TextPublished
from contracts.message import Event
from contracts.surveys import ReportPrepared

from . import actions, billing, days, declarations, erasure, identity, proofs, requests, surveys
from .row import Notice, Told

ROWS: tuple[Told[Any], ...] = (
    *actions.ROWS,
    *requests.ROWS,
    *declarations.ROWS,
    *proofs.ROWS,
    *billing.ROWS,
    *surveys.ROWS,
    *identity.ROWS,
    *erasure.ROWS,
)
TOLD: Mapping[type[Event], Told[Any]] = {row.event: row for row in ROWS}
OF_WINDOWS = tuple(notice for windows in days.NOTICES.values() for notice in (windows.months, windows.invoices))
OF_DAYS: tuple[Notice[Any], ...] = (*OF_WINDOWS, *days.UNDECIDED.values())
NOTICES: Mapping[str, Notice[Any]] = {notice.kind: notice for notice in (*(n for row in ROWS for n in row.notices), *OF_DAYS)}
"""By kind, as they are stored."""

COMPUTED, ASKED = "computed: nobody did it", "a service asks another: what comes of it is told"
COUNTED = "what each service erased is counted in the report"
NOT_TOLD: Mapping[type[Event], str] = {
    of_actions.PreparationChanged: COMPUTED,
    DeclarationsChanged: COMPUTED,
    AddedHoursForeseen: COMPUTED,
    PresenceOffered: COMPUTED,
    MonthPriced: COMPUTED,
    InvoicesOffered: COMPUTED,
    ReportPrepared: COMPUTED,
    of_requests.ChangeForeseen: COMPUTED,
    AmendmentForeseen: COMPUTED,
    OffersForeseen: COMPUTED,
    of_actions.EntryRequested: ASKED,
    of_actions.RemovalRequested: ASKED,
    of_actions.PathwayRequested: ASKED,
    of_actions.ClosingRequested: ASKED,
    EntryGranted: ASKED,
    RemovalGranted: ASKED,
    PathwayGranted: ASKED,
    ClosingGranted: ASKED,
    of_requests.AmendmentRequested: ASKED,
    AmendmentGranted: ASKED,
    of_erasure.ErasedByActions: COUNTED,
    of_erasure.ErasedByBilling: COUNTED,
    of_erasure.ErasedBySurveys: COUNTED,
    awards.ContractsImported: "each contract is told of by its own event, the file by its page",
    awards.ProgrammeAnswered: "each contract is told of by its own event, what was refused by the page of imports",
    of_actions.AskRefused: "it changed nothing: its author read why",
    AccessChanged: "whose access it is knows it; its first password is told",
    TextPublished: "the page of the text lists its versions, who published them and when",
    CommandAnswered: "its author reads it on the page, or among their notifications",
    DayStarted: "what a day brings is told by `days`",
}
"""Every other event, and why."""
