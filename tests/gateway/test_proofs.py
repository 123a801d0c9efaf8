"""The proofs of a month on both sides: sent, looked at, noted, given to the two sides alone, erased (DEC-10)."""

from collections.abc import AsyncIterator, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import cast
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio

from chassis.db import Connection
from contracts.billing import Invoice
from contracts.codes import AbsenceReason, ExitKind, ExitReason, Place, ProofKind
from contracts.declarations import ConfirmMonth, Exit, LineSaved, MonthConfirmed, TraineeExited
from contracts.message import Command, Message
from contracts.month import Month
from contracts.proofs import MOST_FILES, NoteProofs, SendProof, WithdrawProof
from contracts.refusals.declarations import ProofNotCalledFor
from declarations.rules import declaration
from declarations.rules import proofs as rules
from gateway.areas.billing import region
from gateway.areas.proofs import pages
from gateway.worker.housekeeping import tidy
from tests.gateway.html import all_of, links_of, one_of, text_of, value_of, words
from tests.gateway.pieces import terms
from tests.gateway.region_in_march import Told, award, users
from tests.gateway.running_portal import Person, RunningPortal
from tests.rules.declarations.declared_action import absence, figures
from tests.rules.gateway.test_gateway_proof_file import PDF, png

pytestmark = pytest.mark.asyncio(loop_scope="session")
FEBRUARY = Month("2008-02")
ABSENT = absence("2008-02-12", "2008-02-12", AbsenceReason.FAMILY, Place.CENTRE, "7")


@pytest_asyncio.fixture(scope="module", loop_scope="session", autouse=True)
async def known(portal: RunningPortal) -> AsyncIterator[None]:
    await users(portal)
    yield


async def confirm(action: Told, month: Month, on: date) -> None:
    """As `declarations` confirms it, by its own rule; it can be invoiced then."""
    (event,) = declaration.confirm(action.portal.saying.declared[action.number], ConfirmMonth(month=month), on).events
    assert isinstance(event, MonthConfirmed)
    action.billable[month] = action._billable(month, event.lines)
    action.declared[month] = sum((line.attended for line in action.billable[month].lines), Decimal(0))
    await action.say(event, action.offered(), on=on)


@pytest_asyncio.fixture(loop_scope="session")
async def action(portal: RunningPortal) -> AsyncIterator[Told]:
    """An action of its own for each test: of three trainees, the first was excused for seven hours in February, the second left for a job
    on the 20th, the third was always there; February is confirmed.
    """
    portal.it_is("2008-03-06T14:12")
    told = await award(portal, f"P{uuid4().hex[:8]}", terms("RÉGISSEURS SON", date(2008, 2, 4), date(2008, 4, 25)))
    await told.open(3)
    for index, (trainee, typed) in enumerate(zip(told.trainees, ("60 7 0 0 0 0", "40 0 0 0 0 0", "67 0 0 0 0 0"), strict=True)):
        line = figures(typed).model_copy(update={"absences": (ABSENT,) if index == 0 else ()})
        await told.say(LineSaved(month=FEBRUARY, trainee_id=trainee, line=line, complete=True, version=1))
    leaving = Exit(on=date(2008, 2, 20), kind=ExitKind.EARLY, reason=ExitReason.EMPLOYMENT, proofs_announced=True)
    await told.say(TraineeExited(trainee_id=told.trainees[1], exit=leaving, version=1))
    await confirm(told, FEBRUARY, date(2008, 3, 6))
    yield told


def page_of(action: Told, month: str = "2008-02") -> str:
    return f"/actions/{action.number}/declarations/{month}/justificatifs"


def key_of(action: Told, index: int = 0, kind: ProofKind = ProofKind.ABSENCE) -> str:
    return f"p2008-02-{kind}-{action.trainees[index].hex}"


class Declarations:
    """Answers what is asked of the proofs by the service's own rules."""

    def __init__(self, portal: RunningPortal) -> None:
        self.portal = portal

    async def decide(self, key: str, command: Command) -> Iterable[Message]:
        state = self.portal.saying.declared[key]
        match command:
            case SendProof():
                # Its id is made of the command's: the portal has kept the file under it already.
                file_id = await self.portal.db.fetchval(
                    "SELECT file_id FROM proof_contents WHERE contract_number = $1 ORDER BY kept_at DESC LIMIT 1", key
                )
                return rules.send(state, command, file_id).events
            case WithdrawProof():
                return rules.withdraw(state, command).events
            case NoteProofs():
                return rules.note(state, command).events
        raise AssertionError(command)


async def send(
    person: Person, action: Told, content: bytes = PDF, name: str = "Arrêt DUPONT.pdf", type_: str = "application/pdf", index: int = 0
) -> httpx.Response:
    """What a browser without JavaScript posts of the form beside a proof, and what comes back."""
    key = key_of(action, index)
    form = {"_commande": str(uuid4()), "justificatif": key, "faire": "envoyer"}
    async with action.portal.answering(Declarations(action.portal).decide):
        return await person.client.post(page_of(action), data=form, files={f"{key}.fichier": (name, content, type_)})


async def invoice(action: Told) -> Invoice:
    """February goes to the Region."""
    return await action.invoice(FEBRUARY, on=date(2008, 3, 6))


async def note(action: Told, sent: Invoice, noted: dict[str, str], faire: str = "noter") -> httpx.Response:
    """An agent notes, with what the page had shown."""
    shown = await action.portal.agent.get(f"/region/factures/{sent.invoice_id}")
    keys = (key_of(action), key_of(action, 1, ProofKind.EMPLOYMENT))
    seen = {f"{key}.{what}": value_of(shown, f"{key}.{what}") for key in keys for what in ("vu", "etait")}
    async with action.portal.answering(Declarations(action.portal).decide):
        return await action.portal.agent.post(
            f"/region/factures/{sent.invoice_id}/justificatifs",
            {**seen, **{f"{key}.note": code for key, code in noted.items()}, "faire": faire},
        )


async def files(action: Told) -> list[UUID]:
    rows = await action.portal.db.fetch("SELECT file_id FROM proof_contents WHERE contract_number = $1 ORDER BY kept_at", action.number)
    return [row["file_id"] for row in rows]


def list_of(page: httpx.Response) -> str:
    return words(one_of(page, "#justificatifs"))


async def test_dec_10_a_confirmed_month_lists_its_proofs_to_the_organisation_and_says_how_to_send_them(
    portal: RunningPortal, action: Told
) -> None:
    month = await portal.secretary.get(f"/actions/{action.number}/declarations/2008-02")
    assert "2 justificatifs à envoyer : en fichier ici, ou par courrier avec la facture signée" in list_of(month)
    assert page_of(action) in links_of(month)
    page = await portal.secretary.get(page_of(action))
    proofs_ = [words(each) for each in all_of(page, "main section.panel")]
    assert [text.split(" ,")[0] for text in proofs_] == ["CHOMBIER Gisèle", "DURAND Jean-Claude"]
    assert "justificatif d’absence, février 2008 À envoyer" in proofs_[0] and "justificatif de reprise d’emploi" in proofs_[1]
    assert "ÉTIENNE" not in text_of(page), "who was always there owes none"


async def test_dec_10_a_file_is_sent_and_both_sides_see_it_renamed(portal: RunningPortal, action: Told) -> None:
    page = await send(portal.secretary, action)
    assert page.status_code == 200 and "Le justificatif est envoyé" in text_of(page)
    (file_id,) = await files(action)
    name = f"justificatif-2008-02-{file_id.hex[:4]}.pdf"
    assert name in text_of(page) and "DUPONT" not in page.text
    assert "Envoyé" in words(one_of(page, f"#{key_of(action)}"))
    sent = await invoice(action)
    theirs = await portal.agent.get(f"/region/factures/{sent.invoice_id}")
    assert name in list_of(theirs) and "Envoyé, à noter" in list_of(theirs) and "0 sur 2 justificatifs reçus" in list_of(theirs)
    ours = await portal.secretary.get(f"/actions/{action.number}/factures/{sent.invoice_id}")
    assert name in list_of(ours) and "1 justificatif à envoyer" in list_of(ours)
    history = await portal.secretary.get(f"/actions/{action.number}/historique")
    assert "justificatif d’absence de CHOMBIER Gisèle envoyé (fichier PDF)" in text_of(history)


async def test_dec_10_a_file_is_given_to_the_two_sides_alone_as_one_that_nothing_opens(portal: RunningPortal, action: Told) -> None:
    await send(portal.secretary, action)
    (file_id,) = await files(action)
    own, regions = f"/actions/{action.number}/justificatifs/{file_id}", f"/region/justificatifs/{action.number}/{file_id}"
    for person, path in ((portal.secretary, own), (portal.agent, regions)):
        file = await person.get(path)
        assert file.status_code == 200 and file.content == PDF and file.headers["Content-Type"] == "application/pdf"
        assert file.headers["Content-Disposition"] == f'attachment; filename="justificatif-2008-02-{file_id.hex[:4]}.pdf"'
        assert file.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert file.headers["X-Content-Type-Options"] == "nosniff" and file.headers["Cache-Control"] == "no-store"
    for person, path in ((portal.rival, own), (portal.rival, regions), (portal.secretary, regions), (portal.agent, own)):
        assert (await person.get(path)).status_code == 404


async def test_acc_06_another_organisation_finds_neither_list_nor_file_nor_where_to_send_one(portal: RunningPortal, action: Told) -> None:
    assert (await portal.rival.get(page_of(action))).status_code == 404
    assert (await send(portal.rival, action)).status_code == 404
    assert await files(action) == []
    other = await award(portal, f"P{uuid4().hex[:8]}", terms("AUTRE", date(2008, 2, 4), date(2008, 4, 25)))
    await send(portal.secretary, action)
    (file_id,) = await files(action)
    assert (await portal.secretary.get(f"/actions/{other.number}/justificatifs/{file_id}")).status_code == 404, "it is another action's"
    assert (await portal.agent.get(f"/region/justificatifs/{other.number}/{file_id}")).status_code == 404


async def test_dec_10_a_program_renamed_is_refused_beside_its_field_and_nothing_of_it_is_kept(portal: RunningPortal, action: Told) -> None:
    page = await send(portal.secretary, action, b"MZ\x90\x00" + b"\x00" * 500)
    assert page.status_code == 422 and await files(action) == []
    assert "CHOMBIER Gisèle : Ce fichier n’est pas un PDF" in words(one_of(page, "#erreurs"))
    field = one_of(page, f"#{key_of(action)}-fichier")
    assert field.attributes["aria-invalid"] == "true" and "n’est pas un PDF" in words(one_of(page, f"#{key_of(action)}-fichier-err"))
    assert len(all_of(page, "input[type=file]")) == 2, "the others are still there"


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "", "Choisissez un fichier"),
        (png(), "photo.pdf", "annonce autre chose"),
        (PDF + b"0" * 10 * 1024 * 1024, "a.pdf", "dépasse 10 Mo"),
    ],
)
async def test_dec_10_what_is_wrong_with_a_file_is_said(portal: RunningPortal, action: Told, content: bytes, name: str, says: str) -> None:
    page = await send(portal.secretary, action, content, name)
    assert page.status_code == 422 and says in text_of(page) and await files(action) == []


async def test_dec_10_an_agent_notes_what_came_and_what_is_missing_and_no_amount_moves(portal: RunningPortal, action: Told) -> None:
    await send(portal.secretary, action)
    sent = await invoice(action)
    before = await portal.db.fetchval("SELECT body FROM invoices WHERE invoice_id = $1", sent.invoice_id)
    page = await note(action, sent, {key_of(action): "received", key_of(action, 1, ProofKind.EMPLOYMENT): "missing"})
    assert page.status_code == 200 and "Les justificatifs sont notés" in text_of(page)
    assert "1 sur 2 justificatifs reçus, 1 manquant" in list_of(page)
    assert await portal.db.fetchval("SELECT body FROM invoices WHERE invoice_id = $1", sent.invoice_id) == before
    queue = await portal.agent.get("/region/factures")
    (row,) = [words(each) for each in all_of(queue, "tbody tr") if action.number in words(each)]
    assert "1 justificatif manquant" in row
    ours = await portal.secretary.get(page_of(action))
    assert "1 justificatif manque" in text_of(ours)
    first, second = (one_of(ours, f"#{key}") for key in (key_of(action), key_of(action, 1, ProofKind.EMPLOYMENT)))
    assert "Reçu" in words(first) and not first.css("form"), "what was received is neither completed nor taken back"
    assert "Manquant" in words(second) and second.css("input[type=file]")


async def test_dec_10_the_organisation_is_told_once_for_each_noting_and_only_of_what_is_missing(
    portal: RunningPortal, action: Told
) -> None:
    told = "SELECT figures ->> 'missing' FROM notifications WHERE kind = 'proofs_missing' AND contract_number = $1"
    sent = await invoice(action)
    await note(action, sent, {key_of(action): "received"})
    assert await portal.db.fetch(told, action.number) == []
    await note(action, sent, {}, faire="noter")
    await note(action, sent, {key_of(action): "missing", key_of(action, 1, ProofKind.EMPLOYMENT): "missing"})
    await note(action, sent, {key_of(action): "missing", key_of(action, 1, ProofKind.EMPLOYMENT): "missing"})
    assert [row[0] for row in await portal.db.fetch(told, action.number)] == ["2"]
    listed = await portal.secretary.get("/notifications")
    assert "RÉGISSEURS SON, février 2008 : 2 justificatifs à fournir." in text_of(listed)


async def test_dec_10_what_was_missing_is_sent_and_waits_to_be_looked_at_again(portal: RunningPortal, action: Told) -> None:
    sent = await invoice(action)
    await note(action, sent, {key_of(action): "missing"})
    await send(portal.secretary, action)
    assert "Envoyé, à noter" in list_of(await portal.agent.get(f"/region/factures/{sent.invoice_id}"))
    page = await note(action, sent, {}, faire="tout")
    assert "2 sur 2 justificatifs reçus" in list_of(page), "what comes by mail is noted too"


async def test_dec_10_nothing_noted_is_said_and_what_came_meanwhile_is_not_noted_unseen(portal: RunningPortal, action: Told) -> None:
    sent = await invoice(action)
    nothing = await note(action, sent, {})
    assert nothing.status_code == 422 and "Rien n’a changé" in text_of(nothing)
    await send(portal.secretary, action)
    key = key_of(action)
    async with portal.answering(Declarations(portal).decide):
        behind = await portal.agent.post(
            f"/region/factures/{sent.invoice_id}/justificatifs", {f"{key}.vu": "", f"{key}.note": "received", "faire": "noter"}
        )
    assert behind.status_code == 422 and "Rien n’est noté" in text_of(behind)
    assert [row.attributes["value"] for row in all_of(behind, f'#{key} input[type="radio"]') if "checked" in row.attributes] == ["received"]


async def test_acc_08_what_another_agent_noted_meanwhile_is_not_overwritten_by_an_older_page(portal: RunningPortal, action: Told) -> None:
    sent, other = await invoice(action), key_of(action, 1, ProofKind.EMPLOYMENT)
    await note(action, sent, {key_of(action): "missing"})
    shown = {f"{key_of(action)}.vu": "", f"{other}.vu": ""}
    older = shown | {f"{key_of(action)}.etait": "received", f"{key_of(action)}.note": "received", f"{other}.etait": ""}
    older |= {f"{other}.note": "received"}
    path = f"/region/factures/{sent.invoice_id}/justificatifs"
    async with portal.answering(Declarations(portal).decide):
        page = await portal.agent.post(path, older | {"faire": "noter"})
    assert "1 sur 2 justificatifs reçus, 1 manquant" in list_of(page), "who touched nothing of it leaves it as it is"
    async with portal.answering(Declarations(portal).decide):
        later = shown | {f"{key_of(action)}.etait": "", f"{key_of(action)}.note": "received", "faire": "noter"}
        refused = await portal.agent.post(path, later)
    assert refused.status_code == 422 and "Un autre agent a noté ce justificatif entre-temps" in text_of(refused)
    assert "1 sur 2 justificatifs reçus, 1 manquant" in list_of(await portal.agent.get(f"/region/factures/{sent.invoice_id}"))


async def test_acc_08_what_an_older_page_only_showed_is_not_chosen_when_it_is_shown_again(portal: RunningPortal, action: Told) -> None:
    sent, (first, other) = await invoice(action), (key_of(action), key_of(action, 1, ProofKind.EMPLOYMENT))
    await note(action, sent, {first: "missing", other: "missing"})
    older = {f"{first}.vu": "", f"{first}.etait": "received", f"{first}.note": "received"}  # as it was shown, and left
    older |= {f"{other}.vu": "", f"{other}.etait": "", f"{other}.note": "received", "faire": "noter"}
    page = await portal.agent.post(f"/region/factures/{sent.invoice_id}/justificatifs", older)
    assert page.status_code == 422
    chosen = [
        row.attributes["value"]
        for key in (first, other)
        for row in all_of(page, f'#{key} input[type="radio"]')
        if "checked" in row.attributes
    ]
    assert chosen == ["missing", "received"], "what was chosen stays, what was only shown gives way"


async def test_dec_10_more_proofs_than_a_command_notes_are_noted_in_parts(
    portal: RunningPortal, action: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(region, "MOST_NOTED", 1)
    sent = await invoice(action)
    page = await portal.agent.get(f"/region/factures/{sent.invoice_id}")
    forms = [
        {field.attributes["name"] or "": field.attributes["value"] or "" for field in form.css("input[type=hidden]")}
        for form in all_of(page, "#justificatifs form")
    ]
    assert [len([name for name in form if name.endswith(".vu")]) for form in forms] == [1, 1]
    for count, form in enumerate(forms, 1):
        async with portal.answering(Declarations(portal).decide):
            page = await portal.agent.post(f"/region/factures/{sent.invoice_id}/justificatifs", form | {"faire": "tout"})
        assert f"{count} sur 2 justificatifs reçus" in list_of(page), "of one page, each part is noted alone"


async def test_dec_07_what_was_received_of_absences_that_are_corrected_is_asked_for_again(portal: RunningPortal, action: Told) -> None:
    await send(portal.secretary, action)
    sent = await invoice(action)
    await note(action, sent, {}, faire="tout")
    await action.reject(sent, on=date(2008, 3, 6), correct_by=date(2008, 3, 21))
    longer = absence("2008-02-11", "2008-02-15", AbsenceReason.FAMILY, Place.CENTRE, "35")
    line = figures("32 35 0 0 0 0").model_copy(update={"absences": (longer,)})
    await action.say(LineSaved(month=FEBRUARY, trainee_id=action.trainees[0], line=line, complete=True, version=2))
    await confirm(action, FEBRUARY, date(2008, 3, 6))
    page = await portal.secretary.get(page_of(action))
    first, second = (one_of(page, f"#{key}") for key in (key_of(action), key_of(action, 1, ProofKind.EMPLOYMENT)))
    assert "Envoyé" in words(first) and "noté le" not in words(first) and first.css("input[type=file]")
    assert "Reçu" in words(second), "nothing of the exit was corrected"
    history = await portal.secretary.get(f"/actions/{action.number}/historique")
    assert "à vérifier de nouveau : 1 justificatif" in text_of(history)


async def test_dec_10_a_file_is_taken_back_and_its_bytes_are_erased(portal: RunningPortal, action: Told) -> None:
    await send(portal.secretary, action)
    (file_id,) = await files(action)
    async with portal.answering(Declarations(portal).decide):
        page = await portal.secretary.post(page_of(action), {"justificatif": key_of(action), "retirer": str(file_id)})
    assert "Le fichier est retiré" in text_of(page) and "À envoyer" in words(one_of(page, f"#{key_of(action)}"))
    assert (await portal.secretary.get(f"/actions/{action.number}/justificatifs/{file_id}")).status_code == 404
    async with portal.db.acquire() as connection:
        await tidy(cast(Connection, connection), portal.it_is("2008-03-06T14:12"))
    assert await files(action) == []


async def test_dec_10_a_file_that_the_service_refuses_is_not_kept(portal: RunningPortal, action: Told) -> None:
    def refuse(_key: str, _command: Command) -> Iterable[Message]:
        raise ProofNotCalledFor(month=FEBRUARY)

    key = key_of(action)
    async with portal.answering(refuse):
        form = {"_commande": str(uuid4()), "justificatif": key, "faire": "envoyer"}
        page = await portal.secretary.client.post(page_of(action), data=form, files={f"{key}.fichier": ("a.pdf", PDF, "application/pdf")})
    assert page.status_code == 422 and "n’est plus demandé pour février 2008" in text_of(page)
    async with portal.db.acquire() as connection:
        await tidy(cast(Connection, connection), portal.it_is("2008-03-06T14:12"))
    assert await files(action) == []


async def test_dec_10_the_same_file_sent_twice_by_a_double_click_is_one(portal: RunningPortal, action: Told) -> None:
    key, form_id = key_of(action), str(uuid4())
    async with portal.answering(Declarations(portal).decide) as came:
        for _ in range(2):
            form = {"_commande": form_id, "justificatif": key, "faire": "envoyer"}
            await portal.secretary.client.post(page_of(action), data=form, files={f"{key}.fichier": ("a.pdf", PDF, "application/pdf")})
    assert len(came) == 1 and len(await files(action)) == 1


async def test_dec_10_the_same_file_sent_for_two_proofs_from_one_page_is_of_both(portal: RunningPortal, action: Told) -> None:
    keys, form_id = (key_of(action), key_of(action, 1, ProofKind.EMPLOYMENT)), str(uuid4())
    async with portal.answering(Declarations(portal).decide) as came:
        for key in keys:
            form = {"_commande": form_id, "justificatif": key, "faire": "envoyer"}
            await portal.secretary.client.post(page_of(action), data=form, files={f"{key}.fichier": ("a.pdf", PDF, "application/pdf")})
    page = await portal.secretary.get(page_of(action))
    assert len(came) == 2 and all("Envoyé" in words(one_of(page, f"#{key}")) for key in keys)


async def test_prv_01_the_files_of_somebody_who_is_erased_are_too(portal: RunningPortal, action: Told) -> None:
    await send(portal.secretary, action)
    (file_id,) = await files(action)
    await portal.erase(f"{action.number}/{action.trainees[0]}")
    assert await files(action) == []
    assert (await portal.agent.get(f"/region/justificatifs/{action.number}/{file_id}")).status_code == 404
    page = await portal.secretary.get(page_of(action))
    shown = one_of(page, f"#{key_of(action)}")
    assert "Stagiaire , justificatif d’absence" in words(shown) and "n’est plus conservé" in words(shown)
    assert not shown.css("input[type=file]") and "Données effacées" in words(shown) and "À envoyer" not in words(shown)
    assert "1 justificatif à envoyer" in text_of(page), "the other's"
    await portal.erase(f"{action.number}/{action.trainees[1]}")
    month = list_of(await portal.secretary.get(f"/actions/{action.number}/declarations/2008-02"))
    assert "les données des stagiaires sont effacées" in month and "Envoyer les justificatifs" not in month
    sent = await invoice(action)
    assert "Pas encore envoyé" not in list_of(await portal.agent.get(f"/region/factures/{sent.invoice_id}"))
    assert "effacées" in text_of(await send(portal.secretary, action)) and await files(action) == []


async def test_dec_10_the_months_after_an_admissible_exit_rest_on_its_document(portal: RunningPortal, action: Told) -> None:
    portal.it_is("2008-04-03T10:00")
    for trainee in (action.trainees[0], action.trainees[2]):
        await action.say(LineSaved(month=Month("2008-03"), trainee_id=trainee, line=figures("60 0 0 0 0 0"), complete=True, version=1))
    await confirm(action, Month("2008-03"), date(2008, 4, 3))
    page = await portal.secretary.get(page_of(action, "2008-03"))
    (only,) = all_of(page, "main section.panel")
    assert "DURAND Jean-Claude" in words(only) and "justificatif de reprise d’emploi, février 2008" in words(only)
    form = one_of(page, "main section.panel form")
    assert form.attributes["action"] == page_of(action), "it is sent once, as February's"


async def test_dec_10_one_organisation_sends_so_many_files_an_hour(
    portal: RunningPortal, action: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal.it_is("2008-03-20T10:00")
    monkeypatch.setattr(pages, "MOST_AN_HOUR", 1)
    assert "Le justificatif est envoyé" in text_of(await send(portal.secretary, action))
    refused = await send(portal.secretary, action, png(), "b.png", "image/png")
    assert refused.status_code == 422 and "en une heure" in text_of(refused)
    portal.it_is("2008-03-20T11:01")
    assert "Le justificatif est envoyé" in text_of(await send(portal.secretary, action, png(), "b.png", "image/png"))


async def test_dec_10_a_proof_with_five_files_takes_no_other(portal: RunningPortal, action: Told) -> None:
    for number in range(MOST_FILES):
        page = await send(portal.secretary, action, PDF + b"\n" * number)
    assert not one_of(page, f"#{key_of(action)}").css("input[type=file]")
    assert (await send(portal.secretary, action, PDF + b" ")).status_code == 422


async def test_acc_07_a_file_sent_after_the_session_had_lapsed_is_to_be_chosen_again(portal: RunningPortal, action: Told) -> None:
    key = key_of(action)
    asked = await portal.secretary.post_lapsed(page_of(action), {"justificatif": key, "faire": "envoyer"})
    answer = await portal.secretary.log_in(asked)
    assert answer.headers["Location"] == page_of(action)
    assert "Choisissez-le de nouveau" in text_of(await portal.secretary.get(page_of(action)))
    assert "Choisissez-le de nouveau" not in text_of(await portal.secretary.get(page_of(action)))


async def test_dec_10_a_month_that_was_never_confirmed_calls_for_nothing_yet(portal: RunningPortal, action: Told) -> None:
    assert (await portal.secretary.get(page_of(action, "2008-03"))).status_code == 404
    assert (await portal.secretary.get(page_of(action, "2010-03"))).status_code == 404


async def test_dec_10_while_a_month_is_reopened_its_proofs_are_sent_and_the_grid_leads_there(portal: RunningPortal, action: Told) -> None:
    sent = await invoice(action)
    await action.reject(sent, on=date(2008, 3, 6), correct_by=date(2008, 3, 6) + timedelta(days=15))
    assert page_of(action) in links_of(await portal.secretary.get(f"/actions/{action.number}/declarations/2008-02"))
    assert "Le justificatif est envoyé" in text_of(await send(portal.secretary, action))
    theirs = await portal.agent.get(f"/region/factures/{sent.invoice_id}")
    assert not all_of(theirs, '#justificatifs input[type="radio"]'), "what is rejected is noted no more"
