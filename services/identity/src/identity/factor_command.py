"""The operator's commands `python -m identity factor reset`, `list` and `reseal` (ACC-7)."""

import argparse
from collections.abc import Sequence

from chassis.db import connect
from chassis.engine.batch import Engine
from chassis.service import Service
from chassis.trouble import Trouble
from contracts.envelope import Actor
from contracts.factor import FactorReset
from contracts.month import PARIS

from . import factor_store, store
from .agents import carried_out
from .own import own_transaction
from .parts import opened
from .settings import IdentitySettings


def main(service: Service, arguments: Sequence[str]) -> None:
    """Turns off the second factor of somebody whose phone is lost, or lists agents; ends the process with a sentence when it cannot."""
    parser = argparse.ArgumentParser(prog="python -m identity factor", description="La double authentification des comptes.")
    commands = parser.add_subparsers(required=True, dest="what")
    commands.add_parser("list", help="les agents, et depuis quand ils l’ont")
    commands.add_parser("reseal", help="referme ce qui est scellé avec la première clé de SESAME_FACTOR_KEY, quand elle change")
    reset = commands.add_parser("reset", help="remet à zéro celle de qui a perdu son téléphone, et le lui écrit")
    reset.add_argument("login", help="l’identifiant")
    chosen = parser.parse_args(arguments)
    match chosen.what:
        case "list":
            carried_out(_list)
        case "reseal":
            carried_out(lambda settings: _reseal(service, settings))
        case _:
            carried_out(lambda settings: _reset(service, settings, chosen.login))


async def _list(settings: IdentitySettings) -> None:
    connection = await connect(settings)
    try:
        for login, since in await factor_store.agents(connection):
            print(f"{login}  {f'depuis le {since.astimezone(PARIS):%d/%m/%Y}' if since else 'non'}")
    finally:
        await connection.close()


async def _reseal(service: Service, settings: IdentitySettings) -> None:
    async with opened(Engine(service, settings), settings) as (desk, _mailer):
        done, lost = await desk.factors.reseal()
    print(f"Scellés avec la première clé : {done}. Ne s’ouvrent avec aucune : {lost}.")


async def _reset(service: Service, settings: IdentitySettings, login: str) -> None:
    engine = Engine(service, settings)
    async with opened(engine, settings) as (desk, _mailer):
        stored = await store.find_by_login(desk.pool, login)
        if stored is None:
            raise Trouble(f"Aucun compte n’a l’identifiant « {login} ».")
        async with own_transaction(desk.pool, engine, stored.key, Actor("identity", "operator")) as work:
            access = await factor_store.reset(work.connection, stored.user_id)
            if access is None:
                raise Trouble(f"La double authentification n’est pas activée sur le compte « {login} ».")
            await factor_store.ask_mail(work.connection, stored.user_id, "reset", work.envelope.trace)
            work.emit(FactorReset(user_id=stored.user_id, access=access))
    print(f"La double authentification du compte « {login} » est remise à zéro, ses sessions sont fermées. Un courriel le lui dit.")
