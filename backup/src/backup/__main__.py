"""`python -m backup take | keep | check | restore | restore-log`: what an operator types.

What cannot be done is a sentence and an error.
"""

import argparse
import asyncio
from pathlib import Path

import asyncpg
from aiokafka.errors import KafkaError

from chassis.lifetime import ending_with_a_sentence
from chassis.settings import read as read_settings
from chassis.trouble import Trouble, explain
from contracts.operators import FRENCH

from .manifest import Manifest, read, whole
from .nights import keep
from .restoring import restore, restore_log
from .settings import BackupSettings
from .taking import take

MOST_DAYS = 365
"""Who was erased is in the backups from before: none is kept longer."""


def main() -> None:
    """Does what the command line asks."""
    given = _parser().parse_args()
    with ending_with_a_sentence(FRENCH):
        try:
            given.run(given)
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, KafkaError) as error:
            raise explain(error) or Trouble("La commande s’est arrêtée ({error}) ; relancez-la.", error=error) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m backup", description="Sauvegardes de Sésame")
    commands = parser.add_subparsers(required=True)
    taking = commands.add_parser("take", help="sauvegarde toutes les bases dans un dossier neuf, sans rien arrêter")
    taking.set_defaults(run=_take)
    keeping = commands.add_parser(
        "keep", help="chaque nuit : une sauvegarde de plus dans ce dossier, vérifiée, puis les plus vieilles partent"
    )
    keeping.set_defaults(run=_keep)
    checking = commands.add_parser("check", help="vérifie qu’une sauvegarde est entière et dit ce qu’elle contient")
    checking.set_defaults(run=_check)
    restoring = commands.add_parser("restore", help="remet des bases comme la sauvegarde les a ; leurs processus sont arrêtés")
    restoring.set_defaults(run=_restore)
    restoring_log = commands.add_parser("restore-log", help="remet le journal dans des topics neufs, après la perte de Kafka")
    restoring_log.set_defaults(run=_restore_log)
    for command in (taking, keeping, checking, restoring, restoring_log):
        command.add_argument("folder", metavar="DOSSIER", type=Path)
    for command in (taking, keeping):
        command.add_argument("--log", action="store_true", help="et le journal lui-même, contre la perte de Kafka")
    keeping.add_argument("--days", metavar="JOURS", type=_days, default=30, help="combien on les garde : 30 jours par défaut")
    restoring.add_argument("names", metavar="BASE", nargs="*", help="billing, gateway, …")
    restoring.add_argument("--all", action="store_true", help="toutes celles de la sauvegarde")
    return parser


def _days(text: str) -> int:
    if not (text.isdecimal() and 1 <= int(text) <= MOST_DAYS):
        raise argparse.ArgumentTypeError(f"de 1 à {MOST_DAYS} jours")
    return int(text)


def _take(given: argparse.Namespace) -> None:
    manifest = asyncio.run(take(read_settings(BackupSettings), given.folder, with_log=given.log))
    print("\n".join([*_told(manifest), f"Sauvegarde faite : {given.folder}"]))


def _keep(given: argparse.Namespace) -> None:
    manifest = keep(read_settings(BackupSettings), given.folder, given.days, print, with_log=given.log)
    print("\n".join([*_told(manifest), "Sauvegarde faite et vérifiée."]))


def _check(given: argparse.Namespace) -> None:
    print("\n".join([*_told(whole(given.folder)), "La sauvegarde est entière."]))


def _restore(given: argparse.Namespace) -> None:
    names = sorted(read(given.folder).databases) if given.all else given.names
    if not names:
        raise Trouble("Nommez les bases à restaurer (billing, gateway, …), ou --all.")
    asyncio.run(restore(read_settings(BackupSettings), given.folder, names, print))


def _restore_log(given: argparse.Namespace) -> None:
    asyncio.run(restore_log(read_settings(BackupSettings), given.folder, print))


def _told(manifest: Manifest) -> list[str]:
    """The lines that the operator reads."""
    lines = []
    for name, database in manifest.databases.items():
        latest = max(file.rpartition("/")[2] for file in database.migrations)
        rows = sum(database.rows.values())
        lines.append(f"{name:13} {database.at:%d/%m/%Y %H:%M:%S} UTC  {_large(database.size):>12}  {rows:9} lignes  schéma {latest}")
    size, count = sum(part.size for part in manifest.log.values()), sum(sum(ends.values()) for ends in manifest.ends.values())
    place = _large(size) if manifest.log else "sa place seulement, sans ses messages"
    return [*lines, f"{'journal':13} {manifest.taken_at:%d/%m/%Y %H:%M:%S} UTC  {place}, jusqu’au {count}e message"]


def _large(size: int) -> str:
    """Bytes, for people."""
    return f"{size / 1e6:.1f} Mo" if size >= 1e6 else f"{size / 1e3:.1f} ko"


if __name__ == "__main__":
    main()
