"""The grid tree: one tree per district (performance.md 1), read by code, written only by services."""

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from mptt.models import MPTTModel, TreeForeignKey

from grids.access.choices import Permission
from grids.common.clock import now, today
from grids.common.codes import CODE_PATTERN, significant
from grids.common.fields import CodeField
from grids.common.models import Versioned
from grids.common.privacy import C1, C2
from grids.tree.choices import ChangeKind, ExclusiveType, GridStatus, Kind, Level
from grids.tree.querysets import GridManager


class Grid(MPTTModel, Versioned):
    """A district, street, community, grid or micro-grid. The code is unique, is never typed over and never reused."""

    parent = TreeForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("belongs to")
    )
    level = models.PositiveSmallIntegerField(_("level"), choices=Level.choices)
    kind = models.CharField(_("kind"), max_length=15, choices=Kind.choices, default=Kind.COMPREHENSIVE)
    exclusive_type = models.CharField(_("exclusive type"), max_length=20, choices=ExclusiveType.choices, blank=True)
    code = CodeField(
        _("code"),
        max_length=17,
        unique=True,
        validators=[RegexValidator(rf"^{CODE_PATTERN.pattern}$", _("A code has 12, 15 or 17 digits."))],
    )
    name_zh = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120, blank=True)
    status = models.CharField(_("status"), max_length=10, choices=GridStatus.choices, default=GridStatus.ACTIVE)
    valid_from = models.DateField(_("valid from"), default=today)
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    urban_rural = models.CharField(_("urban-rural class"), max_length=3, blank=True)
    is_demo_code = models.BooleanField(_("invented code"), default=False)
    boundary_note = models.TextField(_("boundary in words"), blank=True)

    data_classes = {
        C1: "parent level kind exclusive_type code name_zh name_en status valid_from valid_to urban_rural "
        "is_demo_code boundary_note",
        C2: "lft rght tree_id depth",
    }

    objects = GridManager()

    class MPTTMeta:
        # mptt's own name "level" is taken by the administrative level.
        level_attr = "depth"

    class Meta:
        verbose_name = _("grid")
        verbose_name_plural = _("grids")
        default_permissions = ()
        permissions = Permission.for_meta()
        # Written out so that Django migrates mptt's (tree_id, lft) index (stack.md 1a, surprise 1).
        indexes = ()
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "name_zh"],
                condition=Q(status__in=["proposed", "active", "frozen"]),
                name="grid_name_once_per_parent",
            ),
            models.UniqueConstraint(
                fields=["name_zh"],
                condition=Q(parent__isnull=True, status__in=["proposed", "active", "frozen"]),
                name="grid_name_once_per_root",
            ),
            models.CheckConstraint(
                condition=(Q(level=1, parent__isnull=True) | Q(level__gt=1, parent__isnull=False)),
                name="grid_root_is_district",
            ),
            models.CheckConstraint(
                condition=(Q(kind="exclusive") & ~Q(exclusive_type="")) | Q(kind="comprehensive", exclusive_type=""),
                name="grid_exclusive_has_type",
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True) | Q(valid_to__gte=F("valid_from")), name="grid_valid_dates"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language; Chinese where there is no English one."""
        if self.name_en and (get_language() or "").startswith("en"):
            return self.name_en
        return self.name_zh

    def get_absolute_url(self) -> str:
        return reverse("grids:grid-detail", args=[self.pk])

    @property
    def path(self) -> list[str]:
        """Names from the district down to the parent; read with ``with_path()`` it asks no database."""
        names = []
        above = self.parent
        while above is not None:
            names.append(above.name)
            above = above.parent
        return names[::-1]

    @property
    def prefix(self) -> str:
        """The digits that the codes of the whole subtree begin with."""
        return significant(self.code)

    @property
    def is_living(self) -> bool:
        return self.status in GridStatus.living()


class GridCode(models.Model):
    """Every code that was ever issued; a retired one still finds its grid and can never be issued again."""

    code = CodeField(_("code"), max_length=17, unique=True)
    grid = models.ForeignKey(Grid, models.PROTECT, related_name="codes")
    issued_on = models.DateField(_("issued on"), default=today)
    retired_on = models.DateField(_("retired on"), null=True, blank=True)

    data_classes = {C1: "code grid issued_on retired_on"}

    class Meta:
        verbose_name = _("issued code")
        verbose_name_plural = _("issued codes")
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["grid"], condition=Q(retired_on__isnull=True), name="grid_code_one_current")
        ]

    def __str__(self) -> str:
        return self.code


class GridChange(models.Model):
    """One step in the history of a grid: what it was, what it became, why."""

    grid = models.ForeignKey(Grid, models.PROTECT, related_name="changes")
    kind = models.CharField(_("change"), max_length=10, choices=ChangeKind.choices)
    at = models.DateTimeField(_("time"), default=now)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    before = models.JSONField(_("before"), default=dict)
    after = models.JSONField(_("after"), default=dict)
    reason = models.TextField(_("reason"), blank=True)

    data_classes = {C2: "grid kind at actor before after reason"}

    class Meta:
        verbose_name = _("change of a grid")
        verbose_name_plural = _("changes of grids")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.get_kind_display()
