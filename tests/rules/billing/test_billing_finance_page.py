"""The page that an outsider builds against says what the code does."""

import re
from pathlib import Path
from typing import get_args

import pytest

import contracts.finance
from contracts.billing import InvoiceLine
from contracts.codes import InvoiceKind, RejectionCode
from contracts.finance import InvoiceDecision, Payment, Reply, ReplyCode
from contracts.message import Message
from contracts.refusals import catalogue
from contracts.registry import MESSAGES

PAGE = (Path(__file__).parents[3] / "contracts/FINANCE.md").read_text()
EXAMPLES = re.findall(r"```json (\S+)\n(.*?)```", PAGE, re.DOTALL)
OURS = [kind for kind in MESSAGES.values() if kind.__module__ == contracts.finance.__name__]


@pytest.mark.parametrize("message", OURS)
def test_fin_01_every_type_and_field_is_on_the_page(message: type[Message]):
    assert f"`{message.TYPE}`" in PAGE
    for name in message.model_fields:
        assert re.search(rf"`{name}`", PAGE), name


def test_fin_01_every_code_is_on_the_page():
    for code in (*InvoiceLine.model_fields, *RejectionCode, *InvoiceKind, *get_args(ReplyCode)):
        assert f"`{code}`" in PAGE, code


@pytest.mark.parametrize("code", get_args(ReplyCode))
def test_fin_03_every_refusal_code_is_one_that_billing_gives(code: str):
    assert catalogue()[code].__module__ == "contracts.refusals.billing"
    assert f"| `{code}` |" in PAGE


@pytest.mark.parametrize(("kind", "body"), EXAMPLES)
def test_fin_01_every_example_on_the_page_is_read(kind: str, body: str):
    assert MESSAGES[kind].parse(body.encode())


def test_fin_01_every_type_has_an_example_on_the_page():
    assert {kind for kind, _ in EXAMPLES} == {kind.TYPE for kind in OURS}


def test_fin_03_nothing_that_the_finance_system_writes_needs_more_than_the_page_says():
    assert {name for name, field in InvoiceDecision.model_fields.items() if field.is_required()} == {"invoice_id", "decision"}
    assert all(field.is_required() for field in Payment.model_fields.values())
    assert {name for name, field in Reply.model_fields.items() if field.is_required()} == {"outcome", "partition", "offset"}
