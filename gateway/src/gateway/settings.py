"""Settings of the two processes."""

from ipaddress import ip_network
from typing import Annotated, ClassVar

from pydantic import Field, SecretStr, field_validator

from chassis.mail import MailSettings
from chassis.settings import each_of, keys
from contracts.payment_clock import HISTORIC_RATES, KeyedRates, Rates

SEARCH_PATH = "own, view, public"


class GatewaySettings(MailSettings):
    """Of the worker: two schemas in one database, for whom invoices are, and where mails go out."""

    search_path: str = SEARCH_PATH
    """The schemas of the portal's database."""
    region: str = "Région Languedoc-Roussillon"
    """The Region's name, as it stands on every page and document."""
    mail_from: str = "Sésame <ne-pas-repondre@sesame.invalid>"
    """Who writes; mails that come back as mails of their own come here."""
    portal_url: str = ""
    """Where people reach the portal: mails lead there. Without it the worker sends none, and notes none for later."""
    region_siret: str = Field(default="", pattern=r"^(\d{14})?$")
    """The Region's SIRET, 14 digits: an invoice says for whom it is. The worker does not start without it."""
    region_address: str = ""
    """The Region's street, as invoices print it;"""
    region_postcode: str = ""
    """its postcode;"""
    region_town: str = ""
    """its town."""


class WebSettings(GatewaySettings):
    """Of the web process, which never touches Kafka."""

    leaves_out: ClassVar[frozenset[str]] = frozenset(
        {"kafka", "kafka_user", "kafka_password", "kafka_security", "kafka_ca", "replica", "max_message_bytes", "portal_url", "mail_from"}
        | {"smtp", "smtp_security", "smtp_ca", "smtp_user", "smtp_password"}
        | {"region_siret", "region_address", "region_postcode", "region_town"}
    )
    kafka: str = ""
    identity_url: str = Field(pattern=r"^https?://.")
    """Where identity answers, `http://host:port`; with `https`, encrypted."""
    identity_ca: str = ""
    """A file of the authorities that sign identity's certificate; the machine's own when empty."""
    gateway_key: Annotated[SecretStr, each_of(16)]
    """What is shown to identity, as in its own setting: of several the newest."""
    trusted_proxies: str = ""
    """Addresses or networks, with commas between, of the servers in front of us: what they say in `X-Forwarded-For` and
    `X-Forwarded-Proto` is believed, and nobody else. Without it nothing is.
    """

    https: bool = False
    """People come by HTTPS, to this process or to the server in front: browsers are told to come by nothing else for a year."""

    late_rates: KeyedRates = Field(default_factory=dict)
    """Rates of interest on late payments (BIL-15), percent a year, by the first day of their half-year: `{"2026-01-01": "10.15"}`, the
    European Central Bank's rate on that day and 8 points. They come beside those that the project knows, or instead of them.
    """

    @property
    def key(self) -> str:
        """The key that is shown to identity."""
        return keys(self.gateway_key)[0]

    @property
    def rates(self) -> Rates:
        """Those that the project knows, and those that were keyed in."""
        return {**HISTORIC_RATES, **self.late_rates}

    @field_validator("trusted_proxies")
    @classmethod
    def _are_addresses(cls, said: str) -> str:
        """A name, or a star for everybody, would believe whoever comes."""
        for proxy in filter(None, map(str.strip, said.split(","))):
            ip_network(proxy)
        return said
