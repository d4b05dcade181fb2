"""The home page of each role: what waits, put together from the rooms below (ux.md 4 and 5, page 3)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from governance.affairs.choices import AffairState, Category
from governance.affairs.guards import may_read
from governance.affairs.models import Affair
from governance.indicators.choices import Preset
from governance.indicators.querysets import top_grid
from governance.indicators.reports import readings
from governance.indicators.rules import Frame, named_period
from governance.indicators.tables import HIDDEN_FAMILY_AFFAIR
from governance.meetings.coming import next_briefing
from governance.workbench import querysets
from governance.workbench.cards import Card, Row, Section, Words
from governance.workbench.choices import Kind
from governance.workbench.exports import exports_to_approve
from governance.workbench.handing import asked_to_contact, successors_to_find
from governance.workbench.member import passed_on
from governance.workbench.moving import left_behind, moves_to_decide
from governance.workbench.units import AFFAIRS, GRIDS, HOUSEHOLDS, MEMBERS, VISITS
from governance.workbench.volunteering import claims_to_confirm, reports_to_accept, service_section
from governance.worktime.chips import deadline_chip
from grids.access.choices import Permission, Role
from grids.access.models import RoleGrant
from grids.access.querysets import scope_of
from grids.common.chips import Chip, Tone, chip_of
from grids.team.rules import Strength
from residents.contacts.models import ContactAssignment
from residents.liaison.boards import board_of, grids_of, running_notices
from residents.roster.rules import shown_household, shown_name
from residents.visits.doors import contact_cards, door_cards, due_households

FIRST_ROWS = 3
FIRST_DOORS = 8
TEXT_LENGTH = 28

DESK = {Role.SECRETARY, Role.COMMUNITY_WORKER, Role.STREET_DESK, Role.DISTRICT_OFFICE}
FIELD = {Role.GRID_LEADER, Role.FULL_TIME, Role.PART_TIME, Role.LIAISON}
# Whose people leave something behind; the district office finds it in the list of moves.
LEADS = {Role.SECRETARY, Role.STREET_DESK}
CONTACT = {Role.JOINT_FAMILY}
SECURITY = {Role.SECURITY_ADMIN}
REVIEW = {Role.AUDITOR, Role.DISTRICT_OFFICE, Role.MENTOR}

# What each waiting state asks of whoever sees it: title, icon, and what the button says.
STEPS: dict[AffairState, tuple[Words, str, Words]] = {
    AffairState.REPORTED: (AffairState.REPORTED.label, "inbox", _("Accept them")),
    AffairState.ACCEPTED: (AffairState.ACCEPTED.label, "split", _("Classify them")),
    AffairState.CLASSIFIED: (AffairState.CLASSIFIED.label, "send", _("Dispatch them")),
    AffairState.ASSIGNED: (_("Orders to take"), "hand", _("All orders")),
    AffairState.HANDLING: (_("I am handling"), "wrench", _("All of mine")),
    AffairState.SUBMITTED: (AffairState.SUBMITTED.label, "search-check", _("Verify them")),
    AffairState.VERIFIED: (AffairState.VERIFIED.label, "star", _("Record evaluations")),
}
FIELD_STATES = AffairState.in_hand()


class Home:
    """Gathers the sections of one account at one moment; what two sections need is asked once."""

    def __init__(self, user: Any, *, now: datetime) -> None:
        self.user = user
        self.now = now
        self.grants: list[RoleGrant] = querysets.held_roles(user)
        self.roles = {Role(grant.role) for grant in self.grants}
        self._waiting: dict[str, tuple[list[Affair], int]] | None = None

    @property
    def sections(self) -> list[Section]:
        """The sections of all roles, those with something overdue first."""
        makers: list[tuple[set[Role], Callable[[], Section]]] = [
            (FIELD, self._field),
            (DESK, self._desk),
            (CONTACT, self._contact),
            (REVIEW, self._review),
            (SECURITY, self._security),
        ]
        made = [make() for roles, make in makers if roles & self.roles]
        elsewhere = bool(self.roles & DESK) or self.is_member_only
        service = service_section(self.user, with_confirm=not elsewhere)
        made += [service] if service else []
        return sorted(made, key=lambda section: -section.urgent)

    @property
    def is_member_only(self) -> bool:
        """Whoever is a joint-family member and holds no post."""
        return CONTACT <= self.roles <= set(Role.by_registration())

    # -------------------------------------------------------------- affairs
    def _affair_cards(self, states: list[AffairState]) -> list[Card]:
        if self._waiting is None:
            self._waiting = querysets.waiting(self.user, each=FIRST_ROWS)
        cards = []
        for state in states:
            first, number = self._waiting.get(state, ([], 0))
            if number:
                title, icon, action = STEPS[state]
                rows = [self._affair_row(affair) for affair in first]
                late = any(affair.due_at and affair.due_at < self.now for affair in first)
                url = f"{reverse('governance:affair-mine')}?part=waiting&state={state.value}"
                tone = "warning" if late else ""
                cards.append(Card(state.value, title, icon, number, AFFAIRS, rows, url, action, tone))
        return cards

    def _affair_row(self, affair: Affair) -> Row:
        return Row(
            title=self._what(affair),
            url=affair.get_absolute_url(),
            facts=[affair.grid.name, str(Category(affair.category).label)],
            chip=deadline_chip(affair.due_at, now=self.now),
        )

    def _what(self, affair: Affair) -> str:
        if not may_read(self.user, affair):
            return str(HIDDEN_FAMILY_AFFAIR)
        return affair.text if len(affair.text) <= TEXT_LENGTH else f"{affair.text[:TEXT_LENGTH]}…"

    def _overdue_card(self) -> list[Card]:
        rows, number = querysets.first_of(querysets.overdue(self.user, now=self.now), FIRST_ROWS)
        if not rows:
            return []
        url = f"{reverse('governance:affair-list')}?view=overdue"
        shown = [
            Row(row.title, row.url, [str(chip_of(AffairState, affair.state)), *row.facts], row.chip)
            for affair, row in ((affair, self._affair_row(affair)) for affair in rows)
        ]
        return [
            Card("overdue", _("Overdue affairs"), "clock-alert", number, AFFAIRS, shown, url, _("See all"), "alarm")
        ]

    # -------------------------------------------------------------- the desk
    def _desk(self) -> Section:
        late = self._overdue_card()
        others = [state for state in STEPS if state not in FIELD_STATES or not self.roles & FIELD]
        cards = [
            *late,
            *exports_to_approve(self.user),
            *reports_to_accept(self.user),
            *claims_to_confirm(self.user),
            *self._affair_cards(others),
            *(left_behind(self.user) if self.roles & LEADS else []),
            *successors_to_find(self.user, now=self.now),
            *self._uncovered(),
            *self._out_of_band(),
            *self._understaffed(),
        ]
        urgent = late[0].count if late else 0
        done = _("Nothing waits at the desk today.")
        extra = {
            "gaps": bool(scope_of(self.user, Permission.ASSIGN_CONTACTS)),
            "team": bool(scope_of(self.user, Permission.MANAGE_TEAM)),
        }
        return Section("desk", _("Community desk"), "desk", urgent, cards, done, extra)

    def _security(self) -> Section:
        """Who decides on powers has nothing else to do here."""
        cards = moves_to_decide(self.user)
        return Section("security", _("Security administration"), "desk", 0, cards, _("No request waits for you."))

    def _uncovered(self) -> list[Card]:
        assigns = bool(scope_of(self.user, Permission.ASSIGN_CONTACTS))
        power = Permission.ASSIGN_CONTACTS if assigns else Permission.VIEW_CONTACTS
        first, number = querysets.first_of(querysets.without_contact(self.user, power), FIRST_ROWS)
        if not first:
            return []
        name = "residents:contact-assign" if assigns else "residents:household-detail"
        rows = [
            Row(shown_household(self.user, home), reverse(name, args=[home.pk]), [home.grid.name]) for home in first
        ]
        return [
            Card(
                "uncovered",
                _("Households without a contact"),
                "user-x",
                number,
                HOUSEHOLDS,
                rows,
                reverse("residents:contact-uncovered"),
                _("Assign contacts") if assigns else _("See all"),
                "warning",
            )
        ]

    def _out_of_band(self) -> list[Card]:
        first, number = querysets.first_of(querysets.out_of_band(self.user), FIRST_ROWS)
        if not first:
            return []
        rows = [
            Row(
                shown_name(self.user, member.grid, member.person.name),
                member.get_absolute_url(),
                [member.grid.name],
                Chip(
                    ngettext("%(count)s household", "%(count)s households", member.load) % {"count": member.load},
                    Tone.YELLOW,
                ),
            )
            for member in first
        ]
        url = f"{reverse('residents:contactmember-list')}?serving=yes"
        title = _("Members outside the band")
        return [Card("band", title, "scale", number, MEMBERS, rows, url, _("Share out anew"), "warning")]

    def _understaffed(self) -> list[Card]:
        if not scope_of(self.user, Permission.MANAGE_TEAM):
            return []
        first, number = querysets.first_of(querysets.understaffed(self.user), FIRST_ROWS)
        if not first:
            return []
        rows = [
            Row(grid.name, reverse("grids:grid-detail", args=[grid.pk]), [], Strength(grid.full, grid.part).chip)
            for grid in first
        ]
        title = _("Grids without one full, two part")
        url = reverse("grids:post-list")
        return [Card("staff", title, "id-card", number, GRIDS, rows, url, _("Staff and posts"), "warning")]

    # -------------------------------------------------------------- at the door
    def _field(self) -> Section:
        if self.roles & FIELD == {Role.LIAISON}:
            return self._doors()
        doors = door_cards(due_households(self.user, limit=FIRST_DOORS), self.user, back=reverse("home"))
        cards = [*self._owed(), *self._affair_cards(FIELD_STATES if self.roles & DESK else list(STEPS))]
        late = sum(bool(card.tone) for card in cards)
        extra = {"doors": doors, "day_url": reverse("governance:day")}
        return Section("field", _("Today's doors and orders"), "field", late, cards, _("Nothing to do today."), extra)

    def _doors(self) -> Section:
        """The liaison's home are his doors; nothing of his neighbours stands there but names and doors."""
        grids = grids_of(self.user)
        board = None
        if len(grids) == 1:
            notices = running_notices(grids[0].code)
            board = board_of(self.user, grids[0], notice=notices[0] if notices else None, notices=notices)
        cards = self._affair_cards(FIELD_STATES)
        late = sum(bool(card.tone) for card in cards)
        return Section("field", _("My doors"), "doors", late, cards, "", {"board": board, "grids": grids})

    def _owed(self) -> list[Card]:
        """The visits that must be made at once, the one whose time ends first on top."""
        first, number = querysets.first_of(querysets.owed_visits(self.user), FIRST_ROWS)
        if not first:
            return []
        own = contact_cards(self.user)
        rows = [
            Row(
                shown_household(None if task.household_id in own else self.user, task.household),
                f"{reverse('residents:encounter-log', args=[task.household_id])}?next={reverse('home')}",
                [task.get_trigger_display()],
                deadline_chip(task.due_at, now=self.now),
            )
            for task in first
        ]
        tone = "alarm" if any(task.due_at < self.now for task in first) else "warning"
        url = f"{reverse('governance:day')}?only={Kind.TASK.value}"
        return [Card("owed", Kind.TASK.label, "siren", number, VISITS, rows, url, _("See all"), tone)]

    def _contact(self) -> Section:
        if self.is_member_only:
            return self._member()
        homes = list(querysets.my_households(self.user))
        doors = door_cards(homes, self.user, back=reverse("home"), cards=contact_cards(self.user))
        title = _("My households")
        asked, nothing = asked_to_contact(self.user, now=self.now), _("No household is assigned to you yet.")
        return Section("contact", title, "contact", 0, asked, nothing, {"doors": doors})

    def _member(self) -> Section:
        """Whoever is a joint-family member and holds no post: four large buttons, and before them what cannot wait."""
        number = ContactAssignment.objects.of_user(self.user).primary().count()
        waiting = passed_on(self.user).open().count()
        home = next(grant.grid for grant in self.grants if grant.role in CONTACT)
        on = next_briefing(home, timezone.localtime(self.now).date())
        day = date_format(on, "MONTH_DAY_FORMAT")
        extra = {
            "households": ngettext("%(count)s household", "%(count)s households", number) % {"count": number},
            "news": gettext("%(count)d on the way") % {"count": waiting} if waiting else gettext("Nothing is open"),
            "briefing": gettext("%(day)s, to print") % {"day": day},
        }
        cards = [*self._owed(), *asked_to_contact(self.user, now=self.now), *claims_to_confirm(self.user)]
        return Section("contact", _("My household contacts"), "member", len(cards), cards, "", extra)

    # -------------------------------------------------------------- review
    def _review(self) -> Section:
        grid = top_grid(self.user)
        period = named_period(Preset.LAST_QUARTER, timezone.localtime(self.now).date())
        frame = Frame(self.user, grid, period, self.now)
        streets = querysets.overdue_by_street(self.user, now=self.now)
        extra = {
            "frame": frame,
            "readings": readings(frame),
            "query": f"grid={frame.grid.code}&period={Preset.LAST_QUARTER.value}",
            "streets": streets,
            "red": number_format(sum(street["red"] for street in streets)),
        }
        return Section("review", _("Figures and red lights"), "review", 0, [], "", extra)
