"""How often one client, or one link, may ask in a minute where nobody is logged in. Each process counts for itself."""

from collections import Counter
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from time import monotonic

from litestar.exceptions import TooManyRequestsException


@dataclass(slots=True)
class PerMinute:
    """So many times at most; what is counted is forgotten with the minute."""

    most: int
    _minute: int = 0
    _asked: Counter[str] = field(default_factory=Counter)

    def charge(self, who: str) -> None:
        """Once more. Raises TooManyRequestsException when that is too often."""
        minute = int(monotonic() / 60)
        if minute != self._minute:
            self._minute = minute
            self._asked.clear()
        self._asked[who] += 1
        if self._asked[who] > self.most:
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
