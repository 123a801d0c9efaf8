"""Requests as files: an action's, and those that the agents' list shows (REQ-1)."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Stream

from contracts.month import paris_day
from gateway.areas.action.queries.requests import load_requests
from gateway.areas.action.requests import RequestHead
from gateway.areas.action.visit import ActionVisit
from gateway.tables.lists import DAY, LONG, Column
from gateway.web.downloads import download, files, in_parts
from gateway.web.visit import Visit
from gateway.words.labels import label

from .queue import RequestRow, asked_of, read_queue

OF_ACTION: tuple[Column[RequestHead], ...] = (
    Column("Demande", lambda head: head.name, LONG),
    Column("Envoyée le", lambda head: head.asked_on, DAY),
    Column("État", lambda head: head.badge()[1], LONG),
    Column("Réponse le", lambda head: head.answered_at and paris_day(head.answered_at), DAY),
)
OF_REGION: tuple[Column[RequestRow], ...] = (
    Column("Organisme", lambda row: row.organisation, LONG),
    Column("Contrat", lambda row: row.contract_number),
    Column("Intitulé", lambda row: row.title, LONG),
    Column("Objet", lambda row: label(row.head.object), LONG),
    Column("Reçue le", lambda row: row.head.asked_on, DAY),
    Column("État", lambda row: row.head.badge(for_agent=True)[1], LONG),
    Column("Réponse le", lambda row: row.head.answered_at and paris_day(row.head.answered_at), DAY),
)
"""Without the name of whom a sheet is about: what is taken of several actions at once names no trainee."""


@get(files("/actions/{contract:str}/demandes"))
async def export_requests(visit: NamedDependency[ActionVisit]) -> Stream:
    """Everything that was asked about an action."""
    heads = await load_requests(visit.db, visit.viewer, visit.contract)
    return await download(visit, "demandes", OF_ACTION, in_parts(heads), about=visit.contract)


@get(files("/region/demandes"))
async def export_queue(visit: NamedDependency[Visit]) -> Stream:
    """The agents' list, filtered, searched and sorted as its address says."""
    return await download(visit, "demandes", OF_REGION, read_queue(visit.db, visit.viewer, asked_of(visit)))


ROUTES = [export_requests, export_queue]
