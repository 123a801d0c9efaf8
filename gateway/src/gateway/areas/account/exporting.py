"""Who logs in for an organisation, and who asks for an account, as files (ACC-4, ACC-8)."""

from litestar import get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Stream

from contracts.month import paris_day
from gateway.tables.lists import COUNT, DAY, LONG, Column
from gateway.web.downloads import download, files, in_parts
from gateway.web.visit import Visit
from gateway.words.labels import label

from .colleagues import PAGE, colleagues_of
from .queries import Asked, Colleague, list_asked, list_colleagues
from .region import find_account

STATES = {"open": "À examiner", "accepted": "Acceptée", "refused": "Refusée", "expired": "Expirée"}


def _standing(one: Colleague) -> str:
    return "Désactivé" if one.disabled_at else "Actif" if one.activated_at else "Jamais connecté"


PEOPLE: tuple[Column[Colleague], ...] = (
    Column("Nom", lambda one: one.name or "Utilisateur", LONG),
    Column("Adresse électronique", lambda one: one.email, LONG),
    Column("Droit", lambda one: label(one.right), LONG),
    Column("Compte", _standing),
    Column("Dernière visite", lambda one: one.seen_at and paris_day(one.seen_at), DAY),
)
ASKED: tuple[Column[Asked], ...] = (
    Column("SIRET", lambda one: one.siret),
    Column("Organisme connu", lambda one: one.known_as or "", LONG),
    Column("Contrats", lambda one: one.contracts, COUNT),
    Column("Utilisateurs", lambda one: one.users, COUNT),
    Column("Reçue le", lambda one: paris_day(one.requested_at), DAY),
    Column("État", lambda one: STATES[one.state]),
    Column("Réponse le", lambda one: one.answered_at and paris_day(one.answered_at), DAY),
    Column("Par", lambda one: one.answered_by or "", LONG),
)
"""Without who asks: only identity knows, and forgets it with the answer."""


@get(files(PAGE))
async def export_colleagues(visit: NamedDependency[Visit]) -> Stream:
    """For whoever administers the organisation's accounts. Raises NotFoundException for anybody else."""
    _, people = await colleagues_of(visit)
    return await download(visit, "collegues", PEOPLE, in_parts(people))


@get(files("/region/comptes/{siret:str}/utilisateurs"))
async def export_people(visit: NamedDependency[Visit], siret: FromPath[str]) -> Stream:
    """The same of an organisation, for agents. Raises NotFoundException."""
    await find_account(visit.db, visit.viewer, siret)
    return await download(visit, "utilisateurs", PEOPLE, in_parts(await list_colleagues(visit.db, visit.viewer, siret)), about=siret)


@get(files("/region/comptes"))
async def export_requests(visit: NamedDependency[Visit]) -> Stream:
    """The agents' list of requests for accounts."""
    return await download(visit, "comptes", ASKED, in_parts(await list_asked(visit.db, visit.viewer)))


ROUTES = [export_colleagues, export_people, export_requests]
