"""Settings of the two processes."""

from ipaddress import ip_network

from pydantic import Field, SecretStr, field_validator

from chassis.mail import MailSettings
from contracts.payment_clock import HISTORIC_RATES, KeyedRates, Rates

SEARCH_PATH = "own, view, public"


class GatewaySettings(MailSettings):
    """Of the worker: two schemas in one database, for whom invoices are, and where mails go out."""

    search_path: str = SEARCH_PATH
    region: str = "Région Languedoc-Roussillon"
    """The Region's name, as it stands on every page and document."""
    mail_from: str = "Sésame <ne-pas-repondre@sesame.invalid>"
    portal_url: str = ""
    """Where people reach the portal: mails lead there. Without it the worker sends none, and notes none for later."""
    region_siret: str = Field(default="", pattern=r"^(\d{14})?$")
    """Its SIRET, and below its address: an invoice says for whom it is. The worker does not start without it."""
    region_address: str = ""
    region_postcode: str = ""
    region_town: str = ""


class WebSettings(GatewaySettings):
    """Of the web process, which never touches Kafka."""

    kafka: str = ""
    identity_url: str = "http://127.0.0.1:0"
    """With `https`, encrypted."""
    identity_ca: str = ""
    """A file of the authorities that sign identity's certificate; the machine's own when empty."""
    gateway_key: SecretStr = SecretStr("")
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
