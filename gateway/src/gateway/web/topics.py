"""What open pages follow, and the worker says has changed: names that web process and worker share.

Beside these, every key of the log is one: a contract's number, a SIRET, an import's id.
"""

ACTIONS, INVOICES, REPORTS, REQUESTS, IMPORTS, AMOUNTS = "actions", "invoices", "reports", "requests", "imports", "amounts"
ACCOUNTS = "accounts"
"""The agents' lists; and what confirmed months are worth, which their dashboard sums up."""
LISTS = frozenset({ACTIONS, INVOICES, REPORTS, REQUESTS, AMOUNTS, ACCOUNTS})
"""Those that change all day, and that a crowd of agents looks at."""


def holder(siret: str) -> str:
    """All the actions that an organisation holds."""
    return f"of:{siret}"


def told(whom: str) -> str:
    """What `whom` is notified of: an audience, or a user whose command is answered."""
    return f"told:{whom}"


SHARED = LISTS | {told("agents")}
"""What so many pages follow that they are told of it one after the other (`hub.EACH`)."""
