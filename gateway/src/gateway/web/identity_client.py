"""The only call between processes: whatever carries a password goes to `identity` over its own HTTP, never to Kafka."""

from uuid import UUID

import httpx2
from pydantic import SecretStr, TypeAdapter, ValidationError

from chassis import tracing
from chassis.tls import trusting
from contracts import identity_http as http
from contracts.answers import Fault
from contracts.message import Part

LOG_IN_ANSWER: TypeAdapter[http.LoggedIn | http.CodeAsked] = TypeAdapter(http.LoggedIn | http.CodeAsked)


class IdentityAway(Exception):
    """Identity does not answer: the same request can be sent again."""


class IdentityRefused(Exception):
    """A rule of identity's refused it, for `faults`. `about` is the account that a log-in named: for the security log alone."""

    def __init__(self, faults: tuple[Fault, ...], about: UUID | None) -> None:
        super().__init__([fault.code for fault in faults])
        self.faults, self.about = faults, about

    @property
    def codes(self) -> str:
        """Of the faults, with spaces."""
        return " ".join(fault.code for fault in self.faults)


class IdentityClient:
    """Each call raises IdentityRefused or IdentityAway."""

    def __init__(self, url: str, key: str, ca: str = "") -> None:
        self._http = httpx2.AsyncClient(
            base_url=url,
            headers={"Authorization": f"Bearer {key}"},
            timeout=10,
            verify=trusting(ca),
            trust_env=False,  # passwords go through no proxy of the machine's
        )

    async def close(self) -> None:
        """Let the connections go."""
        await self._http.aclose()

    async def log_in(
        self, login: str, password: str, client: str, browser: str | None, device: str | None = None
    ) -> http.LoggedIn | http.CodeAsked:
        """Whose login and password these are, or that a code is asked, too (ACC-7)."""
        remembered = SecretStr(device) if device else None
        asked = http.LogIn(login=login, password=SecretStr(password), client=client, browser=browser, device=remembered)
        return LOG_IN_ANSWER.validate_python(await self.ask(http.LOG_IN, asked))

    async def choose_first(self, user_id: UUID, new: str, *, access: int, new_login: str | None) -> http.Account:
        """Choose a password in the place of the temporary one that opened the session, whose `access` this is, and a login (ACC-2)."""
        asked = http.ChoosePassword(user_id=user_id, access=access, new=SecretStr(new), new_login=new_login or None)
        return http.Account.model_validate(await self.ask(http.PASSWORDS, asked))

    async def choose_password(self, user_id: UUID, new: str, *, current: str, new_login: str | None) -> http.Account:
        """Choose another password, and a login (ACC-2)."""
        asked = http.ChoosePassword(user_id=user_id, current=SecretStr(current), new=SecretStr(new), new_login=new_login or None)
        return http.Account.model_validate(await self.ask(http.PASSWORDS, asked))

    async def choose_login(self, user_id: UUID, password: str, new_login: str) -> http.Account:
        """Change the login (ACC-2)."""
        asked = http.ChooseLogin(user_id=user_id, password=SecretStr(password), new_login=new_login)
        return http.Account.model_validate(await self.ask(http.LOGINS, asked))

    async def forgotten(self, email: str, client: str) -> http.Sent:
        """Send a temporary password to a known address (ACC-3)."""
        return http.Sent.model_validate(await self.ask(http.FORGOTTEN, http.Forgotten(email=email, client=client)))

    async def account(self, user_id: UUID) -> http.Account:
        """The account as it stands."""
        return http.Account.model_validate(await self.ask(f"{http.ACCOUNTS}/{user_id}"))

    async def ask_account(self, newcomer: http.Newcomer, client: str) -> http.AccountAsked:
        """Ask for an account (ACC-4)."""
        asked = http.AskAccount(**newcomer.model_dump(), client=client)
        return http.AccountAsked.model_validate(await self.ask(http.REQUESTS, asked))

    async def account_requests(self) -> tuple[http.AccountRequest, ...]:
        """Who asks for an account and has no answer yet (ACC-4)."""
        return http.AccountRequests.model_validate(await self.ask(http.REQUESTS)).requests

    async def ask(self, path: str, body: Part | None = None) -> object:
        """What identity answers to a body, or to a GET without one, as JSON."""
        trace = tracing.current()
        headers = {"traceparent": trace} if trace else {}
        try:
            if body is None:
                answer = await self._read(path, headers)
            else:
                answer = await self._http.post(path, content=body.model_dump_json(), headers=headers | {"Content-Type": "application/json"})
        except httpx2.HTTPError as error:
            raise IdentityAway(str(error)) from error
        if answer.status_code == 422:
            try:
                refused = http.Refused.model_validate(answer.json())
            except ValidationError as error:
                raise IdentityAway("identity's refusal was not understood") from error
            raise IdentityRefused(refused.faults, refused.about)
        if answer.status_code != 200:
            raise IdentityAway(f"identity answered {answer.status_code}")
        return answer.json()

    async def _read(self, path: str, headers: dict[str, str]) -> httpx2.Response:
        """Asked once more where the connection was lost: a process that is replaced closes those that it had. What a POST asks for may
        have been done, and is for whoever asked to send again.
        """
        try:
            return await self._http.get(path, headers=headers)
        except (httpx2.NetworkError, httpx2.RemoteProtocolError):
            return await self._http.get(path, headers=headers)
