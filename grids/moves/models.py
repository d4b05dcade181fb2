"""A request to move somebody to another grid, with its decision (domain.md M09; 3.8: a secretary requests, the security
administrator grants).
"""

from collections import Counter

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.models import Versioned
from grids.common.privacy import C2
from grids.moves.choices import MoveState
from grids.moves.querysets import StaffMoveQuerySet
from grids.team.models import Post, StaffProfile


class StaffMove(Versioned):
    """``post`` is to end and the same post to begin on ``to_grid``, both on ``starts_on``; never deleted.

    ``items`` are what goes to ``successor``, as ``[[key of the part, key of the row], ...]`` (grids/moves/parts.py):
    keys only, so that whoever decides needs no power over people or affairs. ``loses`` and ``gains`` are households,
    counted when it was asked for and again when it was agreed.
    """

    # The same as the post's, so that the database can see that somebody has one request at a time.
    staff = models.ForeignKey(
        StaffProfile, models.PROTECT, related_name="moves", verbose_name=_("member of staff"), editable=False
    )
    post = models.ForeignKey(Post, models.PROTECT, related_name="moves", verbose_name=_("post"))
    to_grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="moves_here", verbose_name=_("new grid"))
    starts_on = models.DateField(_("from"))
    successor = models.ForeignKey(
        StaffProfile, models.PROTECT, null=True, blank=True, related_name="taken_over", verbose_name=_("successor")
    )
    items = models.JSONField(_("handed on"), default=list)
    loses = models.PositiveIntegerField(_("households no longer seen"), default=0)
    gains = models.PositiveIntegerField(_("households newly seen"), default=0)
    state = models.CharField(_("status"), max_length=10, choices=MoveState.choices, default=MoveState.WAITING)
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    asked_at = models.DateTimeField(_("asked at"), default=now)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_at = models.DateTimeField(_("decided at"), null=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    new_post = models.OneToOneField(
        Post, models.PROTECT, null=True, related_name="made_by_move", verbose_name=_("new post")
    )

    data_classes = {
        C2: "staff post to_grid starts_on successor items loses gains state asked_by asked_at decided_by decided_at "
        "remark new_post"
    }

    objects = StaffMoveQuerySet.as_manager()

    class Meta:
        verbose_name = _("move of staff")
        verbose_name_plural = _("moves of staff")
        ordering = ["-asked_at", "-pk"]
        indexes = [models.Index(fields=["state", "-asked_at"], name="staffmove_by_state")]
        constraints = [
            models.UniqueConstraint(
                fields=["staff"], condition=Q(state=MoveState.WAITING), name="staffmove_one_waiting"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="staffmove_is_decided_by_a_second_person",
            ),
            models.CheckConstraint(
                condition=Q(successor__isnull=True) | ~Q(successor=F("staff")), name="staffmove_successor_is_another"
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(name)s to %(grid)s") % {"name": self.staff.name, "grid": self.to_grid.name}

    def get_absolute_url(self) -> str:
        return reverse("grids:staffmove-detail", args=[self.pk])

    @property
    def numbers(self) -> Counter[str]:
        """How many things of each part are handed on."""
        return Counter(key for key, _row in self.items)

    def handed(self, part: str) -> list[int]:
        """The keys of the rows of ``part`` that are handed on."""
        return [row for key, row in self.items if key == part]
