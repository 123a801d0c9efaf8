"""What can be invoiced, what was, and the action's account: as billing said it, with names beside (BIL-2, BIL-7, BIL-13)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from asyncpg import Pool
from pydantic import TypeAdapter

from contracts.billing import Invoice, InvoiceLine, Share
from contracts.codes import Place
from contracts.month import Month
from gateway.areas.action.queries.invoices import NOTHING, InvoiceView
from gateway.web.session import Viewer
from gateway.words.french import sortable

SHARES: TypeAdapter[tuple[Share, ...]] = TypeAdapter(tuple[Share, ...])


@dataclass(frozen=True, slots=True)
class ShareView:
    """A trainee's row of an invoice explained: both places of one month (BIL-1)."""

    name: str
    month: str
    centre: Share | None
    company: Share | None

    @property
    def amount(self) -> Decimal:
        """Unrounded."""
        return sum((share.amount for share in (self.centre, self.company) if share), Decimal("0.0000"))


@dataclass(frozen=True, slots=True)
class Explained:
    """What an amount is made of: lines, and beneath each month its trainees' shares; `rounding` is what the lines rounded away."""

    lines: tuple[InvoiceLine, ...]
    shares: tuple[ShareView, ...]
    rounding: Decimal
    total: Decimal

    def hours(self, place: str) -> Decimal:
        """Paid hours of one place."""
        return self.attended(place) + self.excused(place)

    def attended(self, place: str) -> Decimal:
        """Hours of one place in which trainees were there."""
        return sum((line.attended for line in self.lines if line.place == place), NOTHING)

    def excused(self, place: str) -> Decimal:
        """Hours of one place in which they were excused, paid too."""
        return sum((line.excused for line in self.lines if line.place == place), NOTHING)

    def amount(self, place: str) -> Decimal:
        """The lines of one place."""
        return sum((line.amount for line in self.lines if line.place == place), NOTHING)

    def rate(self, place: str) -> Decimal:
        """The contract's rate of one place."""
        return next((line.rate for line in self.lines if line.place == place), NOTHING)


async def load_shares(db: Pool, viewer: Viewer, contract_number: str, months: Iterable[Month]) -> tuple[Share, ...]:
    """Each trainee's share of these months of an action of the viewer's, as billing said them last."""
    rows = await db.fetch(
        """
        SELECT s.body FROM shares s JOIN actions a USING (contract_number)
        WHERE contract_number = $1 AND s.month = ANY($2::text[]) AND ($3 OR a.siret = $4) ORDER BY s.month
        """,
        contract_number,
        list(months),
        viewer.is_agent,
        viewer.siret,
    )
    return tuple(share for row in rows for share in SHARES.validate_json(row["body"]))


async def with_shares(db: Pool, viewer: Viewer, view: InvoiceView) -> InvoiceView:
    """The same invoice of the viewer's, with each trainee's share of it: the lists of invoices do without."""
    rows = await db.fetch(
        """
        SELECT s.body FROM invoice_shares s JOIN actions a USING (contract_number)
        WHERE contract_number = $1 AND s.invoice_id = $2 AND ($3 OR a.siret = $4) ORDER BY s.month
        """,
        view.contract_number,
        view.invoice.invoice_id,
        viewer.is_agent,
        viewer.siret,
    )
    shares = tuple(share for row in rows for share in SHARES.validate_json(row["body"]))
    return replace(view, invoice=view.invoice.model_copy(update={"shares": shares}))


def explained(lines: Sequence[InvoiceLine], shares: Sequence[Share], names: Mapping[str, str]) -> Explained:
    """Lines and shares with the trainees' names, in the order of months and names."""
    by_row: defaultdict[tuple[str, UUID], dict[Place, Share]] = defaultdict(dict)
    for share in shares:
        by_row[share.month, share.trainee_id][share.place] = share
    rows = [
        ShareView(names.get(str(trainee), "Stagiaire"), month, by_place.get(Place.CENTRE), by_place.get(Place.COMPANY))
        for (month, trainee), by_place in by_row.items()
    ]
    total = sum((line.amount for line in lines), NOTHING)
    exact = sum((row.amount for row in rows), Decimal("0.0000"))
    rows.sort(key=lambda row: (row.month, sortable(row.name)))
    return Explained(tuple(lines), tuple(rows), total - exact, total)


async def load_absences(db: Pool, viewer: Viewer, contract_number: str, invoice: Invoice) -> dict[tuple[str, str], int]:
    """The number of absence periods behind each trainee's month of an invoice."""
    rows = await db.fetch(
        """
        SELECT month, trainee_id::text, jsonb_array_length(line->'absences') AS periods FROM lines JOIN actions USING (contract_number)
        WHERE contract_number = $1 AND month = ANY($2) AND ($3 OR siret = $4)
        """,
        contract_number,
        list(invoice.months),
        viewer.is_agent,
        viewer.siret,
    )
    return {(row["month"], row["trainee_id"]): row["periods"] for row in rows}


@dataclass(frozen=True, slots=True)
class SoFar:
    """A contract's money before and after an invoice, excluding tax."""

    contract: Decimal
    invoiced: Decimal
    this: Decimal

    @property
    def after(self) -> Decimal:
        """Invoiced and not rejected, this invoice included."""
        return self.invoiced + self.this

    @property
    def share(self) -> Decimal:
        """Of the contract, after this invoice."""
        return self.after / self.contract if self.contract else Decimal(0)


def so_far(price: Decimal, invoices: list[InvoiceView], view: InvoiceView) -> SoFar:
    """What the contract had come to before this invoice."""
    others = [other for other in invoices if other.state != "rejected" and other.invoice.invoice_id != view.invoice.invoice_id]
    return SoFar(price, sum((other.invoice.excluding_tax for other in others), Decimal("0.00")), view.invoice.excluding_tax)
