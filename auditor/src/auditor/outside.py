"""What stands outside databases and topics and must hold nothing personal: logs, metrics, addresses of pages."""

from collections.abc import AsyncIterator, Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote_plus
from urllib.request import ProxyHandler, build_opener

from .finding import Finding, Promise
from .scanner import Scanner
from .settings import AuditSettings
from .snapshot import GATEWAY, reading


def look(settings: AuditSettings, scanner: Scanner) -> Iterator[Finding]:
    """Through the logs and the metrics that the settings name. Raises OSError for what cannot be read."""
    for name in settings.files:
        with Path(name).open(errors="replace") as lines:
            yield from of_lines(scanner, Path(name).name, lines)
    opener = build_opener(ProxyHandler({}))
    for address in settings.addresses:
        with opener.open(address, timeout=10) as answer:
            yield from of_lines(scanner, address, answer.read().decode(errors="replace").splitlines())


async def look_at_addresses(settings: AuditSettings, scanner: Scanner) -> AsyncIterator[Finding]:
    """Through the addresses of pages that the portal has kept, of commands and in its security log."""
    async with reading(settings, GATEWAY) as connection, connection.transaction(readonly=True):
        async for row in connection.cursor("SELECT path FROM commands UNION SELECT about FROM security_log"):
            for finding in of_lines(scanner, "adresse d’une page", [unquote_plus(row["path"])]):
                yield finding


def of_lines(scanner: Scanner, about: str, lines: Iterable[str]) -> Iterator[Finding]:
    """What stands in these lines and must not."""
    for number, line in enumerate(lines, 1):
        if scanner.tells_a_secret(line):
            yield Finding(Promise.SECRET, about, f"ligne {number} : un mot de passe, un jeton ou une empreinte")
        for id_ in sorted(scanner.whose(scanner.found_in_words(line))):
            yield Finding(Promise.PRIVATE, about, f"ligne {number} : quelque chose de {id_}")
