"""The definition cards: what each published number means, in words that anybody can check (domain.md 3.7, M56)."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from governance.indicators.choices import Direction, Subject

Words = str | Promise


@dataclass(frozen=True)
class Card:
    """One indicator. ``plain`` explains it to whoever never saw it; the other words say exactly what is counted."""

    id: str
    name: Words
    plain: Words
    formula: Words
    numerator: Words
    denominator: Words
    missing: Words
    excluded: Words
    timing: Words
    source: Words
    subject: Subject
    icon: str
    unit: str = "%"
    direction: Direction = Direction.HIGHER
    version: int = 1

    def __str__(self) -> str:
        return str(self.name)


_FILED_IN_PERIOD = _("Affairs accepted within the period, seen as they stand now; each affair counts once.")
_FILES_OF_AFFAIRS = _("Files of affairs: state, lead tier, evaluation and the times of each step.")
_NOT_ACCEPTED = _("Reports that were not accepted yet.")

CARDS: dict[str, Card] = {
    card.id: card
    for card in (
        Card(
            id="I05",
            name=_("Settlement rate"),
            plain=_("Of everything that was taken on in this period: how much has been done and found good?"),
            formula=_("Affairs verified or closed ÷ affairs accepted"),
            numerator=_("Accepted affairs whose result was verified or that are closed"),
            denominator=_("Affairs accepted in the period"),
            missing=_("Accepted affairs that are still open"),
            excluded=_NOT_ACCEPTED,
            timing=_FILED_IN_PERIOD,
            source=_FILES_OF_AFFAIRS,
            subject=Subject.AFFAIR,
            icon="circle-check-big",
        ),
        Card(
            id="I16",
            name=_("Satisfaction rate"),
            plain=_("Of the people who were asked and answered: how many were satisfied?"),
            formula=_("Evaluations of 3 to 5 ÷ all evaluations"),
            numerator=_("Affairs evaluated as very satisfied, satisfied or fairly satisfied"),
            denominator=_("Affairs with an evaluation"),
            missing=_("Affairs evaluated as dissatisfied or very dissatisfied"),
            excluded=_("Affairs without an evaluation: silence never counts as satisfied."),
            timing=_FILED_IN_PERIOD,
            source=_FILES_OF_AFFAIRS,
            subject=Subject.AFFAIR,
            icon="smile",
        ),
        Card(
            id="I18",
            name=_("Grid resolution rate"),
            plain=_("How many matters were solved in the grid itself, without passing them up?"),
            formula=_("Closed affairs led by a grid or micro-grid ÷ closed affairs"),
            numerator=_("Closed affairs led by a grid or micro-grid"),
            denominator=_("Closed affairs"),
            missing=_("Closed affairs led by the community or higher"),
            excluded=_("Affairs that are not closed."),
            timing=_FILED_IN_PERIOD,
            source=_FILES_OF_AFFAIRS,
            subject=Subject.AFFAIR,
            icon="grid-2x2-check",
        ),
        Card(
            id="I19",
            name=_("Community resolution rate"),
            plain=_("How many matters were solved within the community, without passing them to the street?"),
            formula=_("Closed affairs led by the community or below ÷ closed affairs"),
            numerator=_("Closed affairs led by the community, a grid or a micro-grid"),
            denominator=_("Closed affairs"),
            missing=_("Closed affairs led by the street or the district"),
            excluded=_("Affairs that are not closed."),
            timing=_FILED_IN_PERIOD,
            source=_FILES_OF_AFFAIRS,
            subject=Subject.AFFAIR,
            icon="building-2",
        ),
        Card(
            id="I26",
            name=_("Contact coverage"),
            plain=_("How many households have a joint-family member who answers for them?"),
            formula=_("Households with a primary contact ÷ households"),
            numerator=_("Households with a primary contact in office"),
            denominator=_("Households living here, migrants included"),
            missing=_("Households without a primary contact"),
            excluded=_(
                "Dormitories, and households that have moved away. Suspended or only proposed contacts do not count, "
                "nor party-masses central households unless the community counts them."
            ),
            timing=_("Counted on the last day of the period, or today if that lies ahead."),
            source=_("Roster of households, and household contacts with their dates."),
            subject=Subject.HOUSEHOLD,
            icon="heart-handshake",
        ),
        Card(
            id="I27",
            name=_("Load compliance"),
            plain=_("How many joint-family members look after a number of households that one person can manage?"),
            formula=_("Members within the band of their community ÷ members"),
            numerator=_(
                "Members who are the primary contact of as many households as the band says: 5 to 15 where none was set"
            ),
            denominator=_("Joint-family members in office who are not exempt from the minimum"),
            missing=_("Members below or above the band, also above it by an exception"),
            excluded=_(
                "Members who are exempt on that day for age, illness or absence. Backup contacts are not counted as "
                "load. Members belong to a community: below it there is no figure."
            ),
            timing=_("Counted on the last day of the period, or today if that lies ahead, by the band in force today."),
            source=_("Joint-family members with their exemptions, and household contacts with their dates."),
            subject=Subject.MEMBER,
            icon="scale",
        ),
        Card(
            id="I28",
            name=_("Five-must arrival rate"),
            plain=_("Where somebody had to go at once: how often was somebody there in time?"),
            formula=_("Visits owed with an arrival in time ÷ visits owed that fell due"),
            numerator=_("Visits owed at which somebody arrived before the time was over"),
            denominator=_("Visits owed for one of the five reasons whose time ended in the period"),
            missing=_("Visits owed at which somebody arrived late or nobody has arrived"),
            excluded=_(
                "Visits that were called off with a reason, and sudden changes of care (discharge, bereavement, "
                "violence), which are none of the five. An attempt at a closed door is no arrival."
            ),
            timing=_("By the end of their time, up to now; nights, weekends and holidays count."),
            source=_("Visits owed, and the visits that settled them."),
            subject=Subject.TASK,
            icon="siren",
        ),
        Card(
            id="I29",
            name=_("Effective visit coverage"),
            plain=_("How many households did somebody really talk to at the door within their cycle?"),
            formula=_("Households with an effective visit within their cycle ÷ households"),
            numerator=_("Households whose last effective visit is no longer ago than their cycle"),
            denominator=_("Households living here, migrants included"),
            missing=_("Households to which a visit is due"),
            excluded=_(
                "Dormitories, households that have moved away, and those that moved in so lately that the first visit "
                "is not due yet. Calls and closed doors are no visits, except calls to a household that is away or at "
                "sea."
            ),
            timing=_(
                "Counted at the end of the period, or now if that lies ahead. The cycle is that of the list of doors: "
                "7, 30 or 90 days by care level, 180 days for everybody else."
            ),
            source=_("Roster of households, care levels, and visits in their newest version."),
            subject=Subject.HOUSEHOLD,
            icon="footprints",
            version=2,
        ),
        Card(
            id="I30",
            name=_("Care visits in time"),
            plain=_("Of the households that need care: to how many did somebody come each time before it was due?"),
            formula=_("Households visited in time ÷ households to which a care visit was due (target: 100%)"),
            numerator=_("Households with a care level to which somebody came before every due day of the period"),
            denominator=_("Households with a care level to which a visit was due in the period, or overdue already"),
            missing=_("Households with a care level to which somebody came too late, or not at all"),
            excluded=_(
                "Households without a care level, and those whose level was set on the day counted. What was due "
                "before the level was set does not count."
            ),
            timing=_(
                "By the care level of the last day of the period, or of today if that lies ahead: every 7, 30 or 90 "
                "days after the last visit that counts."
            ),
            source=_("Care levels of households, and visits in their newest version."),
            subject=Subject.CARE_HOUSEHOLD,
            icon="hand-heart",
        ),
        Card(
            id="I31",
            name=_("Need conversion rate"),
            plain=_(
                "Of what households asked for: how much was answered or became an affair within three working days?"
            ),
            formula=_("Needs answered or reported as an affair within 3 working days ÷ needs"),
            numerator=_("Needs with an answer or an affair by the end of the third working day"),
            denominator=_("Needs noted in the period"),
            missing=_("Needs answered or reported later, or not yet"),
            excluded=_("Nothing; needs of the last three working days may still be settled in time."),
            timing=_("By the time at which the need was noted."),
            source=_("Needs noted on visits, their answers, and affairs that grew out of them."),
            subject=Subject.NEED,
            icon="message-square-text",
        ),
        Card(
            id="I32",
            name=_("Briefing attendance"),
            plain=_("Of the joint-family members: how many came to the monthly briefings?"),
            formula=_("Members present ÷ members invited"),
            numerator=_("Members who were present, by the roll or by scanning the code"),
            denominator=_("Members who contacted a household when the briefing was held, once for each briefing"),
            missing=_("Members who did not come, also those who were excused"),
            excluded=_("Briefings that were called off or not held. Below a community there is no figure."),
            timing=_("Briefings held whose day lies within the period."),
            source=_("Rolls of the briefings."),
            subject=Subject.ATTENDANCE,
            icon="users",
        ),
        Card(
            id="I33",
            name=_("Briefing regularity"),
            plain=_("How many of the monthly briefings were held in the month that they were for?"),
            formula=_("Briefings held in the right month ÷ briefings planned"),
            numerator=_("Briefings held in the month that they were for, also on another day of it"),
            denominator=_("Briefings planned whose day has passed"),
            missing=_("Briefings called off, not held, or held in another month"),
            excluded=_("Briefings whose day lies ahead. Below a community there is no figure."),
            timing=_("Briefings whose planned day lies within the period, up to now."),
            source=_("The calendar of briefings, and when they were opened."),
            subject=Subject.MEETING,
            icon="calendar-check",
        ),
        Card(
            id="I38",
            name=_("Rental files"),
            plain=_("Of the dwellings that are let: how many have a file?"),
            formula=_("Let dwellings with a file ÷ let dwellings"),
            numerator=_("Let dwellings with a file that is kept"),
            denominator=_("Dwellings that are let"),
            missing=_("Let dwellings without a file"),
            excluded=_("Dwellings whose owner lives in them, and those that stand empty without a file."),
            timing=_("As it stands now, whatever the period."),
            source=_("The use of dwellings in the roster, and rental files."),
            subject=Subject.DWELLING,
            icon="key-round",
        ),
        Card(
            id="I39",
            name=_("Rental checks in time"),
            plain=_("Of the checks of rental dwellings that fell due: how many were made in time?"),
            formula=_("Checks made by their day ÷ checks that fell due"),
            numerator=_("Checks made on their day or before"),
            denominator=_("Checks that fell due in the period, by the cycle of the colour before them"),
            missing=_("Checks made late, or not yet"),
            excluded=_("Checks whose day is today or ahead, and dwellings that stand empty."),
            timing=_("Checks whose day lies within the period and before today."),
            source=_("Checks of rental dwellings: the day they were due and the day they were made."),
            subject=Subject.CHECK,
            icon="clipboard-check",
        ),
        Card(
            id="I50",
            name=_("Fresh records of persons"),
            plain=_("Of the people who live here: how many records were compared at the door within half a year?"),
            formula=_("Persons compared within 180 days ÷ persons living here"),
            numerator=_("Persons whose record was compared within 180 days"),
            denominator=_("Persons living here, migrants included"),
            missing=_("Persons never compared, or longer ago"),
            excluded=_("Persons who have moved away or died."),
            timing=_("Counted on the last day of the period, or today if that lies ahead."),
            source=_("Roster of persons: where they live, and the day their record was compared last."),
            subject=Subject.RESIDENT,
            icon="user-check",
        ),
        Card(
            id="I51",
            name=_("Trend of matters raised"),
            plain=_("Do residents have more to report than in the same days of the year before, or less?"),
            formula=_(
                "(Matters raised in the period − those of the same days a year earlier) ÷ those of a year earlier"
            ),
            numerator=_("Matters that residents reported in the period"),
            denominator=_("Matters that residents reported in the same days of the year before"),
            missing=_("Nothing: two counts are compared."),
            excluded=_("What grid members found themselves. Reports that were not accepted do count."),
            timing=_("By the time of the report; a period that is not over is compared up to the same moment."),
            source=_("Affairs by the time and the source of the report."),
            subject=Subject.AFFAIR,
            icon="trending-up",
            direction=Direction.LOWER,
        ),
        Card(
            id="I55",
            name=_("Members taken on"),
            plain=_("Of the party members in service who reported to a community: how many has it taken on?"),
            formula=_("Reports accepted ÷ reports to a community"),
            numerator=_("Reports that the community's secretary has accepted, also those that ended since"),
            denominator=_("Reports of party members in service made in the period"),
            missing=_("Reports that wait to be accepted, were not accepted, or were withdrawn before"),
            excluded=_("Nothing. Below a community there is no figure."),
            timing=_("By the day of the report, seen as it stands now."),
            source=_("Reports to communities: when they were made, and what became of them."),
            subject=Subject.REPORT,
            icon="user-check",
        ),
        Card(
            id="I56",
            name=_("Claims fulfilled"),
            plain=_("Of the wishes and posts that members claimed: how many were done and confirmed by who benefited?"),
            formula=_("Claims confirmed by who benefited ÷ claims"),
            numerator=_("Claims that the household, its contact or, for a post, the community has confirmed"),
            denominator=_("Claims of micro wishes and service posts made in the period"),
            missing=_("Claims under way, done but not confirmed yet, not confirmed, given back, or lapsed"),
            excluded=_("Nothing; what was claimed lately may still be done in time."),
            timing=_("By the day of the claim, seen as it stands now; in the grid that the wish or post is for."),
            source=_("Claims of wishes and posts, and who confirmed them."),
            subject=Subject.CLAIM,
            icon="hand-heart",
        ),
    )
}
# Those that every report begins with; the others stand on the page of their subject.
PUBLISHED = ("I05", "I16", "I18", "I19", "I26", "I27")
# Those of contacts and visits, on a page of their own.
SERVICE = ("I26", "I27", "I28", "I29", "I30", "I31", "I32", "I33")
# Those of members who report to the community (M21), on the page of their report.
VOLUNTEERS = ("I55", "I56")
