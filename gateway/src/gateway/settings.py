"""Settings of the two processes."""

from pydantic import SecretStr

from chassis.settings import Settings

SEARCH_PATH = "own, view, public"


class GatewaySettings(Settings):
    """Of the worker: two schemas in one database."""

    search_path: str = SEARCH_PATH


class WebSettings(GatewaySettings):
    """Of the web process, which never touches Kafka."""

    kafka: str = ""
    identity_url: str = "http://127.0.0.1:0"
    """With `https`, encrypted."""
    identity_ca: str = ""
    """A file of the authorities that sign identity's certificate; the machine's own when empty."""
    gateway_key: SecretStr = SecretStr("")
