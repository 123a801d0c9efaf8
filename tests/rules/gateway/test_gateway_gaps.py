"""What the account says where its amounts differ (BIL-12)."""

from dataclasses import fields
from decimal import Decimal

import pytest

from gateway.areas.action.gaps import gaps
from gateway.areas.action.queries.account import Account
from tests.rules.gateway.test_gateway_ahead import action


def account(**amounts: Decimal) -> Account:
    """The account of an action of which nothing is declared, but for these amounts."""
    known: dict[str, object] = {
        field.name: () if str(field.type).startswith("tuple") else Decimal(0) for field in fields(Account) if field.name != "balance"
    }
    return Account(**(known | amounts), balance=None)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("to_recover", "to_deduct", "said"),
    [
        ("0", "0", ""),
        ("475", "500", " ; avance à récupérer : 475,00 € ; sous-traitance à déduire : 500,00 €"),
        ("-33.33", "-500", " ; avance à rendre : 33,33 € ; sous-traitance à rendre : 500,00 €"),
    ],
)
def test_bil_12_what_invoices_owe_each_other_is_to_take_off_or_to_give_back(to_recover: str, to_deduct: str, said: str) -> None:
    found = gaps(account(to_recover=Decimal(to_recover), to_deduct=Decimal(to_deduct)), action())
    (why,) = (one.why for one in found if one.name == "Facturé, HT")
    assert why.replace("\u00a0", " ").replace("\u202f", " ") == f"Tout ce qui est confirmé est facturé{said}"
