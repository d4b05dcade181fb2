"""Affairs, their timeline, and the visible rules that suggest a category (domain.md 3.1, M24)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.affairs.choices import (
    AffairOutcome,
    AffairState,
    Category,
    Rating,
    Source,
    Tier,
    Urgency,
    VerifyMethod,
)
from governance.affairs.querysets import AffairQuerySet
from grids.common.clock import now
from grids.common.fields import EncryptedField
from grids.common.models import Stamped, Versioned
from grids.common.privacy import C1, C2, C3

# The published list has 24 lines, 8 + 8 + 8 (domain.md 3.1.7); deployments may add to it.
LINES_PER_CATEGORY = 8


class ClassificationRule(Stamped):
    """One line of the diversion responsibility list (三事分流责任清单); its words suggest, a human decides."""

    category = models.CharField(_("category"), max_length=15, choices=Category.choices)
    number = models.PositiveSmallIntegerField(_("number"))
    name_zh = models.CharField(_("name"), max_length=80)
    name_en = models.CharField(_("English name"), max_length=120)
    keywords = models.CharField(_("words that suggest it"), max_length=300, blank=True)
    tier = models.PositiveSmallIntegerField(_("usual lead"), choices=Tier.choices)
    urgency = models.CharField(_("urgency"), max_length=2, choices=Urgency.choices, default=Urgency.U3)
    active = models.BooleanField(_("in use"), default=True)

    data_classes = {C1: "category number name_zh name_en keywords tier urgency active"}

    class Meta:
        verbose_name = _("classification rule")
        verbose_name_plural = _("diversion responsibility list")
        ordering = ["category", "number"]
        constraints = [models.UniqueConstraint(fields=["category", "number"], name="classification_rule_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return self.name_en if (get_language() or "").startswith("en") else self.name_zh

    @property
    def place(self) -> int:
        """The place in the whole list, 1 to 24: eight official, eight collaborative, eight family lines."""
        return Category.decided().index(Category(self.category)) * LINES_PER_CATEGORY + self.number


class Affair(Versioned):
    """Anything reported that needs an answer. ``state`` is changed by ``services.transition`` and nowhere else."""

    number = models.CharField(_("number"), max_length=40, unique=True)
    # The reporter's key is shown once; only its HMAC is kept (promises P41).
    tracking_index = models.CharField(max_length=64, unique=True, null=True, editable=False)
    # Made by the form: the same report sent twice is filed once.
    client_id = models.UUIDField(unique=True, null=True, editable=False)
    text = models.TextField(_("what happened"))
    place = models.CharField(_("where exactly"), max_length=200, blank=True)
    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="affairs", verbose_name=_("grid"))
    household = models.ForeignKey(
        "residents.Household",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="affairs",
        verbose_name=_("household"),
    )
    need = models.OneToOneField(
        "residents.HouseholdNeed",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="affair",
        verbose_name=_("need"),
    )
    source = models.CharField(_("source"), max_length=15, choices=Source.choices)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="reported_affairs",
        verbose_name=_("reported by"),
    )
    agent = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="spoken_for_affairs",
        verbose_name=_("spokesman"),
    )
    reporter_name = models.CharField(_("resident's name"), max_length=60, blank=True)
    reporter_phone = EncryptedField(_("resident's phone"), blank=True)

    state = models.CharField(
        _("state"), max_length=15, choices=AffairState.choices, default=AffairState.REPORTED, editable=False
    )
    category = models.CharField(
        _("category"), max_length=15, choices=Category.choices, default=Category.UNCLASSIFIED, editable=False
    )
    rule = models.ForeignKey(
        ClassificationRule, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("suggested by")
    )
    urgency = models.CharField(_("urgency"), max_length=2, choices=Urgency.choices, default=Urgency.U3)
    tier = models.PositiveSmallIntegerField(_("lead tier"), choices=Tier.choices, null=True, editable=False)
    lead_grid = models.ForeignKey(
        "grids.Grid",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="led_affairs",
        verbose_name=_("lead unit"),
        editable=False,
    )
    handler = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="handled_affairs",
        verbose_name=_("handler"),
        editable=False,
    )
    dispatcher = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("dispatched by"),
        editable=False,
    )
    verifier = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", editable=False
    )
    result = models.TextField(_("result"), blank=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=15, choices=AffairOutcome.choices, blank=True, editable=False)
    verify_method = models.CharField(
        _("verified by"), max_length=10, choices=VerifyMethod.choices, blank=True, editable=False
    )
    rating = models.PositiveSmallIntegerField(_("evaluation"), choices=Rating.choices, null=True, editable=False)
    cycle = models.PositiveSmallIntegerField(default=1, editable=False)
    # The deadline of the clock that runs in the present state; made by governance/worktime.
    due_at = models.DateTimeField(_("due"), null=True, editable=False)
    # The deadline of handling (clock D), kept for "on time".
    handle_due_at = models.DateTimeField(_("to be handled by"), null=True, editable=False)

    reported_at = models.DateTimeField(_("reported"), default=now, editable=False)
    accepted_at = models.DateTimeField(_("accepted"), null=True, editable=False)
    classified_at = models.DateTimeField(_("classified"), null=True, editable=False)
    dispatched_at = models.DateTimeField(_("dispatched"), null=True, editable=False)
    taken_at = models.DateTimeField(_("taken"), null=True, editable=False)
    submitted_at = models.DateTimeField(_("result submitted"), null=True, editable=False)
    verified_at = models.DateTimeField(_("verified"), null=True, editable=False)
    closed_at = models.DateTimeField(_("closed"), null=True, editable=False)

    data_classes = {
        C2: "number tracking_index client_id text place grid source reporter agent state category rule "
        "urgency tier lead_grid handler dispatcher verifier result outcome verify_method rating cycle "
        "due_at handle_due_at reported_at accepted_at classified_at dispatched_at taken_at "
        "submitted_at verified_at closed_at",
        C3: "household need reporter_name reporter_phone",
    }

    objects = AffairQuerySet.as_manager()

    class Meta:
        verbose_name = _("affair")
        verbose_name_plural = pgettext_lazy("plural", "affairs")
        ordering = ["-reported_at", "-pk"]
        indexes = [
            models.Index(fields=["grid", "-reported_at"], name="affair_by_grid"),
            models.Index(fields=["state", "due_at"], name="affair_by_state"),
            models.Index(fields=["handler", "state"], name="affair_by_handler"),
            models.Index(fields=["-reported_at", "-id"], name="affair_by_time"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(verifier=models.F("handler")) | Q(handler__isnull=True) | Q(verifier__isnull=True),
                name="affair_handler_never_verifies",
            ),
            models.CheckConstraint(
                condition=(Q(state="closed") & Q(closed_at__isnull=False)) | (~Q(state="closed") & Q(closed_at=None)),
                name="affair_closed_has_time",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["reported", "accepted"]) | ~Q(category="unclassified"),
                name="affair_category_after_classification",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("governance:affair-detail", args=[self.pk])


class AffairStep(models.Model):
    """One line of the timeline: who did what when. The database refuses to change or delete it (see migration)."""

    affair = models.ForeignKey(Affair, models.PROTECT, related_name="steps", verbose_name=_("affair"))
    sequence = models.PositiveIntegerField()
    transition = models.CharField(_("step"), max_length=20)
    from_state = models.CharField(max_length=15, blank=True)
    to_state = models.CharField(max_length=15, choices=AffairState.choices)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    actor_name = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(_("time"), default=now)
    note = models.TextField(_("note"), blank=True)
    payload = models.JSONField(default=dict)
    on_time = models.BooleanField(null=True)

    data_classes = {C2: "affair sequence transition from_state to_state actor actor_name at note payload on_time"}

    class Meta:
        verbose_name = _("step of an affair")
        verbose_name_plural = _("timeline")
        ordering = ["affair", "sequence"]
        constraints = [models.UniqueConstraint(fields=["affair", "sequence"], name="affair_step_once")]

    def __str__(self) -> str:
        return self.transition


class AffairCounter(models.Model):
    """The last number given out in a community on a day (AF-<community>-<yyyymmdd>-<nnnn>)."""

    community_code = models.CharField(max_length=12)
    day = models.DateField()
    last = models.PositiveIntegerField(default=0)

    data_classes = {C2: "community_code day last"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["community_code", "day"], name="affair_counter_once")]

    def __str__(self) -> str:
        return f"{self.community_code} {self.day}"
