"""What this service listens to, and what it answers."""

from chassis.service import Service, Subscription, Ticks
from chassis.settings import EVENTS
from contracts.awards import ActionAwarded, ContractReplaced
from contracts.calendar import CALENDAR, DayStarted
from contracts.factor import ResetFactor
from contracts.identity import ChangeOrganisation, DisableAccount, EnableAccount, PublishText, SendCredentials
from contracts.personal import PERSONAL

from . import factor_handlers, handlers, store
from .parts import Parts
from .retold import RETOLD
from .rules.member import Member
from .rules.text import Text
from .settings import IdentitySettings


def make() -> Service:
    """The service, with parts of its own."""
    parts = Parts()
    return Service(
        name="identity",
        state=Member | Text,
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
                    DisableAccount: handlers.disable_account,
                    EnableAccount: handlers.enable_account,
                    ResetFactor: factor_handlers.reset_factor,
                    PublishText: handlers.publish_text,
                },
            ),
            Ticks(CALENDAR, DayStarted),
        ),
        migrations="identity.migrations",
        keep_records=store.keep_users,
        retold=RETOLD,
        on_start=(parts.running,),
        http=parts.http,
        settings=IdentitySettings,
    )


service = make()
