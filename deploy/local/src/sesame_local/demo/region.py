"""Who there is, and what became of each action by `today`: every stage of an action's life is somebody's. All of it is invented."""

from datetime import date, timedelta
from decimal import Decimal

from contracts.awards import Advance, Organisation, Subcontractor
from contracts.codes import AccountRight, ExitReason, Frequency, RequestObject, TaxRegime
from contracts.identity import InviteColleague
from contracts.identity_http import Newcomer
from contracts.month import Month

from .days import declaring_day, last_declared, shifted, weekday
from .plan import Leave, Partner, Plan, Until, Wish

GUIDE_START, GUIDE_END = date(2006, 9, 28), date(2007, 6, 12)
"""Of the action that the user guide shows (§3.1)."""


def _partner(login: str, siret: str, name: str, address: str, commune: tuple[str, str, str], regime: TaxRegime) -> Partner:
    postcode, town, insee_code = commune
    email = f"contact@{login}.example"
    organisation = Organisation(siret=siret, name=name, email=email, address=address, postcode=postcode, town=town, tax_regime=regime)
    return Partner(login, organisation, insee_code)


SCENES = _partner(
    "scenes",
    "99900001100018",
    "SCENES ET FORMATIONS",
    "2 rue Victor-Hugo",
    ("34800", "CLERMONT-L’HÉRAULT", "34079"),
    TaxRegime.STANDARD,
)
CEVENNES = _partner("cevennes", "99900002900010", "CEVENNES-GESTION", "14 quai du Gardon", ("30100", "ALÈS", "30007"), TaxRegime.EXEMPT)
LITTORAL = _partner("littoral", "99900003700013", "LITTORAL FORMATION", "8 rue des Joutes", ("34200", "SÈTE", "34301"), TaxRegime.STANDARD)
GARRIGUE = _partner(
    "garrigue", "99900004500016", "GARRIGUE FORMATION", "31 chemin des Capitelles", ("30000", "NÎMES", "30189"), TaxRegime.EXEMPT
)
SALAGOU = Subcontractor(siret="99900005210003", name="ATELIER DU SALAGOU", ceiling=Decimal("1500.00"), tax_regime=TaxRegime.STANDARD)
"""A subcontractor, which has no access of its own."""
PARTNERS = (SCENES, CEVENNES, LITTORAL, GARRIGUE)
COLLEAGUE = InviteColleague(name="Camille MARTIN", email="camille@scenes.example", right=AccountRight.WORKS)
"""Who works for the first of them beside its first user (ACC-8)."""
NEWCOMER = Newcomer(
    siret="99900006000015",
    organisation="LES ATELIERS DU CANAL",
    name="Anne LEROY",
    email="anne.leroy@canal.example",
    address="3 quai de la Robine",
    postcode="11100",
    town="NARBONNE",
)
"""Who asks for an account that no contract gave, and has no answer yet (ACC-4)."""

OFFICE, SHOWS = ("SEG", "Services - Gestion de l’entreprise"), ("SPE", "Spectacle")
RESTAURANT, GARDENS, TRADE = ("HOT", "Hôtellerie, restauration"), ("AGR", "Agriculture, paysage"), ("COM", "Commerce")
BUILDING = ("BTP", "Bâtiment, travaux publics")


TOO_LONG = "Deux mois de plus dépassent l’année de programmation. Demandez un report plus court, avec un planning."


class Calendar:
    """Days and months counted from the latest month that was declared (0); the Region imports contracts in two campaigns."""

    def __init__(self, today: date) -> None:
        self.today, self._last = today, last_declared(today)
        self.recent = max(declaring_day(self._last), _friday(today - timedelta(days=2)))
        self.first_campaign, self.second_campaign = declaring_day(self.month(-19)), declaring_day(self.month(-5))

    def month(self, number: int) -> Month:
        return shifted(self._last, number)

    def begins(self, number: int) -> date:
        """The first Monday to Friday of a month, or a little later."""
        return weekday(self.month(number).first + timedelta(days=1))

    def ends(self, number: int) -> date:
        """The last Friday of a month."""
        last = self.month(number).last
        return last - timedelta(days=(last.weekday() - 4) % 7)

    def middle(self, number: int) -> date:
        """A week after a month has begun."""
        return self.begins(number) + timedelta(days=7)

    def guide(self) -> tuple[date, date]:
        """The guide's own dates, later by whole weeks, so that it began six months before the last that was declared."""
        weeks = (self.month(-6).first + timedelta(days=24) - GUIDE_START) // timedelta(days=7)
        return GUIDE_START + timedelta(weeks=weeks), GUIDE_END + timedelta(weeks=weeks)


def _friday(day: date) -> date:
    """`day`, or the Friday before a weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def region(today: date) -> tuple[Plan, ...]:
    """The actions, each with its stage on `today`."""
    calendar = Calendar(today)
    return (*_ended(calendar), *_running(calendar), *_to_come(calendar))


def _ended(calendar: Calendar) -> tuple[Plan, ...]:
    begins, ends, awarded = calendar.begins, calendar.ends, calendar.first_campaign
    return (
        Plan(
            "QCA0204", "SECRÉTAIRE COMPTABLE", CEVENNES, OFFICE, begins(-17), ends(-13), awarded,
            centre=(560, "5.50"), company=(140, "1.00"), headcount=6, trainees=5,
            leaves=(Leave(3, begins(-14), ExitReason.EMPLOYMENT),),
            advance=Advance(rate=Decimal(5), recovered_from=Decimal(65), recovered_to=Decimal(80)),
            subcontractor=SALAGOU,
            look="soldée depuis longtemps : avance récupérée, sous-traitant, sortie recevable, enquêtes à six mois et à un an",
        ),
        Plan(
            "QCA0127", "TAILLE DE PIERRE", GARRIGUE, BUILDING, begins(-10), calendar.middle(-8), awarded,
            centre=(280, "6.50"), company=(70, "1.00"), headcount=8, trainees=3,
            advance=Advance(rate=Decimal(20), recovered_from=Decimal(65), recovered_to=Decimal(80)),
            look="peu de stagiaires : l’avance n’est reprise que par le solde, que l’organisme rembourse",
        ),
        Plan(
            "QCA0971", "ACCESSOIRISTES", SCENES, SHOWS, begins(-5), ends(-2), awarded,
            centre=(420, "7.00"), company=(140, "1.00"), headcount=8, trainees=6,
            rejected=calendar.month(-4),
            leaves=(Leave(4, ends(-4), ExitReason.DROPPED_OUT),),
            look="une facture rejetée puis corrigée, solde payé, compte à zéro",
        ),
        Plan(
            "QCA0315", "AGENT D’ACCUEIL", CEVENNES, OFFICE, begins(-4), ends(-1), awarded,
            centre=(430, "6.20"), company=(105, "0.95"), headcount=8, trainees=6,
            until=Until.REPORTED,
            look="bilan envoyé, une note de la Région, accusé de réception attendu",
        ),
        Plan(
            "QCA0418", "SERVICE EN SALLE", LITTORAL, RESTAURANT, begins(-4), ends(-1), awarded,
            centre=(350, "6.80"), company=(175, "1.10"), headcount=6, trainees=5,
            until=Until.CLOSED,
            look="clôturée, fiches de suivi et bilan à faire",
        ),
    )  # fmt: skip


def _running(calendar: Calendar) -> tuple[Plan, ...]:
    begins, ends, awarded, last = calendar.begins, calendar.ends, calendar.first_campaign, calendar.month(0)
    return (
        Plan(
            "QCA0266", "BTS ASSISTANT DE DIRECTION EN UN AN", SCENES, OFFICE, *calendar.guide(), awarded,
            centre=(812, "5.00"), company=(420, "0.95"), headcount=10, trainees=10,
            half_filled=(calendar.month(1), calendar.recent),
            paid_late=calendar.month(-4),
            leaves=(Leave(7, ends(-2), ExitReason.PERSONAL),),
            wishes=(Wish(RequestObject.TRAINERS, weekday(begins(0)), calendar.recent),),
            look="l'action du guide, un mois saisi à moitié, d'autres formateurs accordés, une facture payée en retard",
        ),
        Plan(
            "QCA0502", "COMPTABLE ASSISTANT", CEVENNES, OFFICE, begins(-6), ends(4), awarded,
            centre=(900, "5.80"), company=(210, "1.00"), headcount=10, trainees=7,
            frequency=Frequency.THREE_INSTALMENTS,
            first_end=ends(3),
            wishes=(Wish(RequestObject.PLANNED_DATES, ends(-4), declaring_day(calendar.month(-4))),),
            look="trois acomptes, un trimestre facturé, un avenant d'un mois",
        ),
        Plan(
            "QCA0611", "CUISINE", LITTORAL, RESTAURANT, begins(-3), ends(3), awarded,
            centre=(600, "7.50"), company=(210, "1.20"), headcount=8, trainees=6,
            rejected=last, rejected_on=calendar.recent, undecided=last,
            wishes=(Wish(RequestObject.PLANNED_DATES, ends(-2), declaring_day(calendar.month(-2)), TOO_LONG),),
            look="une facture rejetée, son mois à corriger, un report refusé",
        ),
        Plan(
            "QCA0733", "TRAVAUX PAYSAGERS", GARRIGUE, GARDENS, begins(-3), ends(3), awarded,
            centre=(560, "6.40"), company=(280, "1.00"), headcount=10, trainees=8,
            undecided=calendar.month(-1), proofs=calendar.month(-1), individualised=True,
            leaves=(Leave(2, begins(0), ExitReason.EMPLOYMENT),),
            wishes=(Wish(RequestObject.TRAINEE, calendar.recent),),
            look="parcours individualisés, deux factures et une demande à décider, un justificatif envoyé, un reçu, un manquant",
        ),
    )  # fmt: skip


def _to_come(calendar: Calendar) -> tuple[Plan, ...]:
    today, awarded = calendar.today, calendar.second_campaign

    def plan(
        code: str,
        title: str,
        partner: Partner,
        sector: tuple[str, str],
        start: date,
        until: Until,
        look: str,
        *,
        by_programme: bool = False,
    ) -> Plan:
        return Plan(
            code, title, partner, sector, start, weekday(start + timedelta(days=150)), awarded,
            centre=(560, "6.00"), company=(140, "1.00"), headcount=8, trainees=3, until=until, look=look,
            by_programme=by_programme,
        )  # fmt: skip

    ready = _friday(today)
    return (
        plan("QCA0840", "VENDEUR CONSEIL", GARRIGUE, TRADE, calendar.begins(-1), Until.NOT_OPENED, "non ouverte, faute de stagiaires"),
        plan("QCA0912", "COSTUMIER(ÈRE)", SCENES, SHOWS, ready, Until.READY, "prête : il reste à l'ouvrir"),
        plan("QCA0925", "PÂTISSERIE", LITTORAL, RESTAURANT, weekday(today + timedelta(days=21)), Until.PREPARING, "en préparation"),
        plan(
            "QCA0958",
            "ENTRETIEN DES JARDINS",
            GARRIGUE,
            GARDENS,
            weekday(today + timedelta(days=50)),
            Until.AWARDED,
            "à préparer, reçue du système des programmes",
            by_programme=True,
        ),
    )
