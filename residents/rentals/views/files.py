"""The list of rental dwellings, the page of one file, and what is done with it."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from grids.access.choices import Permission
from grids.common.actions import Action, Crumb
from grids.common.chips import Chip, Tone, chip_of, risk_chip
from grids.common.clock import now, today
from grids.common.masks import mask_phone
from grids.common.views import DetailPage, ListPage
from residents.rentals import rules, services
from residents.rentals.choices import FileStatus, Finding
from residents.rentals.filters import RentalFileFilter, UnfiledFilter
from residents.rentals.models import FindingPhoto, RectificationNotice, RentalCheck, RentalFile
from residents.rentals.panels import rental_panels
from residents.rentals.querysets import let_dwellings
from residents.rentals.tables import RentalFileTable, UnfiledTable
from residents.rentals.views.common import OneFile, files_crumb
from residents.roster.models import Dwelling
from residents.roster.rules import may_reveal, shown_name

CHECKS_SHOWN = 12
REVEALED = "revealed_landlord"  # session key: whose phone may be shown once, and until when; never the phone itself


class RentalFileList(ListPage):
    """Every rental dwelling of one's grids; on the field member's phone the list of checks that are due."""

    permission = Permission.VIEW_RENTALS
    model = RentalFile
    table_class = RentalFileTable
    filterset_class = RentalFileFilter
    title = _("Rental dwellings")
    intro = _("What is due first comes first. The colour grades the dwelling, never the people in it.")
    unit = npgettext_lazy("number of", "rental dwelling", "rental dwellings")
    empty_title = _("No rental dwelling here")
    empty_text = _("A file is opened from the page of a household, or from the let dwellings without a file.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_place().with_tenants()

    def get_actions(self) -> list[Action]:
        return [
            Action(_("Let without a file"), reverse("residents:rentalfile-missing"), icon="folder-search"),
            Action(_("Checklist"), reverse("residents:rentalchecklist-list"), style="quiet", icon="list-checks"),
        ]


class UnfiledList(ListPage):
    """What is missing to 100 % of I38."""

    permission = Permission.VIEW_RENTALS
    model = Dwelling
    table_class = UnfiledTable
    filterset_class = UnfiledFilter
    title = _("Let without a file")
    intro = _("Dwellings that the roster calls let and that have no rental file yet.")
    unit = npgettext_lazy("number of", "dwelling", "dwellings")
    empty_title = _("Every let dwelling has its file")
    empty_text = _("What the roster calls let later on appears here.")

    def get_queryset(self) -> QuerySet:
        dwellings = let_dwellings(super().get_queryset()).filter(has_file=False)
        return dwellings.select_related("grid__parent", "unit__building").in_reading_order()

    def get_breadcrumb(self) -> list[Crumb]:
        return [files_crumb()]


class RentalFilePage(OneFile, DetailPage):
    """One file: colour, what is open, the notice, checks, history, tenants."""

    template_name = "residents/rentals/rentalfile_detail.html"
    panels = rental_panels

    def get_title(self) -> str:
        return self.door

    def get_breadcrumb(self) -> list[Crumb]:
        return [files_crumb()]

    def get_actions(self) -> list[Action]:
        user, file = self.request.user, self.object
        if not rules.may_inspect(user, file.grid) or file.status == FileStatus.ENDED:
            return []

        def action(label: Any, name: str, icon: str, style: str = "secondary", decision: Any = None) -> Action:
            url = reverse(f"residents:rentalfile-{name}", args=[file.pk])
            return Action(label, url, decision or rules.may_keep(user, file), style=style, icon=icon)

        actions = [action(_("Full check"), "check", "clipboard-check", "primary")]
        if self.last is not None and self.last.open_items:
            actions = [
                action(_("Re-check"), "recheck", "clipboard-check", "primary"),
                action(_("Full check"), "check", "clipboard-list"),
            ]
        actions.append(action(_("Edit"), "update", "pencil"))
        if file.status == FileStatus.ACTIVE:
            actions.append(action(_("Stands empty"), "vacant", "door-open", "quiet"))
        else:
            actions.append(action(_("Let again"), "relet", "key-round", "quiet"))
        return [*actions, action(_("No longer rented out"), "end", "archive", "quiet")]

    @property
    def last(self) -> RentalCheck | None:
        return next((check for check in self.checks if check.is_done), None)

    @property
    def checks(self) -> list[RentalCheck]:
        """The newest checks that were made."""
        if not hasattr(self, "_checks"):
            rows = self.object.checks.done().with_later().newest_first().select_related("checked_by", "checklist")
            self._checks = list(rows[:CHECKS_SHOWN])
        return self._checks

    def get_facts(self) -> list[tuple[Any, Any]]:
        user, file = self.request.user, self.object
        facts = [
            (_("File number"), file.number),
            (_("Landlord"), shown_name(user, file.grid, file.landlord_name)),
            (_("Rooms let"), file.rooms_let),
            (_("Grid"), file.grid.name),
            (_("Let since"), f"{file.opened_on:%Y-%m-%d}"),
            (_("Of this colour since"), f"{file.colour_since:%Y-%m-%d}" if file.colour_since else None),
            (_("Next check by"), f"{file.next_check_on:%Y-%m-%d}" if file.next_check_on else None),
        ]
        if file.closed_on:
            facts.append((_("File closed on"), f"{file.closed_on:%Y-%m-%d}"))
        return facts

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, file = self.request.user, self.object
        marks = [risk_chip(file.colour)]
        if file.status != FileStatus.ACTIVE:
            marks.append(chip_of(FileStatus, file.status))
        elif late := rules.due_chip(file.next_check_on, file.colour, on=today(), cycle=settings.RENTAL_CYCLE_DAYS):
            marks.append(late)
        notices = list(RectificationNotice.objects.filter(rental_check__file=file).select_related("rental_check"))
        for notice in notices:
            notice.rental_check.file = file
        return super().get_context_data(
            marks=marks,
            phone=self._phone(),
            open_findings=open_findings(self.last),
            last=self.last,
            notices=[self._notice(one) for one in notices],
            issue=self._issue(notices),
            checks=[check_line(check) for check in self.checks],
            colours=self._colours(),
            tenants=self._tenants(),
            may_keep=bool(rules.may_keep(user, file)),
            household=file.dwelling.households.active().first(),
            **context,
        )

    def _phone(self) -> dict[str, Any] | None:
        """The landlord's phone as this reader sees it: a mask, or the number once after a reveal."""
        file, user = self.object, self.request.user
        if not file.landlord_phone:
            return None
        grant = self.request.session.get(REVEALED)
        if grant and grant["file"] == file.pk:
            del self.request.session[REVEALED]
            if now().timestamp() <= grant["until"]:
                return {"plain": file.landlord_phone, "mask": "", "url": ""}
        may = may_reveal(user, file.grid)
        url = reverse("residents:rentalfile-reveal", args=[file.pk]) if may else ""
        return {"plain": "", "mask": mask_phone(file.landlord_phone), "url": url}

    def _notice(self, notice: RectificationNotice) -> dict[str, Any]:
        chip = Chip(_("Put right"), Tone.PLAIN)
        if notice.settled_on is None:
            late = (today() - notice.due_on).days
            chip = rules.overdue_chip(_now("%(days)d days late") % {"days": late}) if late > 0 else None
            chip = chip or Chip(_("Being put right"), Tone.ORANGE)
        may_serve = rules.may_serve(self.request.user, notice) if self._keeps else None
        serve = reverse("residents:rectificationnotice-serve", args=[notice.pk])
        return {
            "notice": notice,
            "chip": chip,
            "served": notice.get_served_how_display(),
            "serve_url": serve if may_serve else "",
        }

    @property
    def _keeps(self) -> bool:
        return bool(rules.may_inspect(self.request.user, self.object.grid))

    def _issue(self, notices: list[RectificationNotice]) -> Action | None:
        """The button of the notice, where the last check left something open and none was issued to it."""
        if not self._keeps or self.last is None or not self.last.open_items:
            return None
        has_notice = any(notice.rental_check_id == self.last.pk for notice in notices)
        if has_notice or not rules.may_issue(self.request.user, self.object, self.last, has_notice=False):
            return None
        url = reverse("residents:rectificationnotice-issue", args=[self.last.pk])
        return Action(_("Issue a rectification notice"), url, icon="file-pen")

    def _colours(self) -> list[dict[str, Any]]:
        changes = self.object.colour_changes.select_related("rental_check__checked_by")
        return [
            {
                "after": risk_chip(change.after),
                "before": risk_chip(change.before),
                "on": change.changed_on,
                "reason": change.reason,
                "who": change.rental_check.checked_by.get_full_name(),
                "url": change.rental_check.get_absolute_url(),
            }
            for change in changes
        ]

    def _tenants(self) -> list[dict[str, Any]] | None:
        """Present and lately gone tenants, for the registration duty; None for whoever may not see them."""
        file, user = self.object, self.request.user
        if not rules.sees_tenants(user, file.grid):
            return None
        here = set(services.living_at(file).values_list("pk", flat=True))
        return [
            {
                "tenancy": tenancy,
                "name": shown_name(user, file.grid, tenancy.person.name),
                "url": reverse("residents:person-detail", args=[tenancy.person_id]),
                "is_gone": tenancy.ends_on is None and tenancy.person_id not in here,
                "end_url": reverse("residents:tenancy-end", args=[tenancy.pk]) if tenancy.ends_on is None else "",
            }
            for tenancy in file.tenancies.select_related("person").order_by("ends_on", "-starts_on", "pk")
        ]


def open_findings(check: RentalCheck | None) -> list[Any]:
    """The findings that the check left open, with their item and the id of their photo."""
    if check is None or not check.open_items:
        return []
    rows = check.findings.filter(finding=Finding.OPEN).select_related("item")
    return with_photos(list(rows))


def with_photos(findings: list[Any]) -> list[Any]:
    """Give each finding its ``photo_url``, without reading the pictures."""
    rows = FindingPhoto.objects.filter(finding__in=findings).values_list("finding", "pk")
    urls = {finding: reverse("residents:rentalphoto-show", args=[pk]) for finding, pk in rows}
    for finding in findings:
        finding.photo_url = urls.get(finding.pk, "")
    return findings


def check_line(check: RentalCheck) -> dict[str, Any]:
    """A check in the list of a file."""
    return {
        "url": check.get_absolute_url(),
        "at": check.checked_at,
        "kind": check.get_kind_display(),
        "who": check.checked_by.get_full_name() if check.checked_by else "",
        "colour": risk_chip(check.colour),
        "state": rules.state_chip(check.state),
        "open_items": check.open_items,
        "points": check.points_open,
    }
