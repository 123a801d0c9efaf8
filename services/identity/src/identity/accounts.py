"""The operator's commands `python -m identity account disable` and `enable` (ACC-9)."""

import argparse
from collections.abc import Sequence

from chassis.engine.batch import Engine
from chassis.service import Service
from chassis.trouble import Trouble
from contracts.envelope import Actor
from contracts.refusals import Refusal

from . import store
from .agents import carried_out
from .own import own_transaction
from .parts import opened
from .rules import member
from .settings import IdentitySettings


def main(service: Service, arguments: Sequence[str]) -> None:
    """Disables anybody's account, or lets them log in again; ends the process with a sentence when that is not possible."""
    parser = argparse.ArgumentParser(prog="python -m identity account", description="Les comptes, d’organismes et d’agents.")
    commands = parser.add_subparsers(required=True, dest="what")
    for name, text in (("disable", "ferme un compte et ses sessions"), ("enable", "rouvre un compte, avec son mot de passe d’avant")):
        commands.add_parser(name, help=text).add_argument("login", help="l’identifiant")
    chosen = parser.parse_args(arguments)
    carried_out(lambda settings: _change(service, settings, chosen.login, disable=chosen.what == "disable"))


async def _change(service: Service, settings: IdentitySettings, login: str, *, disable: bool) -> None:
    engine = Engine(service, settings)
    async with opened(engine, settings) as (desk, _mailer):
        stored = await store.find_by_login(desk.pool, login)
        if stored is None:
            raise Trouble(f"Aucun compte n’a l’identifiant « {login} ».")
        try:
            async with own_transaction(desk.pool, engine, stored.key, Actor("identity", "operator")) as work:
                assert work.state
                if disable:
                    work.keep(member.disable(work.state, {stored.user_id: await store.disable(work.connection, stored.user_id)}))
                else:
                    await store.enable(work.connection, stored.user_id)
                    work.keep(member.enable(work.state, [stored.user_id]))
        except Refusal:
            raise Trouble(f"Le compte « {login} » {'est déjà' if disable else 'n’est pas'} désactivé.") from None
    print(f"Le compte « {login} » est désactivé, ses sessions sont fermées." if disable else f"Le compte « {login} » est réactivé.")
