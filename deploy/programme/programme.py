"""A sample of the Region's programme system: built on the published message contract alone, with aiokafka and nothing of Sésame's.

    programme.py award FILE                awards the contract in FILE, JSON as `programme.contract-award.v1` has it
    programme.py replace FILE              the same, in the place of the one that Sésame knows, as long as nobody has worked on it
    programme.py withdraw NUMBER           takes a contract back, as long as nobody has worked on it
    programme.py list                      every contract that was answered, and how it stands
    programme.py replies                   every answer, the oldest first

It reads `region.contracts.replies` from its beginning each time; a real system would keep what it has read, since replies are kept 35 days.
Environment: PROGRAMME_KAFKA (host:port), PROGRAMME_USER, PROGRAMME_PASSWORD; PROGRAMME_CA, a file of the authorities that sign the brokers'
certificates, if not the machine's; PROGRAMME_SECURITY=SASL_PLAINTEXT on one machine alone; PROGRAMME_PREFIX for topics that have one.
"""

import argparse
import asyncio
import json
import os
import ssl
import sys
from pathlib import Path

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord, TopicPartition

PREFIX = os.environ.get("PROGRAMME_PREFIX", "")
CONTRACTS, REPLIES = PREFIX + "region.contracts", PREFIX + "region.contracts.replies"
PLAIN = os.environ.get("PROGRAMME_SECURITY") == "SASL_PLAINTEXT"
LOGIN = {
    "bootstrap_servers": os.environ.get("PROGRAMME_KAFKA", "localhost:9092"),
    "security_protocol": "SASL_PLAINTEXT" if PLAIN else "SASL_SSL",
    "ssl_context": None if PLAIN else ssl.create_default_context(cafile=os.environ.get("PROGRAMME_CA") or None),
    "sasl_mechanism": "SCRAM-SHA-512",
    "sasl_plain_username": os.environ.get("PROGRAMME_USER", "programme"),
    "sasl_plain_password": os.environ.get("PROGRAMME_PASSWORD", ""),
}
WORDS = {
    "awarded": "Attribué.",
    "replaced": "Remplacé.",
    "withdrawn": "Retiré.",
    "known": "Déjà fait : rien n'a changé.",
    "refused": "Refusé :",
}


async def started(consumer: AIOKafkaConsumer) -> dict[TopicPartition, int]:
    """Starts it (without a group it has every partition of its topic) and returns where each ends now."""
    await consumer.start()
    return await consumer.end_offsets(consumer.assignment())


async def replies() -> list[dict]:
    """Every answer once, in the order in which they were written: after a failure Sésame may write one twice."""
    consumer, found = AIOKafkaConsumer(REPLIES, **LOGIN), []
    try:
        ends = await started(consumer)
        for partition in ends:
            consumer.seek(partition, 0)
        while any([await consumer.position(partition) < end for partition, end in ends.items()]):
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found += [(record.timestamp, json.loads(record.value)) for record in records if believable(record)]
    finally:
        await consumer.stop()
    found.sort(key=lambda reply: (reply[0], reply[1]["partition"], reply[1]["offset"]))
    return list({(body["partition"], body["offset"]): body for _, body in reversed(found)}.values())[::-1]


def believable(record: ConsumerRecord) -> bool:
    """Whether Sésame's actions say it: nobody else may speak there, and Kafka's rights see to that."""
    ours = dict(record.headers).get("ce_source") == b"actions"
    if not ours:
        print(f"Attention : message {record.partition}/{record.offset} ignoré, il ne vient pas de Sésame.")
    return ours


async def send(number: str, body: dict) -> dict | None:
    """Sends what is asked of a contract, keyed by its number, and waits for the answer to that very record; None when it does not come."""
    consumer, producer = AIOKafkaConsumer(REPLIES, **LOGIN), AIOKafkaProducer(**LOGIN, enable_idempotence=True, acks="all")
    try:
        for partition, end in (await started(consumer)).items():
            consumer.seek(partition, end)
        await producer.start()
        sent = await producer.send_and_wait(CONTRACTS, json.dumps(body, ensure_ascii=False).encode(), key=number.encode())
        async with asyncio.timeout(15):
            async for record in consumer:
                reply = json.loads(record.value)
                if believable(record) and (reply["partition"], reply["offset"]) == (sent.partition, sent.offset):
                    return reply
    except TimeoutError:
        return None
    finally:
        await producer.stop()
        await consumer.stop()


def said(reply: dict) -> str:
    """An answer as people read it: each fault with its place in the contract, its sentence and its code."""
    lines = [WORDS.get(reply["outcome"], reply["outcome"])]
    lines += [f"  {fault['field'] or 'message'} : {fault['reason']} ({fault['code']})" for fault in reply["faults"]]
    return "\n".join([*lines, *([f"  et {reply['more']} autres erreurs"] if reply["more"] else [])])


def contract_in(file: str) -> dict:
    """The contract in a file. Ends with a sentence when there is none."""
    try:
        contract = json.loads(Path(file).read_text(encoding="utf-8"))
        if not isinstance(contract, dict) or not isinstance(contract.get("number"), str):
            raise ValueError("il n'y a pas de numéro de contrat (« number »)")
    except (OSError, ValueError) as error:
        sys.exit(f"{file} ne contient pas de contrat en JSON : {error}.")
    return contract


async def ask(number: str, body: dict) -> None:
    reply = await send(number, body)
    print(f"Contrat {number} : {said(reply)}" if reply else f"Contrat {number} : envoyé ; Sésame n'a pas encore répondu.")


async def main() -> None:
    parser = argparse.ArgumentParser(prog="programme", description="Exemple de système des programmes de la Région")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, argument in {"award": "file", "replace": "file", "withdraw": "number", "list": None, "replies": None}.items():
        command = commands.add_parser(name)
        if argument:
            command.add_argument(argument)
    given = parser.parse_args()
    match given.command:
        case "award" | "replace":
            contract = contract_in(given.file)
            await ask(contract["number"], contract | {"ask": given.command})
        case "withdraw":
            await ask(given.number, {"ask": "withdraw", "number": given.number})
        case "replies":
            for reply in await replies():
                print(f"{reply['partition']}/{reply['offset']}  {reply['contract_number'] or 'sans numéro'}  {said(reply)}")
        case "list":
            done = [reply for reply in await replies() if reply["outcome"] in {"awarded", "replaced", "withdrawn"}]
            for number, reply in {reply["contract_number"]: reply for reply in done}.items():
                print(f"{number}  {said(reply)}")
            if not done:
                print("Aucun contrat.")


if __name__ == "__main__":
    asyncio.run(main())
