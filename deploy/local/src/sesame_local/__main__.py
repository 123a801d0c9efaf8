"""`python -m sesame_local …`: what the Makefile calls."""

import argparse
import errno
import os
import runpy
import sys
from datetime import UTC, datetime
from pathlib import Path

from clock.days import day_of
from sesame_local import backups, mail, move, sample, settings, timeshift
from sesame_local.place import DATABASES, Place, Trouble
from sesame_local.supervise import Installation, Supervisor
from sesame_local.up import Up


def main() -> None:
    """Runs one command. What goes wrong is one sentence and a non-zero exit."""
    arguments = _parser().parse_args()
    try:
        arguments.run(Place.from_environment(), arguments)
    except Trouble as trouble:
        sys.exit(str(trouble))
    except KeyboardInterrupt:
        sys.exit("Interrompu ; relancez la commande, elle reprendra où elle en était.")
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EACCES, errno.EROFS):
            raise
        sys.exit(f"Le disque refuse d'écrire ({error.strerror}, {error.filename}) ; faites de la place ou vérifiez les droits.")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sesame_local", description="Sésame sur cette machine")
    commands = parser.add_subparsers(required=True)
    for name, help, run in (
        ("up", "installe ce qui manque et démarre tout", lambda place, _: _up(place)),
        ("demo", "joue l'histoire d'une petite Région jusqu'à aujourd'hui, sur une installation vierge", lambda place, _: _demo(place)),
        ("fetch", "télécharge ce qui manque sans rien démarrer", lambda place, _: Up(place).fetch()),
        ("down", "arrête tout", lambda place, _: Up(place).down()),
        ("reset", "arrête tout et efface les données locales", lambda place, _: Up(place).reset()),
        ("mail", "montre les courriels interceptés", lambda place, _: _mail(place)),
        ("settings", "écrit la page des réglages, deploy/SETTINGS.md", lambda _place, _: settings.write()),
        ("audit", "vérifie tout ce qui est promis, sans rien arrêter", lambda place, _: _audit(place)),
        ("asyncapi", "écrit la description AsyncAPI des messages et sa page", lambda _place, _: _asyncapi()),
    ):
        commands.add_parser(name, help=help).set_defaults(run=run)
    clock = commands.add_parser("clock", help="avance le temps de l'installation")
    clock.add_argument("to", help="date et heure de Paris, par exemple 2027-03-05T09:00")
    clock.set_defaults(run=lambda place, given: move.move(place, move.parse(given.to)))
    operator = commands.add_parser("run", help="lance une commande d'exploitant avec les réglages d'un processus")
    operator.add_argument("arguments", nargs=argparse.REMAINDER, help="par exemple : billing parked list")
    operator.set_defaults(run=lambda place, given: _run(place, given.arguments))
    backup = commands.add_parser("backup", help="sauvegarde les bases et le journal dans un dossier neuf, sans rien arrêter")
    backup.add_argument("folder", type=Path)
    backup.set_defaults(run=lambda place, given: backups.take(place, given.folder))
    restore = commands.add_parser("restore", help="remet des bases, ou toutes, comme la sauvegarde les a")
    restore.add_argument("folder", type=Path)
    restore.add_argument("databases", nargs="*", help="par exemple : billing")
    restore.set_defaults(run=lambda place, given: backups.restore(place, given.folder, given.databases))
    for name, help in (
        ("finance", "lance l'exemple de système financier de la Région"),
        ("programme", "lance l'exemple de système des programmes de la Région"),
    ):
        of_region = commands.add_parser(name, help=help)
        of_region.add_argument("arguments", nargs=argparse.REMAINDER)
        of_region.set_defaults(run=lambda place, given, name=name: _sample(place, name, given.arguments))
    sandbox = commands.add_parser("sandbox", help="ouvre un bac à sable pour un système de la Région")
    sandbox.add_argument("partner", help="lequel : finance ou programme")
    sandbox.add_argument("arguments", nargs=argparse.REMAINDER, help="rien, reset, down, ou son nom et une commande de son exemple")
    sandbox.set_defaults(run=lambda _place, given: _sandbox(given.partner, given.arguments))
    conformance = commands.add_parser("conformance", help="dit ce qui est fait et ce qui est faux dans ce que ce système a envoyé")
    conformance.add_argument("partner", help="lequel : finance ou programme")
    conformance.set_defaults(run=lambda _place, given: _conformance(given.partner))
    return parser


def _up(place: Place) -> None:
    print(f"Sésame s'installe dans {place.folder} ; cela prend une à deux minutes la première fois.")
    Up(place).up()
    print(f"\nSésame est prêt : {place.portal_url}")
    print("Chacun reçoit son identifiant et un premier mot de passe, provisoire, par courriel : « make mail » montre les courriels.")
    print("« make down » arrête tout.")


def _demo(place: Place) -> None:
    from sesame_local.demo.play import run  # brings the gateway along, which the other commands do without

    try:
        run(place)
    except KeyboardInterrupt:
        raise Trouble(
            "Interrompu : l'histoire est jouée à moitié et ne reprend pas. « make reset » l'efface, « make demo » recommence."
        ) from None


def _mail(place: Place) -> None:
    mails = mail.caught(place.mails)
    print(f"\n\n{'─' * 72}\n\n".join(map(mail.readable, mails)) if mails else "Aucun courriel.")


def _run(place: Place, arguments: list[str]) -> None:
    """`python -m …` with what that process is told; the gateway's own commands are its worker's."""
    if not arguments or arguments[0] not in (*DATABASES, "clock"):
        raise Trouble(f"Nommez un processus ({', '.join((*DATABASES, 'clock'))}) et sa commande, par exemple : billing parked list.")
    Supervisor(Installation(place)).must_run()
    process = "gateway-worker" if arguments[0] == "gateway" else arguments[0]
    os.environ |= Installation(place).environment(process)
    sys.argv = arguments
    runpy.run_module(arguments[0], run_name="__main__", alter_sys=True)


def _audit(place: Place) -> None:
    Supervisor(Installation(place)).must_run()
    os.environ |= Installation(place).audited()
    sys.argv = ["auditor"]
    runpy.run_module("auditor", run_name="__main__", alter_sys=True)


def _asyncapi() -> None:
    from sesame_local.asyncapi.writing import write  # brings every service along

    write()


def _sample(place: Place, name: str, arguments: list[str]) -> None:
    Supervisor(Installation(place)).must_run()
    sample.run(place, name, arguments, day_of(datetime.now(UTC) + timeshift.offset(place.time_shift)))


def _sandbox(partner: str, arguments: list[str]) -> None:
    from sesame_local.sandbox import installation  # brings the gateway along, which prints its invoices

    installation.run(partner, arguments)


def _conformance(partner: str) -> None:
    from sesame_local.sandbox import installation

    installation.check(partner)


if __name__ == "__main__":
    main()
