"""What the programme system sent, as a file (ACT-1)."""

from litestar import get
from litestar.di import NamedDependency
from litestar.response import Stream

from gateway.tables.lists import DAY, LONG, Column
from gateway.web.downloads import download, files
from gateway.web.visit import Visit

from .received import Received, asked_of, read_messages

MESSAGES: tuple[Column[Received], ...] = (
    Column("Reçu le", lambda row: row.on, DAY),
    Column("Contrat", lambda row: row.contract_number or ""),
    Column("Intitulé", lambda row: row.title or "", LONG),
    Column("Organisme", lambda row: row.organisation or "", LONG),
    Column("Demande", lambda row: row.asked),
    Column("Réponse", lambda row: row.word),
    Column("Erreurs", lambda row: " ".join(row.why), LONG),
)


@get(files("/region/import/programme"))
async def export_messages(visit: NamedDependency[Visit]) -> Stream:
    """The list, filtered as its address says."""
    return await download(visit, "programme", MESSAGES, read_messages(visit.db, visit.viewer, asked_of(visit)))


ROUTES = [export_messages]
