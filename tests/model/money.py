"""The money of one action in plain Python, from the Region's rules alone: it knows no rule, no state and no number of the services.

It stands on what is declared (`hours`). A verdict is the set of rules that what is asked would break; nothing is done when there is any.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal

from tests.model.hours import FINE, Hours, Verdict, month_of

Kind = Literal["monthly", "instalment", "quarter", "balance", "subcontract", "advance"]
CENT = Decimal("0.01")


def cent(amount: Decimal) -> Decimal:
    """Half away from zero (BIL-1, BIL-8)."""
    return amount.quantize(CENT, ROUND_HALF_UP)


@dataclass
class Bill:
    """An invoice and what became of it."""

    kind: Kind
    months: tuple[str, ...]
    ordinal: int | None
    number: int | None
    legal: str
    amount: Decimal
    with_tax: Decimal
    pay_by: date
    state: Literal["pending", "accepted", "rejected"] = "pending"
    paid: Decimal = Decimal(0)
    off: dict[int, Decimal] = field(default_factory=dict)
    """What it takes off because of each other, by its place among the bills; below zero, what it gives back (BIL-6, BIL-10)."""
    late: list[tuple[int, Decimal]] = field(default_factory=list)
    """How many days late each late payment was, and what it fixed for good of the 40 € (BIL-15)."""

    @property
    def stands(self) -> bool:
        """The Region has not rejected it."""
        return self.state != "rejected"


@dataclass
class Region:
    """What is one in the whole system: the legal numbers of each issuer and year, the references of payments."""

    numbers: dict[tuple[str, int], int] = field(default_factory=dict)
    references: dict[str, tuple[str, int, Decimal, date]] = field(default_factory=dict)


@dataclass(kw_only=True)
class Money(Hours):
    """One action with its money. `rates` are those of centre and company."""

    region: Region
    number: str
    siret: str
    is_taxed: bool
    monthly: bool
    rates: tuple[Decimal, Decimal]
    thresholds: tuple[Decimal, Decimal, Decimal]
    bills: list[Bill] = field(default_factory=list)
    subcontractor: tuple[str, Decimal] | None = None
    """SIRET and ceiling of the one that the contract names, if it does; it is taxed."""
    advance: tuple[Decimal, Decimal, Decimal] | None = None
    """Its rate and those of its recovery, in percent."""
    submitted: bool = False
    acknowledged: bool = False

    # What is declared

    def worth(self, month: str) -> Decimal:
        """A month's two lines, each rounded once (BIL-1)."""
        paid = self._paid(month)
        return sum((cent(sum((hours[place] for hours in paid), Decimal(0)) * self.rates[place]) for place in (0, 1)), Decimal("0.00"))

    def _paid(self, month: str) -> list[tuple[Decimal, ...]]:
        return [*(typed.paid for typed in self.lines.get(month, {}).values()), *self.added.get(month, {}).values()]

    def declared(self) -> Decimal:
        """All confirmed months."""
        return sum((self.worth(month) for month in self.confirmed), Decimal("0.00"))

    def invoiced(self) -> Decimal:
        """All invoices that stand."""
        return sum((bill.amount for bill in self.bills if bill.stands), Decimal("0.00"))

    # What bills without months ask for, and others take off (BIL-6, BIL-10)

    @property
    def price(self) -> Decimal:
        """Of the contract."""
        return sum((cent(hours * rate * self.headcount) for hours, rate in zip(self.planned, self.rates, strict=True)), Decimal("0.00"))

    def outstanding(self, kind: Kind | None = None) -> dict[int, Decimal]:
        """What is still to take off because of each bill without months, by its place; below zero, to give back."""
        asked = {
            place: bill for place, bill in enumerate(self.bills) if bill.kind in ("subcontract", "advance") and kind in (None, bill.kind)
        }
        taken = {place: sum((bill.off.get(place, Decimal(0)) for bill in self.bills if bill.stands), Decimal(0)) for place in asked}
        return {place: (bill.amount if bill.stands else Decimal(0)) - taken[place] for place, bill in asked.items()}

    def takes_off(self, kind: Kind, months: tuple[str, ...]) -> dict[int, Decimal]:
        """What a bill of these months takes off: it gives back whole, then deducts and recovers down to nothing; a balance all there is."""
        due = {**self.outstanding("subcontract"), **self.outstanding("advance")}
        for place in due:
            if self.bills[place].kind == "advance" and self.bills[place].stands and kind != "balance":
                due[place] = self._to_recover(place, months, due[place])
        found = {place: amount for place, amount in due.items() if amount < 0}
        room = self.amount(months) - sum(found.values())
        for place, amount in due.items():
            if (taken := amount if kind == "balance" else min(amount, room)) > 0:
                found[place] = taken
                room -= taken
        return found

    def _to_recover(self, place: int, months: tuple[str, ...], left: Decimal) -> Decimal:
        assert self.advance
        _, begins, ends = self.advance
        whole = self.bills[place].amount
        share = (self.amount(tuple(self.held)) + self.amount(months)) * 100 - begins * self.price
        target = min(max(cent(whole * share / ((ends - begins) * self.price)), Decimal(0)), whole)
        return max(target - (whole - left), Decimal(0))

    def net(self, kind: Kind, months: tuple[str, ...]) -> Decimal:
        """What an invoice of these months, or the advance, is of."""
        if kind == "advance":
            ceiling = self.subcontractor[1] if self.subcontractor else Decimal(0)
            return cent((self.price - ceiling) * self.advance[0] / 100) if self.advance else Decimal("0.00")
        return self.amount(months) - sum(self.takes_off(kind, months).values())

    def subcontract(self, amount: Decimal, today: date) -> Verdict:
        """The holder confirms an invoice of the subcontractor (BIL-6)."""
        if self.subcontractor is None:
            return frozenset({"BIL-6"})
        siret, ceiling = self.subcontractor
        invoiced = sum((bill.amount for bill in self.bills if bill.kind == "subcontract" and bill.stands), Decimal(0))
        if not 0 < amount <= ceiling - invoiced or sum(self.outstanding("subcontract").values()) + amount > self.amount(self.free):
            return frozenset({"BIL-6"})
        self._bill("subcontract", (), None, amount, siret, today, is_taxed=True)
        return FINE

    def _against_advance(self) -> Verdict:
        stands = any(bill.kind == "advance" and bill.stands for bill in self.bills)
        if self.advance is None or not self.net("advance", ()) or self.closed or stands:
            return frozenset({"BIL-10"})
        late = self.declared() and self.declared() * 100 >= self.advance[1] * self.price
        return frozenset({"BIL-10"}) if late else FINE

    def _realised(self, until: str) -> Decimal:
        """Hours of the confirmed months up to that one (ACT-3): compared unrounded, so as a share of `_whole`."""
        return sum((sum(hours) for month in self.confirmed if month <= until for hours in self._paid(month)), Decimal(0))

    @property
    def _whole(self) -> Decimal:
        return sum(self.planned) * self.headcount

    def realised(self) -> Decimal:
        """As it is shown: cut to four decimals."""
        return (self._realised("9999") / self._whole).quantize(Decimal("0.0001"), ROUND_FLOOR)

    # Invoices

    @property
    def held(self) -> set[str]:
        """The months in an invoice that stands (BIL-7)."""
        return {month for bill in self.bills if bill.stands for month in bill.months}

    @property
    def free(self) -> tuple[str, ...]:
        """The confirmed months in none (BIL-2)."""
        return tuple(sorted(self.confirmed - self.held))

    def _to_replace(self) -> list[Bill]:
        """The rejected invoices, no balances, that nothing has taken up since: the last that held each of its months (BIL-3)."""
        later: set[str] = set()
        found = []
        for bill in reversed(self.bills):
            if bill.state == "rejected" and bill.kind != "balance" and not later.issuperset(bill.months):
                found.append(bill)
            later.update(bill.months)
        return found

    def replaced_by(self, months: tuple[str, ...]) -> Bill | None:
        """The rejected invoice that has exactly these months."""
        return next((bill for bill in self._to_replace() if bill.months == months), None)

    def next_ordinal(self, months: tuple[str, ...]) -> int:
        """One more than the highest, those that wait for their replacement beside this invoice included (BIL-3)."""
        apart = [bill for bill in self._to_replace() if not self.held & set(bill.months) and not set(months) & set(bill.months)]
        return 1 + max([bill.ordinal or 0 for bill in [*(bill for bill in self.bills if bill.stands), *apart]], default=0)

    def against(self, kind: Kind, months: tuple[str, ...], today: date) -> Verdict:
        """What an invoice of these months would break."""
        if kind == "advance":
            return self._against_advance()
        if kind == "balance":
            return self._against_balance(months)
        if not months or set(months) - self.confirmed:
            return frozenset({"BIL-2", "BIL-7", "BIL-3"})
        if set(months) & self.held:
            return frozenset({"BIL-7", "BIL-3"})
        if replaced := self.replaced_by(months):
            return FINE if replaced.kind == kind else frozenset({"BIL-3"})
        broken: set[str] = set()
        if self.monthly:
            if kind != "monthly" or len(months) > 1:
                return frozenset({"BIL-3"})
        elif broken := self._against_part(kind, months, today):
            return frozenset(broken)
        if not (today.day <= 15 and months[-1] < month_of(today)):
            broken = {"BIL-5"}
        return frozenset(broken)

    def _against_part(self, kind: Kind, months: tuple[str, ...], today: date) -> set[str]:
        last = max(self.held, default="")
        expected = [month for month in self.months if last < month <= months[-1]]
        ordinal = self.next_ordinal(months)
        if kind == "monthly" or list(months) != expected or ordinal > 3:
            return {"BIL-2", "BIL-3", "BIL-4"}
        reaches = self._reaches(months[-1], ordinal)
        if kind == "instalment":
            too_late = any(self._realised(month) * 100 >= self.thresholds[2] * self._whole for month in months)
            return {"BIL-3"} if not reaches or too_late else set()
        if reaches or len(months) > 3:
            return {"BIL-3", "BIL-4"}
        everything = [month for month in self.months if month > last]
        if len(months) < 3 and (list(months) != everything or today <= self.end):
            return {"BIL-4", "BIL-5"}
        return set()

    def _reaches(self, month: str, ordinal: int) -> bool:
        share, first, second = self._realised(month) * 100, self.thresholds[0] * self._whole, self.thresholds[1] * self._whole
        return share >= first if ordinal == 1 else share >= second if ordinal == 2 else share > second

    def _against_balance(self, months: tuple[str, ...]) -> Verdict:
        stands = any(bill.kind == "balance" and bill.stands for bill in self.bills)
        undecided = any(bill.state == "pending" for bill in self.bills)
        unfinished = set(self.months) != self.confirmed
        wrong = stands or undecided or unfinished or not self.closed or not self.submitted or months != self.free
        return frozenset({"BIL-11", "BIL-2", "BIL-7"}) if wrong else FINE

    def amount(self, months: tuple[str, ...]) -> Decimal:
        """Excluding tax, of months that are confirmed."""
        return sum((self.worth(month) for month in months), Decimal("0.00"))

    def issue(self, kind: Kind, months: tuple[str, ...], seen: Decimal, today: date) -> Verdict:
        """An invoice is confirmed for the amount that was seen (BIL-2 to BIL-5, BIL-9 to BIL-11); the advance holds no month."""
        months = () if kind == "advance" else months
        if broken := self.against(kind, months, today):
            return broken if seen == self._priced(kind, months) else broken | {"changed"}
        if seen != self.net(kind, months):
            return frozenset({"changed"})
        replaced = self.replaced_by(months) if kind != "balance" else None
        ordinal = replaced.ordinal if replaced else self.next_ordinal(months) if kind == "instalment" else None
        off = self.takes_off(kind, months) if kind != "advance" else {}
        self._bill(kind, months, ordinal, seen, self.siret, today, is_taxed=self.is_taxed)
        self.bills[-1].off = off
        return FINE

    def _bill(
        self, kind: Kind, months: tuple[str, ...], ordinal: int | None, amount: Decimal, issuer: str, today: date, *, is_taxed: bool
    ) -> None:
        """Numbered by its issuer, and in the action (BIL-9); taxed by its issuer's regime (BIL-8)."""
        numbers = [bill.number for bill in self.bills if bill.number]
        year = (issuer, today.year)
        self.region.numbers[year] = self.region.numbers.get(year, 0) + 1
        rate = Decimal(0) if not is_taxed else Decimal("0.196") if today < date(2014, 1, 1) else Decimal("0.20")
        number = None if kind == "balance" else 1 + max(numbers, default=0)
        legal = f"{today.year}-{self.region.numbers[year]:06d}"
        self.bills.append(Bill(kind, months, ordinal, number, legal, amount, cent(amount * (1 + rate)), today + timedelta(days=30)))

    def _priced(self, kind: Kind, months: tuple[str, ...]) -> Decimal | None:
        return self.net(kind, months) if set(months) <= self.confirmed else None

    def decide(self, place: int, accepted: bool, today: date) -> Verdict:
        """The Region decides of an invoice; the first decision counts (BIL-7)."""
        bill = self.bills[place]
        wanted: Literal["accepted", "rejected"] = "accepted" if accepted else "rejected"
        if bill.state != "pending":
            return FINE if bill.state == wanted else frozenset({"BIL-7"})
        if accepted and bill.kind == "balance" and not self.acknowledged:
            return frozenset({"BIL-11"})
        bill.state = wanted
        if not accepted:
            last = today + timedelta(days=15)
            until = max(last, last.replace(day=15))
            self.confirmed -= set(bill.months)
            self.added = {month: hours for month, hours in self.added.items() if month not in bill.months}
            self.reopened.update(dict.fromkeys(bill.months, until))
        return FINE

    def pay(self, place: int, amount: Decimal, reference: str, on: date) -> Verdict:
        """A payment is reported (BIL-13), which may be late (BIL-15)."""
        bill, content = self.bills[place], (self.number, place, amount, on)
        if reference in self.region.references:
            return FINE if self.region.references[reference] == content else frozenset({"BIL-13"})
        if amount <= 0 or bill.state != "accepted" or bill.paid + amount > bill.with_tax:
            return frozenset({"BIL-13"})
        bill.paid += amount
        if on > bill.pay_by:
            bill.late.append(((on - bill.pay_by).days, Decimal(0 if bill.late else 40)))
        self.region.references[reference] = content
        return FINE
