"""A form is found from its page's address, and its page from what the form is about; what was kept under addresses is carried over."""

import asyncio
from pathlib import Path
from uuid import UUID, uuid4

import asyncpg
import pytest

import gateway.migrations.own
from gateway.web.form_ids import PAGES, FormId, form_at
from tests.infra import Infra

MONTH, TRAINEE = "2008-02", str(UUID(int=7))
OF = "/actions/2007QCA0266"
LATER = {"note"}
"""Kinds of forms that no draft was kept of while drafts had addresses."""
FORMS = {
    f"{OF}/dates": FormId("dates", "2007QCA0266"),
    f"{OF}/stagiaires/nouveau": FormId("new_trainee", "2007QCA0266"),
    f"{OF}/stagiaires/nouveau?fiche={TRAINEE}": FormId("new_trainee", "2007QCA0266", TRAINEE),
    f"{OF}/stagiaires/{TRAINEE}": FormId("trainee", "2007QCA0266", TRAINEE),
    f"{OF}/entrees": FormId("entries", "2007QCA0266"),
    f"{OF}/ouverture": FormId("opening", "2007QCA0266"),
    f"{OF}/non-ouverture": FormId("non_opening", "2007QCA0266"),
    f"{OF}/declarations/{MONTH}": FormId("month", "2007QCA0266", MONTH),
    f"{OF}/declarations/{MONTH}/lignes/{TRAINEE}": FormId("line", "2007QCA0266", f"{MONTH}/{TRAINEE}"),
    f"{OF}/facturation/verification": FormId("invoices", "2007QCA0266"),
    f"{OF}/cloture": FormId("closing", "2007QCA0266"),
    f"{OF}/enquetes/sortie/{TRAINEE}": FormId("survey", "2007QCA0266", TRAINEE),
    f"{OF}/bilan": FormId("report", "2007QCA0266"),
    f"{OF}/solde": FormId("balance", "2007QCA0266"),
    "/compte/adresse": FormId("address"),
    "/region/actions/2007QCA0266": FormId("action", "2007QCA0266"),
    f"/region/factures/{TRAINEE}": FormId("decision", subject=TRAINEE),
    f"/region/factures/{TRAINEE}/note": FormId("note", subject=TRAINEE),
    "/region/import": FormId("upload"),
    f"/region/import/{TRAINEE}": FormId("import", subject=TRAINEE),
}


NEWER = {
    f"{OF}/stagiaires/import": FormId("trainees_file", "2007QCA0266"),
    f"{OF}/stagiaires/reprise": FormId("trainees_copy", "2007QCA0266"),
    f"{OF}/stagiaires/liste?fiche={TRAINEE}": FormId("new_trainees", "2007QCA0266", TRAINEE),
    "/region/bilans/2007QCA0266/note": FormId("report_note", "2007QCA0266"),
    f"{OF}/formateurs": FormId("trainers", "2007QCA0266"),
    f"{OF}/dates/demande": FormId("dates_request", "2007QCA0266"),
    f"{OF}/dates/report": FormId("postponement", "2007QCA0266"),
    f"{OF}/stagiaires/{TRAINEE}/demande": FormId("trainee_request", "2007QCA0266", TRAINEE),
    f"{OF}/formateurs/demande": FormId("trainers_request", "2007QCA0266"),
    f"/region/demandes/2007QCA0266/{TRAINEE}": FormId("answer", "2007QCA0266", TRAINEE),
    f"{OF}/declarations/{MONTH}/import": FormId("hours_file", "2007QCA0266", MONTH),
    f"{OF}/declarations/{MONTH}/justificatifs": FormId("proofs", "2007QCA0266", MONTH),
    f"/region/factures/{TRAINEE}/justificatifs": FormId("noted_proofs", subject=TRAINEE),
    f"{OF}/facturation/sous-traitant": FormId("subcontract", "2007QCA0266"),
    f"{OF}/facturation/avance": FormId("advance", "2007QCA0266"),
    "/region/textes/contact": FormId("text", subject="contact"),
    "/compte/collegues": FormId("invitation"),
    f"/region/comptes/demandes/{TRAINEE}": FormId("account_request", subject=TRAINEE),
    f"{OF}/enquetes/six-mois/{TRAINEE}": FormId("later_survey", "2007QCA0266", f"six-mois/{TRAINEE}"),
}
"""Of forms that never were kept under their address."""


@pytest.mark.parametrize(("address", "which"), (FORMS | NEWER).items())
def test_a_form_and_its_page_lead_to_each_other(address: str, which: FormId) -> None:
    assert form_at(address) == which and which.page == address


def test_every_kind_of_form_has_its_page() -> None:
    assert {which.kind for which in (FORMS | NEWER).values()} == PAGES.keys()


@pytest.mark.parametrize(
    "address", ["/", "/compte/acces", "/connexion", f"{OF}/demandes/{TRAINEE}", f"{OF}/declarations/{MONTH}/confirmation"]
)
def test_what_is_typed_elsewhere_is_not_kept(address: str) -> None:
    assert form_at(address) is None


async def _before(dsn: str) -> str:
    """The portal's own schema as it was when drafts had addresses, with a draft under each."""
    connection = await asyncpg.connect(dsn)
    folder = Path(gateway.migrations.own.__path__[0])
    await connection.execute((folder / "0001_what_is_the_portals_own.sql").read_text())
    for address in (*FORMS, f"{OF}/formateurs"):
        await connection.execute(
            "INSERT INTO drafts (owner, form, body, saved_by) VALUES ('o', replace($1, '?fiche=', '?stagiaire='), '{}', $2)",
            address,
            uuid4(),
        )
    await connection.close()
    return dsn


async def test_drafts_kept_under_addresses_are_carried_over(infra: Infra) -> None:
    connection = await asyncpg.connect(await _before(await infra.fresh_database("gateway")))
    folder = Path(gateway.migrations.own.__path__[0])
    for later in sorted(await asyncio.to_thread(lambda: list(folder.glob("001*.sql")))):
        await connection.execute(later.read_text())
    rows = await connection.fetch("SELECT kind, contract, subject FROM drafts")
    await connection.close()
    assert {FormId(*row) for row in rows} == {which for which in FORMS.values() if which.kind not in LATER}
