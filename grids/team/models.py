"""Who serves on the grids: staff, and the dated posts that they hold (domain.md M09, M12)."""

from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Role
from grids.common.clock import today
from grids.common.models import Versioned
from grids.common.privacy import C2, C3
from grids.team.choices import Education, Employment, PostState
from grids.team.querysets import PostQuerySet, StaffQuerySet

POST_ROLES = [(role.value, role.label) for role in Role if role not in Role.by_registration()]


class StaffProfile(Versioned):
    """A person who serves; counted once however many posts he holds. Apart from his account and from the roster."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="staff_profile",
        verbose_name=_("account"),
    )
    home = models.ForeignKey("grids.Grid", models.PROTECT, related_name="home_staff", verbose_name=_("entered for"))
    name = models.CharField(_("name"), max_length=60)
    employment = models.CharField(_("employment"), max_length=10, choices=Employment.choices)
    work_phone = models.CharField(_("duty phone"), max_length=20, blank=True)
    hired_on = models.DateField(_("serving since"), null=True, blank=True)
    birth_date = models.DateField(_("birth date"), null=True, blank=True)
    education = models.CharField(_("education"), max_length=2, choices=Education.choices, blank=True)

    data_classes = {C2: "user home name employment hired_on", C3: "work_phone birth_date education"}

    objects = StaffQuerySet.as_manager()

    class Meta:
        verbose_name = _("member of staff")
        verbose_name_plural = _("staff")
        ordering = ["home__code", "name", "pk"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("grids:staff-detail", args=[self.pk])


class Post(Versioned):
    """An office on a grid from one day to another. The account's rights follow the dates (grids/team/services.py).

    On ``ends_on`` the post is held no more; a planned one that never began ends on the day it was to start.
    """

    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="posts", verbose_name=_("grid"))
    role = models.CharField(_("post"), max_length=20, choices=POST_ROLES)
    staff = models.ForeignKey(StaffProfile, models.PROTECT, related_name="posts", verbose_name=_("member of staff"))
    primary = models.BooleanField(_("main post"), default=True)
    starts_on = models.DateField(_("from"), default=today)
    ends_on = models.DateField(_("ended on"), null=True, blank=True)
    end_reason = models.CharField(_("reason for ending"), max_length=200, blank=True)

    data_classes = {C2: "grid role staff primary starts_on ends_on end_reason"}

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["grid__code", "role", "starts_on", "pk"]
        indexes = [models.Index(fields=["grid", "role"], name="post_by_grid")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="post_dates"
            ),
            models.UniqueConstraint(
                fields=["grid"],
                condition=Q(role=Role.GRID_LEADER, ends_on__isnull=True),
                name="post_one_leader_per_grid",
            ),
            models.UniqueConstraint(
                fields=["staff"],
                condition=Q(role=Role.FULL_TIME, primary=True, ends_on__isnull=True),
                name="post_one_primary_grid",
            ),
            models.UniqueConstraint(
                fields=["grid", "role", "staff"], condition=Q(ends_on__isnull=True), name="post_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}"

    @property
    def source(self) -> str:
        """What the role grant of this post names as its source."""
        return f"post:{self.pk}"

    def state_on(self, day: date) -> PostState:
        if self.ends_on is not None and self.ends_on <= max(day, self.starts_on):
            return PostState.ENDED
        if self.starts_on > day:
            return PostState.PLANNED
        return PostState.ACTIVE

    @property
    def state(self) -> PostState:
        return self.state_on(today())
