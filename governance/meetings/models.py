"""Meetings of a community: the series, each meeting, who came, and what became of every item (domain.md M19, 3.6)."""

import secrets
from datetime import time

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.meetings.choices import (
    TEXT_LENGTH,
    AttendanceState,
    CheckInWay,
    HolidayPolicy,
    ItemDecision,
    ItemKind,
    MeetingKind,
    MeetingState,
)
from governance.meetings.querysets import AgendaQuerySet, AttendanceQuerySet, MeetingQuerySet
from grids.access.querysets import GridScopedQuerySet
from grids.common.clock import now
from grids.common.models import Versioned
from grids.common.privacy import C2, C3


def new_code() -> str:
    return secrets.token_urlsafe(16)


class MeetingSeries(Versioned):
    """A meeting that a community has every month: the joint-family briefing on the 5th (3.6 item 11)."""

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="meeting_series", verbose_name=_("community"))
    kind = models.CharField(_("kind"), max_length=15, choices=MeetingKind.choices, default=MeetingKind.BRIEFING)
    day = models.PositiveSmallIntegerField(_("day of the month"), default=5)
    holiday_policy = models.CharField(
        _("when this is no working day"),
        max_length=10,
        choices=HolidayPolicy.choices,
        default=HolidayPolicy.NEXT_WORKDAY,
    )
    starts_at = models.TimeField(_("time"), default=time(14, 30))
    place = models.CharField(pgettext_lazy("briefing", "place"), max_length=120, blank=True)

    data_classes = {C2: "grid kind day holiday_policy starts_at place"}

    objects = GridScopedQuerySet.as_manager()

    class Meta:
        verbose_name = _("series of meetings")
        verbose_name_plural = _("series of meetings")
        ordering = ["grid__code", "kind"]
        constraints = [
            models.UniqueConstraint(fields=["grid", "kind"], name="meeting_series_once"),
            models.CheckConstraint(condition=Q(day__gte=1, day__lte=31), name="meeting_series_day"),
        ]

    def __str__(self) -> str:
        return self.get_kind_display()


class Meeting(Versioned):
    """One meeting. ``state`` is changed by services only; ``month`` says which month of its series it is for."""

    series = models.ForeignKey(MeetingSeries, models.PROTECT, related_name="meetings", verbose_name=_("series"))
    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="meetings", verbose_name=_("community"))
    month = models.DateField(_("month"))
    planned_on = models.DateField(_("day"))
    starts_at = models.TimeField(_("time"), default=time(14, 30))
    place = models.CharField(pgettext_lazy("briefing", "place"), max_length=120, blank=True)
    state = models.CharField(
        _("state"), max_length=10, choices=MeetingState.choices, default=MeetingState.PLANNED, editable=False
    )
    # What the code on the wall stands for: whoever opens it in session is present.
    code = models.CharField(max_length=40, default=new_code, unique=True, editable=False)
    convened_at = models.DateTimeField(_("invitations sent"), null=True, editable=False)
    opened_at = models.DateTimeField(pgettext_lazy("briefing", "opened"), null=True, editable=False)
    held_at = models.DateTimeField(pgettext_lazy("briefing", "closed"), null=True, editable=False)
    change_reason = models.CharField(_("why moved or called off"), max_length=200, blank=True)
    minutes = models.TextField(_("minutes"), blank=True)
    public_minutes = models.TextField(_("public version"), blank=True)
    recorder = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("minutes written by"),
    )
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("minutes confirmed by"),
    )
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, editable=False)
    published_at = models.DateTimeField(_("published"), null=True, editable=False)

    data_classes = {
        C2: "series grid month planned_on starts_at place state code convened_at opened_at held_at change_reason "
        "public_minutes recorder confirmed_by confirmed_at published_at",
        C3: "minutes",
    }

    objects = MeetingQuerySet.as_manager()

    class Meta:
        verbose_name = _("meeting")
        verbose_name_plural = _("meetings")
        ordering = ["-planned_on", "-pk"]
        indexes = [models.Index(fields=["grid", "-planned_on"], name="meeting_by_grid")]
        constraints = [
            models.UniqueConstraint(fields=["series", "month"], name="meeting_once_a_month"),
            models.CheckConstraint(
                condition=Q(recorder__isnull=True) | Q(confirmed_by__isnull=True) | ~Q(recorder=F("confirmed_by")),
                name="meeting_recorder_never_confirms",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(change_reason=""), name="meeting_called_off_with_reason"
            ),
        ]

    def __str__(self) -> str:
        # The series is not asked: a list of meetings would read it row by row. All of them are briefings.
        return f"{MeetingKind.BRIEFING.label} {self.planned_on:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("governance:meeting-detail", args=[self.pk])


class Attendance(models.Model):
    """That a member was invited, and whether he came. Marked by the roll or by scanning the code."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="attendances", verbose_name=_("meeting"))
    member = models.ForeignKey(
        "residents.ContactMember", models.PROTECT, related_name="attendances", verbose_name=_("joint-family member")
    )
    state = models.CharField(
        _("attendance"), max_length=10, choices=AttendanceState.choices, default=AttendanceState.INVITED
    )
    way = models.CharField(pgettext_lazy("roll", "marked"), max_length=5, choices=CheckInWay.choices, blank=True)
    marked_at = models.DateTimeField(_("marked at"), null=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("marked by")
    )

    data_classes = {C2: "meeting state way marked_at marked_by", C3: "member"}

    objects = AttendanceQuerySet.as_manager()

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        ordering = ["meeting", "member"]
        constraints = [models.UniqueConstraint(fields=["meeting", "member"], name="attendance_once")]

    def __str__(self) -> str:
        return self.get_state_display()


class AgendaItem(Versioned):
    """One item: where it comes from, and how it closed. ``source_key`` keeps live data from being listed twice."""

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="agenda", verbose_name=_("meeting"))
    order = models.PositiveSmallIntegerField(_("place in the agenda"), default=0)
    kind = models.CharField(_("kind"), max_length=12, choices=ItemKind.choices)
    source_key = models.CharField(max_length=60, blank=True, editable=False)
    text = models.CharField(_("matter"), max_length=TEXT_LENGTH)
    member = models.ForeignKey(
        "residents.ContactMember",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("agenda", "brought by"),
    )
    household = models.ForeignKey(
        "residents.Household", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("household")
    )
    need = models.ForeignKey(
        "residents.HouseholdNeed", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("need")
    )
    decision = models.CharField(
        _("decision"), max_length=10, choices=ItemDecision.choices, default=ItemDecision.OPEN, editable=False
    )
    answer = models.CharField(_("answer"), max_length=TEXT_LENGTH, blank=True)
    affair = models.ForeignKey(
        "governance.Affair", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("affair")
    )
    carried_from = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="carried_to", editable=False
    )
    times_carried = models.PositiveSmallIntegerField(_("carried over"), default=0, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    decided_at = models.DateTimeField(_("decided"), null=True, editable=False)
    added_at = models.DateTimeField(default=now, editable=False)

    data_classes = {
        C2: "meeting order kind source_key decision affair carried_from times_carried decided_by decided_at added_at",
        C3: "text member household need answer",
    }

    objects = AgendaQuerySet.as_manager()

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda")
        ordering = ["meeting", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "source_key"], condition=~Q(source_key=""), name="agenda_item_once_per_source"
            ),
            models.CheckConstraint(
                condition=(Q(decision="open") & Q(decided_at__isnull=True))
                | (~Q(decision="open") & Q(decided_at__isnull=False)),
                name="agenda_item_decided_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(decision="affair") | Q(affair__isnull=False), name="agenda_item_affair_is_named"
            ),
        ]

    def __str__(self) -> str:
        return self.text[:40]
