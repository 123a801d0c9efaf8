"""The operator's command `python -m identity agent create` (ACC-6)."""

import argparse
import asyncio
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import asyncpg

from chassis.engine.batch import Engine
from chassis.ids import uuid7
from chassis.lifetime import ending_with_a_sentence
from chassis.migrate import migrate
from chassis.service import Service
from chassis.settings import read
from chassis.trouble import Trouble, explain
from contracts.envelope import Actor
from contracts.operators import FRENCH

from . import store
from .mailer import FIRST_DAYS, LEASE
from .own import own_transaction
from .parts import opened
from .rules import member, secret
from .settings import IdentitySettings
from .store import LoginExists, Mailing


@dataclass(frozen=True, slots=True)
class NewAgent:
    """An agent as the operator names them."""

    login: str
    name: str
    email: str


def main(service: Service, arguments: Sequence[str]) -> None:
    """Makes an agent and has a temporary password mailed to them; ends the process with a sentence when that is not possible."""
    parser = argparse.ArgumentParser(prog="python -m identity agent", description="Les comptes des agents de la Région.")
    create = parser.add_subparsers(required=True).add_parser("create", help="crée un compte et envoie un mot de passe provisoire")
    create.add_argument("--login", help="l’identifiant ; à défaut, l’adresse électronique")
    create.add_argument("--name", required=True, help="prénom et nom")
    create.add_argument("--email", required=True)
    create.add_argument("--if-none", action="store_true", help="ne fait rien s’il y a déjà un agent")
    create.add_argument("--print", action="store_true", help="affiche aussi le mot de passe provisoire, sur cette console seulement")
    chosen = parser.parse_args(arguments)
    agent = NewAgent(chosen.login or chosen.email, chosen.name.strip(), chosen.email.strip())
    carried_out(lambda settings: _create(service, settings, agent, if_none=chosen.if_none, shown=chosen.print))


def carried_out(command: Callable[[IdentitySettings], Coroutine[Any, Any, None]]) -> None:
    """Does what the operator asks; ends the process with a sentence when that is not possible."""
    with ending_with_a_sentence(FRENCH):
        try:
            asyncio.run(command(read(IdentitySettings)))
        except (OSError, asyncpg.PostgresError) as error:
            raise explain(error) or Trouble("La base de données ne répond pas ({error}). Vérifiez SESAME_DATABASE.", error=error) from error


async def _create(service: Service, settings: IdentitySettings, agent: NewAgent, *, if_none: bool, shown: bool) -> None:
    if secret.check_login(agent.login, None):
        raise Trouble(f"L’identifiant a de {secret.LOGIN_LEAST} à {secret.LOGIN_MOST} caractères : lettres, chiffres, et . _ - + @.")
    if "@" not in agent.email:
        raise Trouble(f"« {agent.email} » n’est pas une adresse électronique.")
    await migrate(service, settings)
    engine = Engine(service, settings)
    async with opened(engine, settings) as (desk, mailer):
        if if_none and await store.agent_exists(desk.pool):
            print("Il y a déjà un agent.")
            return
        print(f"Identifiant : {agent.login}")
        mailing = await _keep(desk.pool, engine, agent, hold=LEASE if shown else timedelta())
        if not shown:
            print(f"Un mot de passe provisoire part à {agent.email}.")
            return
        delivery = await mailer.deliver(mailing)
        print(f"Mot de passe provisoire, valable {FIRST_DAYS} jours : {delivery.password}")
        if not delivery.sent:
            # Sent later, it would carry another password, and the one just shown would no longer open.
            await store.mail_is_out(desk.pool, mailing)
            print(f"Le courriel à {agent.email} n’est pas parti : transmettez ce mot de passe vous-même, ou vérifiez SESAME_SMTP.")


async def _keep(pool: asyncpg.Pool, engine: Engine, agent: NewAgent, hold: timedelta) -> Mailing:
    decision = member.create_agent(uuid7(), agent.name, agent.email)
    user_id = decision.state.member().user_id
    try:
        async with own_transaction(pool, engine, str(user_id), Actor("identity", "operator")) as work:
            await store.add_account(work.connection, user_id, work.key, "agent", agent.login)
            work.keep(decision)
            return await store.ask_mail(work.connection, user_id, "first", hold)
    except LoginExists:
        raise Trouble(f"L’identifiant « {agent.login} » est déjà pris. Choisissez-en un autre avec --login.") from None
