"""Ids that a client chooses: whichever it sends, of another's or of nobody's, it changes and sees nothing but its own (ACC-6).

What is tried is not listed here: it is whatever the pages offer to send, with other ids in each place that holds one.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID, uuid4

import httpx
import pytest

from contracts.awards import ContractsImported, ImportContracts
from contracts.codes import ProofKind
from contracts.message import Command, Message
from contracts.month import Month
from contracts.refusals.common import NotFound
from gateway.areas.contracts_import.workbook import writing
from gateway.web import commands
from gateway.web.commands import command_id
from gateway.web.session import Viewer
from tests import guide
from tests.gateway import asked
from tests.gateway.offered import UUIDS, Sent, offered_to, template, without_ids
from tests.gateway.pieces import sheet, trainee_messages
from tests.gateway.region_in_march import BTS, RIVAL, Told
from tests.gateway.running_portal import ORGANISATION, Person, RunningPortal

pytestmark = pytest.mark.asyncio(loop_scope="session")

NOBODYS, SECRET = "2007QCA0998", "SECRÈTE"
SECRETS = (SECRET, "COMPTABLES")
OF_THE_MOMENT = re.compile(r'<span id="cloche">.*?</span></a></span>|(?<=depuis=)[\d.]+')
"""The bell, which counts every refusal, and when a page was made."""
SHEET = {"nom": "NOUVEAU", "prenom": "Jean", "faire": "partiel"}


def refuse(_key: str, command: Command) -> Iterable[Message]:
    """A service to which nothing of another's exists; it checks any workbook."""
    if isinstance(command, ImportContracts):
        numbers = tuple(contract.number for contract in command.contracts)
        return [ContractsImported(awarded=numbers, known=(), replaced=(), check_only=command.check_only)]
    raise NotFound


@dataclass(frozen=True)
class Attack:
    """Somebody, the numbers of their own contracts, and what they send instead of ids: another's, by kind, and another's contract."""

    by: Person
    numbers: set[str]
    ids: Mapping[str, UUID]
    number: str
    nobody: UUID = field(default_factory=uuid4)
    """An id that is nobody's: sent with every form, as each of another's is."""

    def tries(self, sent: Sent) -> Iterator[tuple[str, dict[str, Sent], Sent]]:
        """Each id that a part of the request holds, replaced there: where, by what of another's, by nobody's. Last, contract and id."""
        for part in ("address", "fields"):
            texts = sent.texts(part)
            ids = {match[0] for text in texts for match in UUIDS.finditer(text)}
            numbers = {number for number in self.numbers for text in texts if number in text}
            for old in ids:
                around = sorted({template(text, self.numbers) for text in texts if old in text})
                theirs = {kind: sent.with_changed(part, _replacing({old: spelt(id_, old)})) for kind, id_ in self.ids.items()}
                yield f"{part} {around}", theirs, sent.with_changed(part, _replacing({old: spelt(self.nobody, old)}))
            for number in numbers:
                around = sorted({template(text, self.numbers) for text in texts if number in text})
                both = [dict.fromkeys(ids, str(id_)) | {number: self.number} for id_ in self.ids.values() if ids]
                theirs = {f"contract {index}": sent.with_changed(part, _replacing(new)) for index, new in enumerate(both)}
                theirs |= {"contract": sent.with_changed(part, _replacing({number: self.number}))}
                yield f"{part} {around} contract", theirs, sent.with_changed(part, _replacing({number: NOBODYS}))

    def plain(self, answer: httpx.Response) -> tuple[int, str]:
        """An answer without its ids, so that what was another's and what was nobody's can be compared."""
        return answer.status_code, OF_THE_MOMENT.sub("", without_ids(answer.text, self.numbers | {self.number, NOBODYS}))

    async def run(self, offers: Iterable[Sent]) -> tuple[int, list[str]]:
        """How much was tried, and everything that went wrong; of what differs by figures alone, one is tried."""
        wrong: list[str] = []
        tried: set[tuple[str, str, str]] = set()
        for offer, (where, theirs, nobodys) in ((sent, each) for sent in offers for each in self.tries(sent)):
            key = (offer.method, template(offer.address, self.numbers), where)
            if key in tried:
                continue
            tried.add(key)
            # What is kept of a first try may show beside a second one: another's must look like one or the other.
            first = self.plain(await nobodys.by(self.by))
            answers = {what: await other.by(self.by) for what, other in theirs.items()}
            last = first if offer.method == "get" else self.plain(await nobodys.by(self.by))
            for what, answer in answers.items():
                shows = [word for word in SECRETS if word in answer.text]
                if answer.status_code >= 500 or shows or self.plain(answer) not in (first, last):
                    wrong.append(f"{offer.method} {offer.address} {where}, {what}: {answer.status_code} for {first[0]}, shows {shows}")
        return len(tried), wrong


def spelt(new: UUID, old: str) -> str:
    """The new id, with dashes when the old one has some."""
    return str(new) if "-" in old else new.hex


def _replacing(new: Mapping[str, str]) -> Callable[[str], str]:
    def change(text: str) -> str:
        for old, other in new.items():
            text = text.replace(old, other)
        return text

    return change


async def rows(portal: RunningPortal, schema: str, where: str = "") -> dict[str, list[str]]:
    """Every row of a schema's tables, of `own` those that hold `where`."""
    names = [row[0] for row in await portal.db.fetch("SELECT tablename FROM pg_tables WHERE schemaname = $1", schema)]
    rows_of = {name: [str(row[0]) for row in await portal.db.fetch(f'SELECT t::text FROM {schema}."{name}" AS t')] for name in names}
    return {name: sorted(text for text in texts if where in text) for name, texts in rows_of.items()}


async def settled(portal: RunningPortal) -> None:
    """Until everything that was asked is answered."""
    while await portal.db.fetchval("SELECT count(*) FROM commands WHERE faults IS NULL"):
        pass


async def lives(portal: RunningPortal, told: Told) -> None:
    """The other's action runs, with a trainee, an invoice and a rejected one."""
    await told.open(2)
    changed = sheet(SECRET, "Claude", date(2008, 3, 3))
    await told.say(*trainee_messages(RIVAL, told.trainees[0], changed, version=2, changed=True))
    for month in ("2008-03", "2008-04"):
        await told.confirm(Month(month), calls_for=(ProofKind.ABSENCE,))
        await told.invoice(Month(month), on=Month(month).next().first)
    await told.reject(told.invoices[0], on=date(2008, 5, 2), correct_by=date(2008, 5, 17))
    await asked.asks_for_periods(told)


async def test_acc_06_no_id_that_an_organisation_sends_names_anything_of_anothers(
    portal: RunningPortal, told: dict[str, Told], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "PATIENCE", 0.1)
    await lives(portal, told[RIVAL])
    await asked.asks_for_periods(told[BTS])
    form, own = uuid4(), uuid4()
    await portal.rival.post(f"/actions/{RIVAL}/stagiaires/nouveau", SHEET, command_id=form)
    await portal.secretary.post(f"/actions/{BTS}/stagiaires/nouveau", SHEET, command_id=own)
    monkeypatch.setattr(commands, "PATIENCE", 5)
    notice = await portal.db.fetchval("SELECT id FROM notifications WHERE audience = $1 LIMIT 1", portal.rival.viewer.siret)
    await told[BTS].prove(Month("2008-01"))
    ids = {
        "trainee": told[RIVAL].trainees[0],
        "proof": await told[RIVAL].prove(Month("2008-04")),
        "invoice": told[RIVAL].invoices[0].invoice_id,
        "form": form,
        "command": command_id(portal.rival.viewer, form),
        "notification": notice,
        "request": await portal.db.fetchval("SELECT request_id FROM requests WHERE contract_number = $1", RIVAL),
    }
    attack = Attack(portal.secretary, told.keys() - {RIVAL}, ids, RIVAL)
    async with portal.answering(refuse):
        await settled(portal)
        before = await rows(portal, "view", RIVAL), await rows(portal, "own", str(portal.rival.viewer.user_id))
        answered = f"/?commande={command_id(portal.secretary.viewer, own)}"
        tried, wrong = await attack.run(await offered_to(attack.by, attack.numbers, "/", answered))
        assert tried > 50 and wrong == []
    assert (await rows(portal, "view", RIVAL), await rows(portal, "own", str(portal.rival.viewer.user_id))) == before
    keys = await portal.db.fetch("SELECT DISTINCT key FROM commands WHERE user_id = $1", portal.secretary.viewer.user_id)
    assert {row["key"] for row in keys} <= attack.numbers | {ORGANISATION}


async def test_acc_06_no_id_that_an_agent_sends_names_a_file_of_anothers(portal: RunningPortal, told: dict[str, Told]) -> None:
    agent = portal.agent
    other = await portal.person(Viewer(uuid4(), "agent", None, "autre", "Paul ROUX", False))
    files, form = {}, uuid4()
    async with portal.answering(refuse):
        for person, title in ((agent, "FICHIER"), (other, SECRET)):
            file = {"fichier": ("contrats.xlsx", writing.write([guide.contract("2008QCA0777", title=title)]))}
            page = await person.client.post("/region/import", data={"_commande": str(form)}, files=file)
            files[person] = UUID(page.url.path.rpartition("/")[2])
        ids = {"file": files[other], "form": form, "command": command_id(other.viewer, files[other])}
        attack = Attack(agent, set(told), ids, RIVAL)
        before = await rows(portal, "own", str(other.viewer.user_id))
        offers = await offered_to(agent, attack.numbers, f"/region/import/{files[agent]}")
        tried, wrong = await attack.run(sent for sent in offers if sent.address.startswith("/region/import"))
        assert tried > 2 and wrong == []
    assert await rows(portal, "own", str(other.viewer.user_id)) == before
    await other.client.aclose()
