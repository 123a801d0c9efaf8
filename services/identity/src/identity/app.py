"""What this service listens to, and what it answers."""

from chassis.service import Service, Subscription, Ticks
from chassis.settings import EVENTS
from contracts.awards import ActionAwarded, ContractReplaced
from contracts.calendar import CALENDAR, DayStarted
from contracts.envelope import Envelope
from contracts.factor import ResetFactor
from contracts.identity import (
    AcceptAccountRequest,
    ChangeOrganisation,
    ChangeRight,
    DisableAccount,
    EnableAccount,
    InviteColleague,
    PublishText,
    RefuseAccountRequest,
    RemoveColleague,
    SendCredentials,
)
from contracts.message import Command
from contracts.personal import PERSONAL

from . import factor_handlers, handlers, store, store_people
from .parts import Parts
from .retold import RETOLD
from .rules.member import Accounts
from .rules.request import Request
from .rules.text import Text
from .settings import IdentitySettings


def keys_of(command: Command, envelope: Envelope) -> tuple[str, ...]:
    """What a command touches: its own key, and who is accepted the organisation's too."""
    return (envelope.key, command.siret) if isinstance(command, AcceptAccountRequest) else (envelope.key,)


def make() -> Service:
    """The service, with parts of its own."""
    parts = Parts()
    return Service(
        name="identity",
        state=Accounts | Request | Text,
        records_topic=PERSONAL,
        subscriptions=(
            Subscription(
                EVENTS,
                {
                    ActionAwarded: handlers.on_action_awarded,
                    ContractReplaced: handlers.on_action_awarded,
                },
                keys=lambda event, _envelope: (event.terms.organisation.siret,),
            ),
            Subscription(
                "identity.commands",
                {
                    ChangeOrganisation: handlers.change_organisation,
                    SendCredentials: handlers.send_credentials,
                    InviteColleague: handlers.invite_colleague,
                    ChangeRight: handlers.change_right,
                    RemoveColleague: handlers.remove_colleague,
                    DisableAccount: handlers.disable_account,
                    EnableAccount: handlers.enable_account,
                    AcceptAccountRequest: handlers.accept_account_request,
                    RefuseAccountRequest: handlers.refuse_account_request,
                    ResetFactor: factor_handlers.reset_factor,
                    PublishText: handlers.publish_text,
                },
                keys=keys_of,
            ),
            Ticks(CALENDAR, DayStarted, keys=store_people.who_forget, handle=handlers.on_day),
        ),
        migrations="identity.migrations",
        keep_records=store.keep_users,
        retold=RETOLD,
        on_start=(parts.running,),
        http=parts.http,
        settings=IdentitySettings,
    )


service = make()
