"""How often something was tried in this minute: whoever tries too often is let wait. Each process counts for itself."""

from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from time import monotonic

from litestar.exceptions import TooManyRequestsException


@dataclass(slots=True)
class PerMinute:
    """Counts, and forgets with each minute."""

    _minute: int = 0
    _counted: Counter[tuple[Hashable, ...]] = field(default_factory=Counter)

    def count(self, *what: Hashable) -> int:
        """The how manieth time of this minute it is."""
        minute = int(monotonic() / 60)
        if minute != self._minute:
            self._minute = minute
            self._counted.clear()
        self._counted[what] += 1
        return self._counted[what]


@dataclass(slots=True)
class AtMost:
    """So many times of one client, or by one link, where nobody is logged in."""

    most: int
    _counted: PerMinute = field(default_factory=PerMinute)

    def charge(self, who: str) -> None:
        """Once more. Raises TooManyRequestsException when that is too often."""
        if self._counted.count(who) > self.most:
            raise TooManyRequestsException


def network_of(client: str) -> str:
    """Who counts as one: an address, or the 64 bits of an IPv6 network, inside which one machine has as many addresses as it likes."""
    try:
        address = ip_address(client)
    except ValueError:
        return client
    if isinstance(address, IPv6Address):
        return str(address.ipv4_mapped or ip_network((address, 64), strict=False))
    return str(address)
