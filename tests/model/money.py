"""The money of one action in plain Python, from the Region's rules alone: it knows no rule, no state and no number of the services.

Everybody is in training from the first day and leaves on the last, or stays out when that is moved later (DAT-4); but for those who leave
early by an admissible exit, and are paid on (DEC-5). A verdict is the set of rules that what is asked would break; nothing is done when
there is any.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Literal

Kind = Literal["monthly", "instalment", "quarter", "balance", "subcontract", "advance"]
Verdict = frozenset[str]
FINE: Verdict = frozenset()
CENT, QUARTER = Decimal("0.01"), Decimal("0.25")


def cent(amount: Decimal) -> Decimal:
    """Half away from zero (BIL-1, BIL-8)."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def month_of(day: date) -> str:
    """The month of a day, `2013-10`."""
    return f"{day:%Y-%m}"


def months_of(first: date, last: date) -> list[str]:
    """The months from that of one day to that of the other."""
    days = (first + timedelta(days=number) for number in range((last - first).days + 1))
    return sorted({month_of(day) for day in days})


@dataclass(frozen=True)
class Typed:
    """What is typed of a trainee's month: centre attended, excused, unexcused; company attended, excused, unexcused."""

    centre: tuple[Decimal, Decimal, Decimal]
    company: tuple[Decimal, Decimal, Decimal]

    @property
    def figures(self) -> tuple[Decimal, ...]:
        """All six."""
        return (*self.centre, *self.company)

    @property
    def paid(self) -> tuple[Decimal, Decimal]:
        """Attended and excused in each place: what is paid (BIL-1)."""
        return self.centre[0] + self.centre[1], self.company[0] + self.company[1]


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


@dataclass
class Money:
    """One action. `rates` and `planned` are those of centre and company; `planned` are the contract's hours for each trainee, `pathways`
    those of each trainee's own plan, on an individualised action (TRN-3).
    """

    region: Region
    number: str
    siret: str
    is_taxed: bool
    monthly: bool
    start: date
    end: date
    headcount: int
    trainees: int
    rates: tuple[Decimal, Decimal]
    planned: tuple[Decimal, Decimal]
    thresholds: tuple[Decimal, Decimal, Decimal]
    pathways: tuple[tuple[Decimal, Decimal], ...] = ()
    lines: dict[str, dict[int, Typed]] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    reopened: dict[str, date] = field(default_factory=dict)
    """Until when each reopened month can be corrected outside the windows."""
    bills: list[Bill] = field(default_factory=list)
    asked: date | None = None
    """The planned end that the organisation asks for."""
    subcontractor: tuple[str, Decimal] | None = None
    """SIRET and ceiling of the one that the contract names, if it does; it is taxed."""
    advance: tuple[Decimal, Decimal, Decimal] | None = None
    """Its rate and those of its recovery, in percent."""
    left: date | None = None
    """When everybody left, but for who did early."""
    exits: dict[int, tuple[date, date]] = field(default_factory=dict)
    """Admissible exits: the last day of presence, and that until which it is paid."""
    added: dict[str, dict[int, tuple[Decimal, ...]]] = field(default_factory=dict)
    """What each confirmed month added for them, in centre and company."""
    closed: bool = False
    submitted: bool = False
    acknowledged: bool = False

    @property
    def months(self) -> list[str]:
        """Each needs a declaration: somebody is in training, or paid on (DEC-1, DEC-5)."""
        return months_of(self.start, self.end if self.exits else min(self.end, self.left or self.end))

    def _last_day(self, trainee: int) -> date:
        return self.exits[trainee][0] if trainee in self.exits else min(self.end, self.left or self.end)

    def _is_present(self, trainee: int, month: str) -> bool:
        return month <= month_of(self._last_day(trainee))

    # Declarations

    def save(self, month: str, trainee: int, typed: Typed, today: date) -> Verdict:
        """A line of a month is saved (DEC-1, DEC-3)."""
        if broken := self._against_typing(month, today):
            return broken
        if not self._is_present(trainee, month):
            return frozenset({"DEC-3"})
        if any(figure < 0 or figure % QUARTER for figure in typed.figures):
            return frozenset({"DEC-3"})
        self.lines.setdefault(month, {})[trainee] = typed
        return FINE

    def _against_typing(self, month: str, today: date) -> Verdict:
        if month not in self.months:
            return frozenset({"DEC-1"})
        if month in self.confirmed:
            return frozenset({"DEC-7"})
        broken = {"DEC-1"} if month > month_of(today) else set()
        if month not in self.reopened and any(before < month and not self._is_settled(before) for before in self.months):
            broken.add("DEC-1")
        return frozenset(broken)

    def _is_settled(self, month: str) -> bool:
        """A reopened month holds nothing up (DEC-6)."""
        return month in self.confirmed or month in self.reopened

    def confirm(self, month: str, today: date) -> Verdict:
        """A month is confirmed (DEC-1, DEC-3, DEC-6, DEC-8)."""
        if month not in self.months:
            return frozenset({"DEC-1"})
        if month in self.confirmed:
            return frozenset({"DEC-7"})
        same = [other for other in self.months if other not in self.confirmed and (other in self.reopened) == (month in self.reopened)]
        broken = {"DEC-1", "DEC-6"} if same[0] != month else set()
        in_window = today.day <= 15 and month < month_of(today)
        if not in_window and not (month in self.reopened and today <= self.reopened[month]):
            broken |= {"DEC-6", "BIL-7"} if month in self.reopened else {"DEC-6"}
        if self.left is None and self._is_last_chance(month):
            broken.add("DEC-8")
        for trainee in range(self.trainees):
            broken |= self._wrong_line(month, trainee) if self._is_present(trainee, month) else set()
        if broken:
            return frozenset(broken)
        self.added[month] = {trainee: self._adds(trainee, month) for trainee in self.exits if not self._is_before_exit(trainee, month)}
        self.confirmed.add(month)
        self.reopened.pop(month, None)
        return FINE

    def _is_before_exit(self, trainee: int, month: str) -> bool:
        return month < month_of(self.exits[trainee][0])

    def _planned(self, trainee: int) -> tuple[Decimal, Decimal]:
        return self.pathways[trainee] if self.pathways else self.planned

    def _adds(self, trainee: int, month: str) -> tuple[Decimal, ...]:
        """In each place what remains × the days of the month ÷ those of all months not confirmed, down to the quarter hour; no period of a
        place says less. Where no day is left, the exit's month takes all (DEC-5).
        """
        on, until = self.exits[trainee]
        days = [month_of(on + timedelta(number)) for number in range(1, (until - on).days + 1)]
        among = [of for of in days if of not in self.confirmed] or [month_of(on)]
        added = []
        for place in (0, 1):
            typed = sum(
                (sum((line.centre, line.company)[place]) for lines in self.lines.values() if (line := lines.get(trainee))), Decimal(0)
            )
            before = sum((hours[trainee][place] for hours in self.added.values() if trainee in hours), Decimal(0))
            remains = max(Decimal(0), self._planned(trainee)[place] - typed - before)
            added.append(remains * 4 * among.count(month) // len(among) / 4)
        return tuple(added)

    def leave_early(self, trainee: int, on: date) -> Verdict:
        """An admissible exit, or another day of it (DEC-5)."""
        known = self.exits.get(trainee)
        if known and known[0] == on:
            return FINE
        months = {month_of(day) for day in (on, known[0] if known else self.left) if day}
        later = [lines[trainee] for month, lines in self.lines.items() if month > month_of(on) and trainee in lines]
        added = [hours.get(trainee, ()) for month, hours in self.added.items() if month < month_of(on)]
        if (
            not self.start <= on < self.end
            or months & self.confirmed
            or any(figure for typed in later for figure in typed.figures)
            or any(figure for hours in added for figure in hours)
        ):
            return frozenset({"DEC-5"})
        self.exits[trainee] = (on, self.end)
        return FINE

    def _is_last_chance(self, month: str) -> bool:
        others = [other for other in self.months if other != month]
        return month == self.months[-1] or (
            self.months[-1] in self.confirmed and all(other in self.confirmed for other in others if other > month)
        )

    def _wrong_line(self, month: str, trainee: int) -> set[str]:
        typed = self.lines.get(month, {}).get(trainee)
        if typed is None:
            return {"DEC-6"}
        broken: set[str] = set()
        first, last = max(self.start, date.fromisoformat(f"{month}-01")), min(self._last_day(trainee), _last_day(month))
        if sum(typed.figures) > 10 * ((last - first).days + 1):
            broken.add("DEC-3")
        for place in (0, 1):
            stored = [
                sum((line.centre, line.company)[place])
                for other, lines in self.lines.items()
                if (other == month or self._is_settled(other)) and (line := lines.get(trainee))
            ]
            stored += [hours[trainee][place] for other, hours in self.added.items() if other != month and trainee in hours]
            if sum(stored) > self._planned(trainee)[place]:
                broken |= {"DEC-3", "BIL-7"}
        return broken

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

    # The end

    def close(self, today: date) -> Verdict:
        """The action is closed (CLO-1)."""
        if self.closed:
            return frozenset({"ACT-2"})
        if today < self.end or self.left is None or set(self.months) != self.confirmed:
            return frozenset({"CLO-1"})
        self.closed, self.asked = True, None
        return FINE

    # Amendments

    def ask(self, end: date) -> Verdict:
        """The Region is asked for another planned end (REQ-1)."""
        if self.closed:
            return frozenset({"ACT-2"})
        if self.asked or end == self.end:
            return frozenset({"REQ-1"})
        self.asked = end
        return FINE

    def amend(self) -> Verdict:
        """It grants what it is asked for (REQ-3)."""
        if self.asked is None or self.closed:
            return frozenset({"ACT-2", "REQ-1"})
        end, settled = self.asked, self.confirmed | set(self.reopened)
        is_early = bool(settled) and end < min(self.end, _last_day(max(settled)))
        beyond = [lines for month, lines in self.lines.items() if month > month_of(end) and month not in settled]
        has_hours = any(figure for lines in beyond for typed in lines.values() for figure in typed.figures)
        if is_early or has_hours or any(day > end for day in (self.left, *(on for on, _ in self.exits.values())) if day):
            return frozenset({"REQ-3"})
        self.end, self.asked = end, None
        self.exits = {trainee: (on, min(until, end)) for trainee, (on, until) in self.exits.items()}
        self.lines = {month: lines for month, lines in self.lines.items() if month <= month_of(end)}
        if self.left is None and month_of(end) in self.confirmed:
            self.left = end
        return FINE


def _last_day(month: str) -> date:
    return (date.fromisoformat(f"{month}-01") + timedelta(days=31)).replace(day=1) - timedelta(days=1)
