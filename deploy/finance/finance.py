"""A sample of the Region's finance system: built on the published message contract alone, with aiokafka and nothing of Sésame's.

    finance.py list                        every invoice, its state, its number N
    finance.py accept N                    accepts it
    finance.py reject N CODE TEXT          rejects it; CODE as in the contract (hours_wrong, proofs_missing, …)
    finance.py pay N AMOUNT REFERENCE      reports a payment, in euros; the reference names one payment for ever
    finance.py document N FILE             writes the invoice to FILE, a PDF with its data in it (Factur-X)
    finance.py send KEY BODY               sends a record as it is, to see what is answered

It reads `billing.invoices` from its beginning each time, as a real system would on its first day. Environment: FINANCE_KAFKA
(host:port), FINANCE_USER, FINANCE_PASSWORD; FINANCE_CA, a file of the authorities that sign the brokers' certificates, if not the
machine's; FINANCE_SECURITY=SASL_PLAINTEXT on one machine alone; FINANCE_PREFIX for topics that have one; FINANCE_TODAY, the payments'
date, if not today.
"""

import argparse
import asyncio
import base64
import hashlib
import json
import os
import ssl
from datetime import datetime
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

PREFIX = os.environ.get("FINANCE_PREFIX", "")
INVOICES, DECISIONS, REPLIES = PREFIX + "billing.invoices", PREFIX + "region.decisions", PREFIX + "region.decisions.replies"
DOCUMENTS = PREFIX + "gateway.documents"
PLAIN = os.environ.get("FINANCE_SECURITY") == "SASL_PLAINTEXT"
LOGIN = {
    "bootstrap_servers": os.environ.get("FINANCE_KAFKA", "localhost:9092"),
    "security_protocol": "SASL_PLAINTEXT" if PLAIN else "SASL_SSL",
    "ssl_context": None if PLAIN else ssl.create_default_context(cafile=os.environ.get("FINANCE_CA") or None),
    "sasl_mechanism": "SCRAM-SHA-512",
    "sasl_plain_username": os.environ.get("FINANCE_USER", "finance"),
    "sasl_plain_password": os.environ.get("FINANCE_PASSWORD", ""),
}
STATES = {"finance.invoice-accepted.v1": "acceptée", "finance.invoice-rejected.v1": "rejetée"}


async def started(consumer: AIOKafkaConsumer) -> dict[TopicPartition, int]:
    """Starts it (without a group it has every partition of its topic) and returns where each ends now."""
    await consumer.start()
    return await consumer.end_offsets(consumer.assignment())


async def everything(topic: str, source: bytes) -> list[ConsumerRecord]:
    """Every record of the topic that its author wrote, in each partition in order."""
    consumer, found = AIOKafkaConsumer(topic, **LOGIN), []
    try:
        ends = await started(consumer)
        for partition in ends:
            consumer.seek(partition, 0)
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found += [record for record in records if believable(record, source)]
    finally:
        await consumer.stop()
    return found


async def facts() -> list[tuple[str, dict]]:
    """Every fact of invoices with its type, in the order in which they were written."""
    facts = [fact(record) for record in await everything(INVOICES, b"billing")]
    return [(kind, body) for _, kind, body in sorted(facts, key=lambda fact: (fact[0], fact[2]["contract_number"]))]


def believable(record: ConsumerRecord, source: bytes) -> bool:
    """Whether its author says it: nobody else may speak there, and Kafka's rights see to that."""
    ours = dict(record.headers).get("ce_source") == source
    if not ours:
        print(f"Attention : message {record.partition}/{record.offset} ignoré, il ne vient pas de {source.decode()}.")
    return ours


async def save(invoice: dict, file: str) -> None:
    """Writes the invoice's document: the first of its records whose digest is right counts, whatever comes later."""
    for record in await everything(DOCUMENTS, b"gateway"):
        body = json.loads(record.value)
        content = base64.b64decode(body["document"]) if body["invoice_id"] == invoice["invoice_id"] else b""
        if content and hashlib.sha256(content).hexdigest() == body["sha256"]:
            await asyncio.to_thread(Path(file).write_bytes, content)
            print(f"Facture {invoice['legal_number']} : {file}, {len(content)} octets.")
            return
    print("Le document est en préparation : réessayez dans un instant.")


def fact(record: ConsumerRecord) -> tuple[int, str, dict]:
    return record.timestamp, dict(record.headers)["ce_type"].decode(), json.loads(record.value)


async def invoices() -> list[dict]:
    """The invoices, the oldest first, each with its state. A gap in a contract's sequence is said: a message was missed."""
    invoices, sequences = {}, {}
    for kind, body in await facts():
        contract, sequence = body["contract_number"], body["sequence"]
        if sequence <= sequences.get(contract, 0):
            continue  # the same again
        if sequence != sequences.get(contract, 0) + 1:
            print(f"Attention : il manque un message du contrat {contract} avant le n° {sequence}.")
        sequences[contract] = sequence
        if kind == "finance.invoice-issued.v1":
            invoices[body["invoice_id"]] = body | {"state": "à décider"}
        elif kind in STATES and body["invoice_id"] in invoices:
            invoices[body["invoice_id"]]["state"] = STATES[kind]
    return list(invoices.values())


def show(invoices: list[dict]) -> None:
    for number, invoice in enumerate(invoices, 1):
        name = "Solde" if invoice["number"] is None else f"Facture n° {invoice['number']}"
        kinds = {"subcontract": "sous-traitant", "advance": "avance"}
        months = kinds.get(invoice.get("without_months")) or ", ".join(invoice["months"])
        print(
            f"{number:>3}  {invoice['legal_number']}  contrat {invoice['contract_number']}  {name} ({months})  "
            f"{invoice['including_tax']} € TTC  {invoice['organisation']}  {invoice['state']}"
        )
    if not invoices:
        print("Aucune facture.")


async def send(key: str, value: str) -> None:
    """Sends a record and waits for what Sésame answers to that very one."""
    consumer, producer = AIOKafkaConsumer(REPLIES, **LOGIN), AIOKafkaProducer(**LOGIN, enable_idempotence=True, acks="all")
    try:
        for partition, end in (await started(consumer)).items():
            consumer.seek(partition, end)
        await producer.start()
        sent = await producer.send_and_wait(DECISIONS, value.encode(), key=key.encode())
        async with asyncio.timeout(15):
            async for record in consumer:
                reply = json.loads(record.value)
                if (reply["partition"], reply["offset"]) == (sent.partition, sent.offset):
                    break
        refused = reply["outcome"] == "refused"
        print(f"Refusé ({reply['code']}) : {reply['reason']}" if refused else "Enregistré.")
    except TimeoutError:
        print("Envoyé ; Sésame n'a pas encore répondu.")
    finally:
        await producer.stop()
        await consumer.stop()


async def main() -> None:
    parser = argparse.ArgumentParser(prog="finance", description="Exemple de système financier de la Région")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, arguments in {
        "list": [],
        "accept": [],
        "reject": ["code", "text"],
        "pay": ["amount", "reference"],
        "document": ["file"],
        "send": ["key", "body"],
    }.items():
        command = commands.add_parser(name)
        if name not in ("list", "send"):
            command.add_argument("n", type=int, help="le numéro de la facture dans « list »")
        for argument in arguments:
            command.add_argument(argument)
    given = parser.parse_args()
    if given.command == "send":
        await send(given.key, given.body)
        return
    listed = await invoices()
    if given.command == "list":
        show(listed)
        return
    if not 1 <= given.n <= len(listed):
        parser.error(f"il n'y a pas de facture {given.n} ; « list » les montre")
    if given.command == "document":
        await save(listed[given.n - 1], given.file)
        return
    today = os.environ.get("FINANCE_TODAY") or datetime.now().astimezone().date().isoformat()
    body = {
        "accept": lambda: {"decision": "accepted"},
        "reject": lambda: {"decision": "rejected", "code": given.code, "text": given.text},
        "pay": lambda: {"amount": given.amount, "date": today, "reference": given.reference},
    }[given.command]()
    # A decision or a payment names its invoice; its key is the invoice's contract number.
    invoice = listed[given.n - 1]
    await send(invoice["contract_number"], json.dumps({"invoice_id": invoice["invoice_id"], **body}, ensure_ascii=False))


if __name__ == "__main__":
    asyncio.run(main())
