"""The months of an action: filled in, settled, confirmed, read (DEC-1 to DEC-8)."""

import re
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from html import unescape
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from contracts import codes, declarations
from contracts.actions import TraineeEntered
from contracts.declarations import (
    ConfirmMonth,
    FilledRow,
    FillMonth,
    Line,
    LineSaved,
    MonthConfirmed,
    SaveLine,
    SeenLine,
    SetExit,
    TraineeExited,
)
from contracts.message import Command, Message
from contracts.month import Month
from contracts.refusals import Refusal, refuse_all
from contracts.refusals.common import ChangedMeanwhile
from contracts.refusals.declarations import ConfirmationOutsideWindow, ExcusedCentreUnexplained, NotPresent
from tests.gateway.html import all_of, hidden_of, one_of, value_of, words
from tests.gateway.region_in_march import BTS, RIVAL, Told, award, region_in_march, terms
from tests.gateway.running_portal import OURS, RunningPortal

pytestmark = pytest.mark.asyncio(loop_scope="session")
FEBRUARY = f"/actions/{BTS}/declarations/2008-02"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(portal: RunningPortal) -> AsyncIterator[dict[str, Told]]:
    yield await region_in_march(portal)


async def running(portal: RunningPortal, number: str, count: int = 2) -> Told:
    """An action that runs since 4 February 2008."""
    action = await award(portal, number, terms("ACTION " + number, date(2008, 2, 4), date(2008, 4, 25)))
    await action.open(count)
    return action


def fields(page: httpx.Response) -> dict[str, str | list[str]]:
    """What a browser would post of the page's grid, without a button."""
    form = page.text[page.text.index('id="saisie"') :]
    typed: dict[str, str | list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", form):
        name, value, kind = (re.search(rf' {what}="([^"]*)"', tag) for what in ("name", "value", "type"))
        if name and (kind is None or kind[1] not in {"radio", "checkbox"} or " checked" in tag):
            typed[name[1]] = unescape(value[1]) if value else ""
    for name, options in re.findall(r'<select[^>]* name="([^"]*)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', options)
        typed[name] = chosen[1] if chosen else ""
    return typed


def shows(page: httpx.Response, *texts: str) -> None:
    """The page says these texts."""
    said = " ".join(unescape(re.sub(r"<[^>]+>", "", page.text)).replace("\xa0", " ").split())
    for text in texts:
        assert text in said, text


def rows_of(command: Command) -> tuple[FilledRow, ...]:
    """What a month is filled in with."""
    assert isinstance(command, FillMonth)
    return command.rows


def key(action: Told, index: int) -> str:
    return f"s{action.trainees[index].hex}"


FULL = ("centre.attended", "centre.excused", "centre.unexcused", "company.attended", "company.excused", "company.unexcused")


def typed(of: str, *figures: str) -> dict[str, str | list[str]]:
    return {f"{of}.{path}": value for path, value in zip(FULL, figures, strict=True)}


class Service:
    """Saves lines and exits as `declarations` does, by version."""

    def __init__(self) -> None:
        self.lines: dict[object, tuple[int, Line]] = {}
        self.exits: dict[object, int] = {}

    def __call__(self, key: str, command: Command) -> Iterable[Message]:
        match command:
            case FillMonth():
                return self.fill(key, command)
            case SaveLine():
                version, known = self.lines.get((command.month, command.trainee_id), (0, Line()))
                if version != command.base_version and known != command.line:
                    raise ChangedMeanwhile(item=str(command.trainee_id))
                self.lines[command.month, command.trainee_id] = version + 1, command.line
                whole = all(getattr(place, kind) is not None for place in (command.line.centre, command.line.company) for kind in KINDS)
                return [
                    LineSaved(month=command.month, trainee_id=command.trainee_id, line=command.line, complete=whole, version=version + 1)
                ]
            case SetExit() if command.exit:
                self.exits[command.trainee_id] = self.exits.get(command.trainee_id, 0) + 1
                return [TraineeExited(trainee_id=command.trainee_id, exit=command.exit, version=self.exits[command.trainee_id])]
            case _:
                raise AssertionError(command)

    def fill(self, key: str, command: FillMonth) -> list[Message]:
        """All rows, or none."""
        before, said, wrong = (dict(self.lines), dict(self.exits)), [], []
        for row in command.rows:
            alone: list[Command] = [SetExit(trainee_id=row.trainee_id, **dict(row.exit))] if row.exit else []
            alone += [SaveLine(month=command.month, trainee_id=row.trainee_id, **dict(row.line))] if row.line else []
            for one in alone:
                try:
                    said += self(key, one)
                except Refusal as refusal:
                    wrong.append(refusal)
        if wrong:
            self.lines, self.exits = before
        refuse_all(wrong)
        return said


KINDS = ("attended", "excused", "unexcused")


async def test_months_lead_to_what_can_be_done(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.secretary.get(f"/actions/{BTS}/declarations")
    assert page.status_code == 200
    shows(page, "Corriger décembre 2007", "Saisir février 2008", "6 lignes complètes sur 8", "du 1er au 15 mars 2008")
    shows(page, "À venir", "Payé")


async def test_another_organisation_finds_no_month(portal: RunningPortal, told: dict[str, Told]) -> None:
    assert (await portal.rival.get(FEBRUARY)).status_code == 404
    assert (await portal.rival.get(FEBRUARY + "/confirmation")).status_code == 404
    assert (await portal.secretary.get(f"/actions/{RIVAL}/declarations/2008-03")).status_code == 404
    assert (await portal.secretary.get(f"/actions/{BTS}/declarations/2009-01")).status_code == 404
    assert (await portal.secretary.get(f"/actions/{BTS}/declarations/n-importe")).status_code == 404


async def test_the_grid_says_what_is_left_and_what_it_is_worth(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.secretary.get(FEBRUARY)
    shows(page, "1 point à régler", "Lignes à remplir, 0 si aucune heure", "Total, 6 lignes sur 8", "2 lignes à remplir")
    shows(page, "495,00 h saisies", "1 989,00 € HT facturables à ce stade", "il reste 10 jours")


async def test_rows_are_saved_without_javascript(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008DEC0001")
    path = f"/actions/{action.number}/declarations/2008-02"
    form = fields(await portal.secretary.get(path))
    form |= typed(key(action, 0), "70", "0", "0", "3h30", "0", "0") | {f"{key(action, 1)}.centre.attended": "12,5"}
    async with portal.answering(Service()) as came:
        page = await portal.secretary.post(path, {**form, "faire": "enregistrer"})
        assert page.status_code == 200
        again = await portal.secretary.post(path, {**form, "faire": "enregistrer"}, command_id=None)
    (filled,) = came  # a second click is the same command
    assert [(row.trainee_id, row.line and row.line.base_version, row.exit) for row in rows_of(filled)] == [
        (trainee, 0, None) for trainee in action.trainees
    ]
    shows(again, "Les heures du mois sont enregistrées", "5 cases vides Compléter par des zéros")
    shown = fields(page)
    assert shown[f"{key(action, 0)}.company.attended"] == "3,50"
    assert shown[f"{key(action, 1)}.centre.attended"] == "12,50" and shown[f"{key(action, 1)}.centre.excused"] == ""


async def test_dec_11_what_is_wrong_is_kept_beside_its_cell_and_nothing_is_saved_until_all_is_right(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    action = await running(portal, "2008DEC0002")
    path = f"/actions/{action.number}/declarations/2008-02"
    form = fields(await portal.secretary.get(path))
    form |= typed(key(action, 0), "77,20", "0", "0", "0", "0", "0") | typed(key(action, 1), "70", "0", "0", "0", "0", "0")
    async with portal.answering(Service()) as came:
        page = await portal.secretary.post(path, {**form, "faire": "enregistrer"})
        assert page.status_code == 422 and not came
        shows(page, "77,20 h n’est pas un quart d’heure : saisissez 77,00 h ou 77,25 h.", "1 ligne sur 2")
        again = fields(await portal.secretary.get(path))
        assert again[f"{key(action, 0)}.centre.attended"] == "77,20", "the draft is found again"
        assert again[f"{key(action, 1)}.centre.attended"] == "70"
        await portal.secretary.post(path, {**again, f"{key(action, 0)}.centre.attended": "77,25", "faire": "enregistrer"})
    assert [len(rows_of(filled)) for filled in came] == [2]


async def test_dec_11_the_answer_says_which_line_was_in_the_way_and_nothing_is_lost(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008DEC0021")
    path, first, second = f"/actions/{action.number}/declarations/2008-02", key(action, 0), key(action, 1)
    form = fields(await portal.secretary.get(path))
    form |= typed(first, "70", "0", "0", "0", "0", "0") | typed(second, "60", "0", "0", "0", "0", "0")

    def refuse(_key: str, _command: Command) -> Iterable[Message]:
        raise NotPresent(item=str(action.trainees[1]), trainee=str(action.trainees[1]), month="2008-02")

    async with portal.answering(refuse):
        page = await portal.secretary.post(path, {**form, "faire": "enregistrer"})
    assert page.status_code == 422
    shows(page, "DURAND Jean-Claude n’est pas en formation en février 2008.")
    assert fields(page)[f"{first}.centre.attended"] == "70" and fields(page)[f"{second}.centre.attended"] == "60"


async def test_absences_and_the_exit_are_saved_with_the_row(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008DEC0003")
    path, row = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    form = fields(await portal.secretary.get(path))
    form |= typed(row, "60", "7", "0", "0", "0", "0")
    form |= {f"{row}.absences.0.start": "05/02/2008", f"{row}.absences.0.end": "05/02/2008", f"{row}.absences.0.reason": "summons"}
    form |= {f"{row}.absences.0.place": "centre", f"{row}.absences.0.hours": "3,5"}
    form |= {f"{row}.exit.on": "15/2/8", f"{row}.exit.kind": "early", f"{row}.exit.reason": "personal"}
    service = Service()
    async with portal.answering(service) as came:
        refused = await portal.secretary.post(path, {**form, "faire": f"ajouter {row}"})
        assert refused.status_code == 422 and not came
        shows(refused, "Ce motif demande des justificatifs.")
        form |= {f"{row}.exit.proofs_announced": "oui"}
        page = await portal.secretary.post(path, {**form, "faire": f"ajouter {row}"})
    ((both,),) = (rows_of(filled) for filled in came)
    assert both.line and both.exit
    assert both.exit.exit == declarations.Exit(
        on=date(2008, 2, 15), kind=codes.ExitKind.EARLY, reason=codes.ExitReason.PERSONAL, proofs_announced=True
    )
    assert page.status_code == 200 and f'id="{row}-panel">' in page.text, "its panel stays open"
    shows(page, "Justifiées en centre : 3,50 sur 7,00 h", "Il manque 3,50 h", "sorti le 15/02/2008")
    assert f'name="{row}.absences.1.start"' in page.text, "there is room for another period"
    async with portal.answering(service) as came:
        page = await portal.secretary.post(path, {**fields(page), "faire": f"supprimer {row}.absences.0"})
    assert [row.line.line.absences for filled in came for row in rows_of(filled) if row.line] == [()]


async def test_a_row_that_somebody_else_saved_loses_nothing(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008DEC0004")
    path, row = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    service = Service()
    form = fields(await portal.secretary.get(path))
    async with portal.answering(service):
        first = {**form, **typed(row, "50", "0", "0", "0", "0", "0"), "faire": "enregistrer"}
        await portal.secretary.post(path, first)
        page = await portal.secretary.post(
            path, {**form, **typed(row, "60", "0", "0", "0", "0", "0"), "faire": "enregistrer", "_commande": str(uuid4())}
        )
        assert page.status_code == 422
        shows(page, "Cette ligne a changé pendant votre saisie", "par SCENES ET FORMATIONS", "en centre 50,00 · 0,00 · 0,00")
        assert fields(page)[f"{row}.centre.attended"] == "60"
        kept = await portal.secretary.post(path, {**fields(page), "faire": f"garder {row}"})
        assert kept.status_code == 200 and service.lines[Month("2008-02"), action.trainees[0]][1].centre.attended == 60
        page = await portal.secretary.post(
            path, {**form, **typed(row, "61", "0", "0", "0", "0", "0"), "faire": "enregistrer", "_commande": str(uuid4())}
        )
        again = await portal.secretary.post(path, {**fields(page), "faire": f"reprendre {row}"})
    assert fields(again)[f"{row}.centre.attended"] == "60,00" and "a changé pendant" not in again.text


async def test_a_row_that_nobody_touched_is_not_sent_again(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008DEC0005")
    path = f"/actions/{action.number}/declarations/2008-02"
    old = fields(await portal.secretary.get(path))
    service = Service()
    async with portal.answering(service) as came:
        await portal.secretary.post(path, {**old, **typed(key(action, 0), "50", "0", "0", "0", "0", "0")})
        page = await portal.secretary.post(path, {**old, **typed(key(action, 1), "40", "0", "0", "0", "0", "0"), "_commande": str(uuid4())})
    assert page.status_code == 200 and len(came) == 2
    assert fields(page)[f"{key(action, 0)}.centre.attended"] == "50,00"


async def test_rows_that_are_left_answer_with_their_versions_and_with_what_others_saved(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    action = await running(portal, "2008DEC0006")
    path, row, other = f"/actions/{action.number}/declarations/2008-02", key(action, 0), key(action, 1)
    own = {name: value for name, value in fields(await portal.secretary.get(path)).items() if name.startswith(row)}
    seen = f"{row[1:]}.0.0 {other[1:]}.0.0"
    async with portal.answering(Service()) as came:
        assert (await portal.secretary.post(f"{path}/lignes", {"vu": seen})).status_code == 204, "nothing has changed"
        left = await portal.secretary.post(f"{path}/lignes", {**own, f"{row}.centre.attended": "12", "vu": seen})
        shows(left, "Enregistré à 14 h 12")
        assert f'name="{row}.version" value="1"' in left.text and len(came) == 1 and f'"#{other}"' not in left.text
        behind = await portal.secretary.post(f"{path}/lignes", {"vu": seen})
        assert f'hx-target="#{row}"' in behind.text and 'value="12,00"' in behind.text and f'"#{other}"' not in behind.text
        less = await portal.secretary.post(f"{path}/lignes", {"vu": f"{row[1:]}.1.0"})
        shows(less, "Les stagiaires présents ont changé. Actualiser")
        wrong = await portal.secretary.post(f"{path}/lignes", {**own, f"{row}.version": "1", f"{row}.centre.attended": "douze"})
    assert wrong.status_code == 422
    shows(wrong, "« douze » n’est pas un nombre d’heures.", "non enregistré")
    assert (await portal.rival.post(f"{path}/lignes", own)).status_code == 404


async def test_what_cannot_be_right_is_told_below_its_row_and_leaves_the_sums(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008DEC0030")
    path, row = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    form = fields(await portal.secretary.get(path))
    form |= typed(row, "1055", "0", "0", "0", "0", "0") | typed(key(action, 1), "35", "0", "0", "0", "0", "0")
    async with portal.answering(Service()):
        page = await portal.secretary.post(path, {**form, "faire": "enregistrer"})
    note = words(one_of(page, f"#{row}-note"))
    assert "permet 260,00 h, à 10 h par jour, et CHOMBIER Gisèle en a 1 055,00 h" in note and "n’est pas comptée dans les totaux" in note
    cell = one_of(page, f"#{row}-centre-attended").attributes
    assert cell["aria-invalid"] == "true" and cell["aria-describedby"] == f"{row}-note"
    shows(page, "Total, 1 ligne sur 2", "35,00 h saisies")
    assert words(one_of(page, f"#{row}-etat")) == "enregistré", "what is saved is saved"


async def test_what_is_not_saved_is_seen_by_who_typed_it_alone(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008DEC0031")
    path, row = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    colleague = await portal.person(replace(portal.secretary.viewer, user_id=uuid4(), name="Jeanne"))
    form = fields(await portal.secretary.get(path)) | {f"{row}.centre.attended": "douze"}
    async with portal.answering(Service()) as came:
        await portal.secretary.post(f"{path}/lignes", form)
        assert fields(await portal.secretary.get(path))[f"{row}.centre.attended"] == "douze"
        theirs = await colleague.get(path)
        assert fields(theirs)[f"{row}.centre.attended"] == "" and not all_of(theirs, "[data-unsaved]")
        await colleague.post(f"{path}/lignes", fields(theirs) | {f"{row}.centre.attended": "treize"})
        assert fields(await portal.secretary.get(path))[f"{row}.centre.attended"] == "douze", "neither loses what they typed"
    assert not came
    await colleague.client.aclose()


async def test_what_is_typed_while_the_cookie_is_deleted_comes_with_the_login_page(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008DEC0032")
    path, row = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    form = fields(await portal.secretary.get(path)) | {f"{row}.centre.attended": "44"}
    async with httpx.AsyncClient(base_url=portal.address, headers=OURS) as nobody:
        asked = await nobody.post(path, data={**form, "faire": "enregistrer"})
    assert asked.status_code == 401 and "votre saisie n’est pas enregistrée" in asked.text
    await portal.secretary.log_in(asked)
    page = await portal.secretary.get(path)
    assert fields(page)[f"{row}.centre.attended"] == "44"
    shows(page, "Vos dernières frappes ne sont pas enregistrées. Les enregistrer", "Les effacer")


BLOCK = "Nom\tPrénom\tCentre\tJustifiées\nDURAND\tJean-Claude\t70\t3h30\nChombier\tGisèle\t77,2\t0\nDUPONT\tMichel\t1\t2\n"


async def test_a_pasted_table_is_proposed_and_nothing_is_saved_before_it_is_accepted(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008DEC0033")
    path, first, second = f"/actions/{action.number}/declarations/2008-02", key(action, 0), key(action, 1)
    form = fields(await portal.secretary.get(path)) | {f"{first}.company.attended": "7", f"{second}.centre.attended": "12"}
    async with portal.answering(Service()) as came:
        asked = await portal.secretary.post(path, {**form, "texte": BLOCK, "faire": "coller"})
        assert asked.status_code == 200 and not came
        shows(asked, "3 cases à remplir, 2 points à revoir", "Rien n’est encore repris", "La ligne de titres est laissée de côté")
        shows(asked, "2. DURAND Jean-Claude", "70,00", "au lieu de 12")
        shows(asked, "77,20 h n’est pas un quart d’heure", "Aucun stagiaire du mois ne s’appelle « DUPONT Michel »")
        left = await portal.secretary.post(path, {**hidden_of(asked), "faire": "enregistrer"})
        assert fields(left)[f"{second}.centre.attended"] == "12,00", "not accepted, what was typed stays"
        again = await portal.secretary.post(path, {**fields(left), "texte": BLOCK, "faire": "coller"})
        done = await portal.secretary.post(path, {**hidden_of(again), "faire": "poser", "_commande": str(uuid4())})
    assert fields(done)[f"{second}.centre.attended"] == "70,00" and fields(done)[f"{second}.centre.excused"] == "3,50"
    assert fields(done)[f"{first}.centre.excused"] == "0,00" and fields(done)[f"{first}.company.attended"] == "7,00"
    for wrong, why in (("\n\t", "Collez d’abord"), ("x" * 20_001, "Raccourcissez-le."), ("1\n" * 501, "Ce tableau a 501 lignes")):
        shows(
            await portal.secretary.post(path, {**form, "texte": wrong, "faire": "coller"}), "Rien à reprendre", "Revenir à la grille", why
        )


async def test_a_month_waits_for_the_one_before_and_for_its_first_day(portal: RunningPortal, told: dict[str, Told]) -> None:
    shows(await portal.secretary.get(f"/actions/{BTS}/declarations/2008-03"), "Confirmez d’abord février 2008")
    shows(await portal.secretary.get(f"/actions/{BTS}/declarations/2008-05"), "La saisie ouvre le 1er mai 2008")


async def test_a_reopened_month_says_why_and_until_when(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.secretary.get(f"/actions/{BTS}/declarations/2007-12")
    shows(page, "La Région a rejeté la facture n° 4", "Les justificatifs d’absence de DURAND Jean-Claude manquent.", "19 mars 2008")


async def test_verifying_what_lacks_comes_back_with_the_list_on_top(portal: RunningPortal, told: dict[str, Told]) -> None:
    page = await portal.secretary.post(FEBRUARY, {**fields(await portal.secretary.get(FEBRUARY)), "faire": "verifier"})
    assert page.status_code == 422 and 'id="erreurs"' in page.text
    shows(page, "Lignes à remplir")
    confirm = await portal.secretary.get(FEBRUARY + "/confirmation")
    shows(confirm, "Réalisé horaire de février 2008", "14/02/1986")
    assert 'data-l="Validé">oui<' in confirm.text and 'data-l="Validé">non<' in confirm.text  # DEC-2
    shows(confirm, "Il reste des points à régler")
    assert "Confirmer février 2008</button>" not in confirm.text


async def test_a_whole_month_is_confirmed_in_its_window(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008DEC0007")
    path = f"/actions/{action.number}/declarations/2008-02"
    await action.declare(Month("2008-02"))
    step = await portal.secretary.post(path, {**fields(await portal.secretary.get(path)), "faire": "verifier"})
    assert str(step.url).endswith("/confirmation")
    shows(step, "Tout est prêt : 2 lignes complètes", "121,00 h × 5,00 €", "643,00 €", "du 1er au 15 mars 2008")
    assert "Confirmer février 2008</button>" in step.text

    def refuse(_key: str, _command: Command) -> Iterable[Message]:
        raise ExcusedCentreUnexplained(item=str(action.trainees[0]), field="centre.excused", missing=Decimal("3.50"))

    async with portal.answering(refuse):
        refused = await portal.secretary.post(path + "/confirmation", {"vu": value_of(step, "vu")})
    assert refused.status_code == 422
    shows(refused, "Il manque 3,50 h d’absence justifiée en centre.")
    assert f'href="{path}#{key(action, 0)}-centre-excused"' in refused.text

    zero = Decimal(0)
    hours = declarations.PlaceHours(attended=Decimal(60), excused=zero, unexcused=zero)
    lines = tuple(declarations.ConfirmedLine(trainee_id=trainee, centre=hours, company=hours) for trainee in action.trainees)
    async with portal.answering(lambda _key, _command: [MonthConfirmed(month=Month("2008-02"), lines=lines)]) as came:
        done = await portal.secretary.post(path + "/confirmation", {"vu": value_of(step, "vu")})
    shown = tuple(SeenLine(trainee_id=trainee, version=1, exit_version=0) for trainee in action.trainees)
    assert came == [ConfirmMonth(month=Month("2008-02"), seen=shown)]
    shows(done, "Le mois est confirmé", "Réalisé horaire de l’action, février 2008", "Facturer le mois", "Total détaillé", "240,00")
    assert '<input class="cell' not in done.text
    seen = await portal.agent.get(f"/region/declarations/{action.number}/2008-02")
    shows(seen, "Réalisé horaire de l’action, février 2008", "Aucune absence déclarée.")
    assert (await portal.agent.get(f"/region/declarations/{action.number}/2008-03")).status_code == 404


async def test_outside_its_window_a_month_says_when_it_can_be_confirmed(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008DEC0008")
    path = f"/actions/{action.number}/declarations/2008-02"
    await action.declare(Month("2008-02"))
    portal.it_is("2008-03-16T00:00")
    try:
        step = await portal.secretary.get(path + "/confirmation")
        shows(step, "Il se confirme du 1er au 15 avril 2008")
        assert "Confirmer février 2008</button>" not in step.text

        def refuse(_key: str, _command: Command) -> Iterable[Message]:
            raise ConfirmationOutsideWindow(month="2008-02", start=date(2008, 4, 1), end=date(2008, 4, 15))

        async with portal.answering(refuse):
            refused = await portal.secretary.post(path + "/confirmation", {"vu": value_of(step, "vu")})
        shows(refused, "La prochaine période va du 1er avril 2008 au 15 avril 2008.")
    finally:
        portal.it_is("2008-03-06T14:12")


async def test_what_was_posted_after_the_session_had_lapsed_is_found_in_the_grid(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008DEC0009")
    path, row = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    form = fields(await portal.secretary.get(path)) | typed(row, "44", "0", "0", "0", "0", "0")
    await portal.secretary.log_in(await portal.secretary.post_lapsed(path, form))
    page = await portal.secretary.get(path)
    shows(page, "Votre session avait expiré")
    assert fields(page)[f"{row}.centre.attended"] == "44"
    assert "Votre session avait expiré" not in (await portal.secretary.get(path)).text


async def test_the_last_month_waits_for_every_exit(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008DEC0010")
    for month in ("2008-02", "2008-03"):
        await action.confirm(Month(month))
    await action.declare(Month("2008-04"))
    portal.it_is("2008-05-05T10:00")
    try:
        page = await portal.secretary.get(f"/actions/{action.number}/declarations/2008-04")
        shows(page, "CHOMBIER Gisèle n’a pas de date de sortie : le dernier mois attend toutes les sorties.")
    finally:
        portal.it_is("2008-03-06T14:12")


async def test_a_row_that_nobody_has_answered_yet_stays_as_it_was_typed(portal: RunningPortal, told: dict[str, Told]) -> None:
    action = await running(portal, "2008DEC0011")
    path, row = f"/actions/{action.number}/declarations/2008-02", key(action, 0)
    form = fields(await portal.secretary.get(path)) | typed(row, "44", "0", "0", "0", "0", "0")
    page = await portal.secretary.post(path, {**form, "faire": "enregistrer"})
    shows(page, "Votre saisie est enregistrée, la réponse arrive", "réponse attendue")
    assert fields(page)[f"{row}.centre.attended"] == "44"
    await portal.db.execute("DELETE FROM outbox")


async def test_dec_02_who_comes_to_reach_into_a_confirmed_month_stands_in_it_with_zeros(
    portal: RunningPortal, told: dict[str, Told]
) -> None:
    action = await running(portal, "2008DEC0018")
    await action.confirm(Month("2008-02"))
    await action.register(1)
    await action.say(TraineeEntered(trainee_id=action.trainees[2], entered_on=date(2008, 2, 20)))
    for person, path in (
        (portal.secretary, f"/actions/{action.number}/declarations"),
        (portal.agent, f"/region/declarations/{action.number}"),
    ):
        page = await person.get(f"{path}/2008-02")
        row = re.search(r'<tr role="row"><th scope="row" role="rowheader">ÉTIENNE Maud</th>.*?</tr>', page.text)
        assert row and row[0].count(">0,00<") == 5 and 'data-l="Validé">oui<' in row[0]
        shows(page, "121,00 h × 5,00 € = 605,00 € en centre, 40,00 h × 0,95 € = 38,00 € en entreprise, soit 643,00 € HT")
