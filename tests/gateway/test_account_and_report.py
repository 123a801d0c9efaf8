"""What was done is said on the page that follows: the accesses changed (ACC-2), the report's draft kept (SUR-2)."""

from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from contracts.codes import Situation
from contracts.identity_http import Account
from contracts.surveys import ReportFigures, ReportFiguresChanged, SituationCount
from gateway.web.identity_client import IdentityClient
from gateway.web.session import Viewer
from tests.gateway.html import text_of, value_of
from tests.gateway.region_in_march import CLOSED, OVER, Told
from tests.gateway.running_portal import ORGANISATION, RunningPortal, account_of


async def test_acc_02_who_changes_the_login_is_told_that_it_is_changed(
    portal: RunningPortal, told: dict[str, Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    viewer = Viewer(uuid4(), "organisation", ORGANISATION, "ancien", "SCENES ET FORMATIONS", False)
    person = await portal.person(viewer)

    async def choose_login(_client: Any, _user: Any, _password: str, login: str) -> Account:
        return account_of(replace(viewer, login=login, access=2))

    monkeypatch.setattr(IdentityClient, "choose_login", choose_login)
    assert "Vos accès sont modifiés" not in text_of(await person.get("/compte"))
    form = {"identifiant": "nouveau", "actuel": "le mot de passe actuel", "nouveau": "", "confirmation": ""}
    answer = await person.client.post("/compte/acces", data=form, follow_redirects=False)
    assert answer.status_code == 303, text_of(answer)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/compte?fait=1")
    again = await portal.person(replace(viewer, login="nouveau", access=2))
    page = await again.get(answer.headers["Location"])
    assert "Vos accès sont modifiés" in text_of(page) and value_of(page, "identifiant") == "nouveau"
    for who in (person, again):
        await who.client.aclose()


async def test_sur_02_a_draft_of_the_report_is_said_to_be_kept(portal: RunningPortal, told: dict[str, Told]) -> None:
    path = f"/actions/{OVER}/bilan"
    page = await portal.secretary.post(path, {"texte": "Un bon groupe, assidu.", "faire": "garder"})
    assert "Le texte est enregistré Rien ne part à la Région avant l’envoi du bilan." in text_of(page)
    assert "Un bon groupe, assidu.</textarea>" in page.text
    assert "Le texte est enregistré" not in text_of(await portal.secretary.get(path))
    assert "Le texte est enregistré" not in text_of(await portal.secretary.get(f"/actions/{CLOSED}/bilan"))


async def test_sur_02_what_a_correction_changes_after_the_report_stands_beside_it_for_both_sides(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    sent = ReportFigures(entered=4, completed=4, left_early=0, centre_hours=Decimal(2000), company_hours=Decimal(600), situations=())
    now = sent.model_copy(
        update={
            "centre_hours": Decimal("1993.50"),
            "situations": (SituationCount(situation=Situation.OTHER, contract=None, trainees=1),),
        }
    )
    pages = ((portal.secretary, f"/actions/{CLOSED}/bilan"), (portal.agent, f"/region/bilans/{CLOSED}"))
    await told[CLOSED].say(ReportFiguresChanged(figures=now))
    for person, path in pages:
        page = text_of(await person.get(path))
        assert "Des chiffres ont changé depuis l’envoi du bilan Une correction est venue après, le 6 mars 2008." in page
        assert "Heures en centre 2 000,00 h 1 993,50 h" in page and "Autre situation 0 1" in page
        assert "Heures en entreprise 600,00 h 600,00 h" not in page, "only what differs"
    await told[CLOSED].say(ReportFiguresChanged(figures=sent))
    for person, path in pages:
        assert "Des chiffres ont changé" not in text_of(await person.get(path)), "the correction is taken back"
