"""Settings of billing, beside those of every process."""

from pydantic import Field

from chassis.settings import Settings


class BillingSettings(Settings):
    """As `Settings`."""

    kept_years: int = Field(default=5, ge=1, le=50)
    """How many years after the 31 December that follows a contract's last payment its people are erased (PRV-1)."""
