"""The sandbox as `make sandbox` opens it: the sample client does what there is to do, and a bad one is told what it did."""

import asyncio
import json
import os
import re
import runpy
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from contracts.finance import InvoiceDocument
from sesame_local.place import PORTS, READER, REPOSITORY, Place
from sesame_local.sample import environment, path
from sesame_local.sandbox.finance.history import NOBODYS, TODAY, contract
from sesame_local.sandbox.installation import Sandbox, login
from sesame_local.sandbox.stage import read_all
from tests.infra import free_ports

NONE = "00000000-0000-4000-8000-000000000000"
Invoices = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    folder = Path(tempfile.mkdtemp(prefix="sesame-tests-"))
    opened = Sandbox(Place(folder, free_ports(len(PORTS))))
    try:
        opened.open()
        yield opened
    finally:
        opened.down()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def client(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The sample client's functions, as it would run: it knows an address, a name and a password."""
    for name, value in environment(sandbox.place, "finance", TODAY).items():
        monkeypatch.setitem(os.environ, name, value)
    return runpy.run_path(str(path("finance")))


def of(number: int, listed: Invoices, invoice: int = 0) -> dict[str, Any]:
    return listed[contract(number)][invoice]


def plays(listed: Invoices) -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """What a client sends for each scenario, in order: key and body."""

    def decide(number: int, decision: str = "accepted", invoice: int = 0, **why: str) -> tuple[str, dict[str, Any]]:
        return contract(number), {"invoice_id": of(number, listed, invoice)["invoice_id"], "decision": decision, **why}

    def pay(number: int, amount: str = "", reference: str = "", invoice: int = 0) -> tuple[str, dict[str, Any]]:
        due = of(number, listed, invoice)
        body = {"invoice_id": due["invoice_id"], "amount": amount or due["including_tax"], "date": TODAY.isoformat()}
        return contract(number), body | {"reference": reference or f"VIR-{number}-{invoice}"}

    why = {"code": "absences_wrong", "text": "Reprenez les absences de septembre."}
    yield [decide(1), pay(1)]
    yield [decide(2, "rejected", **why)]
    yield [pay(3, "2000.00", "VIR-3-A"), pay(3, "120.00", "VIR-3-B"), pay(10, reference="VIR-3-A"), pay(10)]
    yield [decide(4), decide(4), pay(4), pay(4)]
    yield [pay(5), pay(5, reference="VIR-5-ENCORE")]
    yield [decide(6)]
    yield [(contract(7), {"invoice_id": NONE, "decision": "accepted"}), (NOBODYS, decide(7)[1]), decide(7)]
    yield [(contract(8), {"note": "bonjour"}), decide(8)]
    yield [pay(9, "9000.00"), pay(9, "0.00"), pay(9)]
    yield [pay(11), decide(11), pay(11)]
    yield [decide(12, "rejected"), decide(12, "rejected", **why)]
    yield [decide(13)]
    yield [decide(14)]
    yield [decide(15), pay(15), decide(15, invoice=1), pay(15, invoice=1)]
    yield [decide(16, invoice=1), pay(16, invoice=1)]
    yield [decide(17), pay(17)]


async def test_fin_01_to_03_the_sample_client_does_all_there_is_to_do_and_a_bad_one_is_told_what_it_did(
    sandbox: Sandbox, client: dict[str, Any], capsys: pytest.CaptureFixture[str]
) -> None:
    listed: Invoices = {}
    for invoice in await client["invoices"]():
        listed.setdefault(invoice["contract_number"], []).append(invoice)
    told = re.findall(r"(2026-\d{6}): (\d+\.\d\d)", (REPOSITORY / "contracts" / "FINANCE.md").read_text())
    assert [(invoice["legal_number"], invoice["including_tax"]) for all_of in listed.values() for invoice in all_of] == told, (
        "the same each time"
    )

    async def play(records: list[tuple[str, dict[str, Any]]]) -> None:
        for key, body in records:
            await client["send"](key, json.dumps(body))

    await asyncio.gather(*map(play, plays(listed)))
    await asyncio.to_thread(sandbox.act, "report")
    balance = {"invoice_id": of(13, listed)["invoice_id"]}
    paid = {"amount": of(13, listed)["including_tax"], "date": TODAY.isoformat(), "reference": "VIR-13"}
    await play([(contract(13), balance | {"decision": "accepted"}), (contract(13), balance | paid)])
    came = await asyncio.to_thread(sandbox.report)
    assert came.is_done, "\n".join(came.lines())
    assert not came.found

    naive = balance | {"amount": 10.5, "date": "2026-10-12T00:00:00", "reference": "VIR-14"}
    await play([(contract(14), naive), (contract(1), {"invoice_id": of(2, listed)["invoice_id"], "decision": "accepted"})])
    capsys.readouterr()
    came = await asyncio.to_thread(sandbox.report)
    said = "\n".join(came.lines())
    assert came.is_wrong
    assert "La facture 2026-000013 est du contrat 2026SBX13, et la clé dit 2026SBX14." in said
    assert "La facture 2026-000002 est du contrat 2026SBX02, et la clé dit 2026SBX01." in said
    assert "c'est un jour de Paris" in said and "un flottant arrondit" in said


async def test_every_invoice_has_its_document(sandbox: Sandbox) -> None:
    records = await read_all(login(sandbox.place, READER), "gateway.documents")
    documents = [InvoiceDocument.parse(record.value) for record in records]
    assert len(documents) == len({document.invoice_id for document in documents}) == 19
    file = sandbox.place.folder / "facture.pdf"
    file.write_bytes(documents[0].content)
    assert "factur-x.xml" in PdfReader(file).attachments


def test_a_folder_of_an_installation_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "kafka").mkdir()
    for step in (Sandbox.open, Sandbox.begin_anew):
        with pytest.raises(Exception, match="bac à sable"):
            step(Sandbox(Place(tmp_path, 8400)))
    assert (tmp_path / "kafka").is_dir()
