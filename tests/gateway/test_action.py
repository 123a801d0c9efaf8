"""The page of an action: where it stands, what next, its life, its history (ACT-2, ACT-3, OPN-1)."""

import re

from tests.gateway.html import links_of, text_of
from tests.gateway.region_in_march import BTS, CLOSED, READY, TO_OPEN, Told
from tests.gateway.running_portal import RunningPortal


async def test_act_03_an_action_in_progress_shows_its_figures_and_its_months(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.secretary.get(f"/actions/{BTS}")
    text = text_of(page)
    assert "Ouverte depuis le 3 septembre 2007" in text
    assert "8 sur 10 8 rémunérés sur 10" in text
    assert "Prix total du contrat, HT 44 590,00 €" in text
    assert "déc. 2007 À corriger facture rejetée" in text
    assert "janv. 2008 À facturer 2 692,00 €" in text
    assert "févr. 2008 À saisir 6 lignes sur 8" in text
    assert "mars 2008 Après févr." in text and "avr. 2008 À venir" in text
    assert {f"/actions/{BTS}/declarations/2007-12", f"/actions/{BTS}/declarations/2008-02"} <= links_of(page)
    assert f"/actions/{BTS}/declarations/2008-03" not in links_of(page)


async def test_act_03_the_realised_hours_are_those_of_confirmed_months(portal: RunningPortal, told: dict[str, Told]) -> None:
    # September to November and January: 8 trainees, 60 + … + 67 h in centre, 20 h in company; December is reopened.
    monthly = sum(60 + index for index in range(8)) + 8 * 20
    page = text_of(await portal.secretary.get(f"/actions/{BTS}"))
    assert monthly * 4 == 2672
    assert "Total réalisé 21,68 % 2 672,00 h sur 12 320,00 h" in page


async def test_act_02_the_life_of_the_action_has_nine_steps(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.secretary.get(f"/actions/{BTS}")
    rail = re.search(r'<ol class="rail">(.*?)</ol>', page.text, flags=re.S)
    assert rail
    assert len(re.findall(r'class="rail__dot"', rail[1])) == 9
    assert "Facturé : 8 076,00 € HT. Accepté : 8 076,00 € HT. Payé : 5 384,00 € TTC." in text_of(page)


async def test_opn_01_before_the_opening_the_page_says_what_lacks_and_who_lacks_it(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.secretary.get(f"/actions/{TO_OPEN}")
    text = text_of(page)
    assert "Il manque 4 éléments pour ouvrir l’action" in text
    assert "ÉTIENNE Maud : date d’entrée, niveau à l’entrée en stage, prescripteur" in text
    assert "appelez Mme VIDAL, au 04 67 22 80 00" in text
    incomplete = told[TO_OPEN].trainees[2]
    assert {f"/actions/{TO_OPEN}/{end}" for end in ("dates", "entrees", "formateurs", f"stagiaires/{incomplete}")} <= links_of(page)
    assert f"/actions/{TO_OPEN}/ouverture" in links_of(page)


async def test_an_action_that_is_ready_says_so(portal: RunningPortal, told: dict[str, Told]) -> None:
    text = text_of(await portal.secretary.get(f"/actions/{READY}"))
    assert "Plus rien ne manque." in text and "Il manque" not in text


async def test_a_closed_action_offers_nothing_to_enter(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.secretary.get(f"/actions/{CLOSED}")
    assert "Clôturée au 31 juillet 2007" in text_of(page)
    assert "Inscrire un stagiaire" not in text_of(page)
