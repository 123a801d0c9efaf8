"""What the gateway's web process asks of `identity` over HTTP: whatever carries a password, which must never enter Kafka; and what
somebody whom nobody knows says when they ask for an account, of which Kafka has no need (ACC-4).

Every request has the header `Authorization: Bearer <SESAME_GATEWAY_KEY>` and, but for the GET, a JSON body. Answers:

| request | body | 200 |
|---|---|---|
| `POST /log-in` | `LogIn` | `LoggedIn`, or `CodeAsked` (see `factor_http`) |
| `POST /passwords` | `ChoosePassword` | `Account` |
| `POST /logins` | `ChooseLogin` | `Account` |
| `POST /forgotten` | `Forgotten` | `Sent` |
| `GET /accounts/{user_id}` | | `Account` |
| `POST /account-requests` | `AskAccount` | `AccountAsked` |
| `GET /account-requests` | | `AccountRequests` |

422 with `Refused` when a rule refuses (codes in `contracts.refusals.identity`, `not-found` for an unknown user), 400 when the body is
not understood, 401 without the key, 503 when the database is away: the same request can be sent again.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field, PlainSerializer, SecretStr

from .answers import Fault
from .message import Part
from .types import Label, Siret

LOG_IN, PASSWORDS, LOGINS, FORGOTTEN, ACCOUNTS = "/log-in", "/passwords", "/logins", "/forgotten", "/accounts"
REQUESTS = "/account-requests"

Password = Annotated[
    SecretStr, Field(max_length=1000), PlainSerializer(lambda value: value.get_secret_value(), return_type=str, when_used="json")
]
"""Shown as stars wherever it is printed; itself only in the JSON that is sent."""


def _without_zero(text: str) -> str:
    if "\0" in text:
        raise ValueError("a zero byte, which PostgreSQL cannot keep")
    return text


Typed = Annotated[Label, AfterValidator(_without_zero)]
"""What somebody typed, and what is looked for in the database."""


class LogIn(Part):
    """Log in (ACC-7). `client` is where the request came from, as the gateway sees it: wrong passwords slow it down.

    `browser` is what `LoggedIn` gave it the last time: what others try does not slow it down. So is `device`, if it is to be remembered:
    no code is asked of it.
    """

    login: Typed
    password: Password
    client: Typed
    browser: Typed | None = None
    device: Password | None = None


class ChoosePassword(Part):
    """Choose a password, and a login if wished, in one go (ACC-2).

    `current` may be left out only while the account's password is a temporary one, by a session that was opened with that very one:
    `access` is then the session's.
    """

    user_id: UUID
    current: Password | None = None
    access: int | None = None
    new: Password
    new_login: Typed | None = None


class ChooseLogin(Part):
    """Change the login (ACC-2)."""

    user_id: UUID
    password: Password
    new_login: Typed


class Forgotten(Part):
    """Ask for a temporary password, by mail (ACC-3)."""

    email: Typed
    client: Typed


class Account(Part):
    """Somebody who can log in: for the organisation `siret`, or as an agent. Until a password is chosen, that is all they may do."""

    user_id: UUID
    role: Literal["organisation", "agent"]
    siret: Siret | None
    name: Label
    login: Label
    email: Label
    access: int
    """Another number with every password, temporary ones too, and login: sessions of an earlier one are over (ACC-7)."""
    must_choose_password: bool
    must_turn_on_factor: bool = False
    """The Region wants a second factor of this agent, who has none: until it is on, turning it on is all that they may do (ACC-7)."""


class LoggedIn(Account):
    """Whose login and password these are, and what their browser is to show the next time, which opens nothing by itself. `device`: it is
    remembered, and shows this, too.
    """

    browser: Label
    device: Password | None = None


class CodeAsked(Part):
    """Login and password are right, and the account has a second factor: for ten minutes `half_open` and a code open it, and it alone
    nothing (ACC-7). Whose it is, is for the security log.
    """

    half_open: Password
    about: UUID


class Sent(Part):
    """A mail is on its way; the temporary password in it lives for `hours`."""

    hours: int


class Newcomer(Part):
    """Who asks for an account, and for which organisation (ACC-4). Nobody has checked it."""

    siret: Typed
    organisation: Typed
    name: Typed
    """First and last name of who asks."""
    email: Typed
    address: Typed
    address_complement: Typed = ""
    postcode: Typed
    town: Typed


class AskAccount(Newcomer):
    """Ask for an account. `client` as in `LogIn`."""

    client: Typed


class AccountAsked(Part):
    """It is kept for the Region's agents, whoever has an account already, and forgotten after `days` without their answer."""

    days: int


class AccountRequest(Newcomer):
    """A request that nobody has answered yet."""

    request_id: UUID


class AccountRequests(Part):
    """All of them, the oldest first. Of one whose particulars were lost with a database, there is none."""

    requests: tuple[AccountRequest, ...]


class Refused(Part):
    """Why not. `about` is the account that a log-in named, for the security log: no page says it."""

    faults: tuple[Fault, ...]
    about: UUID | None = None
