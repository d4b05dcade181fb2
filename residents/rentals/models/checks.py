"""Checks of a rental dwelling and what follows from them: findings, photos, colour changes, notices."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from grids.common.clock import now, today
from grids.common.fields import EncryptedBytesField
from grids.common.models import Versioned
from grids.common.privacy import C2, C3
from residents.rentals.choices import CheckKind, CheckState, Colour, Finding, ServedHow
from residents.rentals.models.checklists import ChecklistItem, RentalChecklist
from residents.rentals.models.files import RentalFile
from residents.rentals.querysets import FindingPhotoQuerySet, NoticeQuerySet, RentalCheckQuerySet
from residents.rentals.rules import state_of


class RentalCheck(Versioned):
    """A planned check, and later the same row as the check that was made; then the database refuses every change.

    A file that is kept has exactly one planned check. ``follows`` is the check whose open items a re-check looks at.
    """

    file = models.ForeignKey(RentalFile, models.PROTECT, related_name="checks", verbose_name=_("rental file"))
    kind = models.CharField(_("kind"), max_length=8, choices=CheckKind.choices, default=CheckKind.PLANNED)
    due_on = models.DateField(_("due on"))
    follows = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="followed_by", verbose_name=_("check before")
    )
    checklist = models.ForeignKey(
        RentalChecklist,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="checks",
        verbose_name=_("rental checklist"),
    )
    checked_at = models.DateTimeField(_("checked at"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=pgettext_lazy("rental", "checked by"),
    )
    colour = models.CharField(_("colour"), max_length=6, choices=Colour.choices, blank=True)
    points_open = models.PositiveSmallIntegerField(_("open points"), default=0)
    open_items = models.PositiveSmallIntegerField(_("open items"), default=0)
    note = models.CharField(_("note"), max_length=200, blank=True)

    data_classes = {
        C2: "file kind due_on follows checklist checked_at checked_by colour points_open open_items note",
    }

    # Whether another check was made after it; annotated by ``with_later()``.
    is_followed: bool

    objects = RentalCheckQuerySet.as_manager()

    class Meta:
        verbose_name = _("check of a rental dwelling")
        verbose_name_plural = _("checks of rental dwellings")
        ordering = ["-checked_at", "-pk"]
        indexes = [models.Index(fields=["checked_at"], name="rentalcheck_by_time")]
        constraints = [
            models.UniqueConstraint(
                fields=["file"], condition=Q(checked_at__isnull=True), name="rentalcheck_one_planned_per_file"
            ),
            models.CheckConstraint(
                condition=Q(checked_at__isnull=True, checked_by__isnull=True, checklist__isnull=True, colour="")
                | (
                    Q(checked_at__isnull=False, checked_by__isnull=False, checklist__isnull=False)
                    & Q(colour__in=["red", "yellow", "green"])
                ),
                name="rentalcheck_done_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(kind="planned", follows__isnull=True) | Q(kind="recheck", follows__isnull=False),
                name="rentalcheck_recheck_follows",
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_kind_display())

    def get_absolute_url(self) -> str:
        return reverse("residents:rentalcheck-detail", args=[self.pk])

    @property
    def is_done(self) -> bool:
        return self.checked_at is not None

    @property
    def state(self) -> CheckState:
        """Of checks read by ``with_later()``."""
        return state_of(is_done=self.is_done, open_items=self.open_items, is_followed=self.is_followed)


class CheckFinding(models.Model):
    """What was found at one item; ``carried``: taken over from the check before. Append-only (see migration)."""

    rental_check = models.ForeignKey(RentalCheck, models.PROTECT, related_name="findings", verbose_name=_("check"))
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="findings", verbose_name=_("item"))
    finding = models.CharField(_("finding"), max_length=4, choices=Finding.choices)
    note = models.CharField(_("note"), max_length=200, blank=True)
    carried = models.BooleanField(_("as before"), default=False)

    data_classes = {C2: "rental_check item finding note carried"}

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["rental_check", "item__order", "pk"]
        constraints = [models.UniqueConstraint(fields=["rental_check", "item"], name="checkfinding_once_per_item")]

    def __str__(self) -> str:
        return str(self.get_finding_display())


class FindingPhoto(models.Model):
    """A photo of one item of a check, encrypted, without position or camera data (pictures.py).

    ``finding`` is empty while the form is not sent yet: a photo is kept when another answer is missing, so that
    it need not be taken again; what nobody sends is deleted after a day (retention.py).
    """

    rental_check = models.ForeignKey(RentalCheck, models.PROTECT, related_name="photos", verbose_name=_("check"))
    item = models.ForeignKey(ChecklistItem, models.PROTECT, related_name="+", verbose_name=_("item"))
    finding = models.OneToOneField(
        CheckFinding, models.PROTECT, null=True, blank=True, related_name="photo", verbose_name=_("finding")
    )
    content = EncryptedBytesField(_("picture"))
    width = models.PositiveSmallIntegerField(_("width"))
    height = models.PositiveSmallIntegerField(_("height"))
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("photographed by")
    )
    added_at = models.DateTimeField(_("added at"), default=now)

    data_classes = {C2: "rental_check item finding width height taken_by added_at", C3: "content"}

    objects = FindingPhotoQuerySet.as_manager()

    class Meta:
        verbose_name = _("photo")
        verbose_name_plural = _("photos")
        ordering = ["rental_check", "item__order", "pk"]

    def __str__(self) -> str:
        return f"{self.width} x {self.height}"

    def get_absolute_url(self) -> str:
        return reverse("residents:rentalphoto-show", args=[self.pk])


class ColourChange(models.Model):
    """The dwelling got another colour by a check; ``before`` is empty at its first one. Append-only (see migration)."""

    file = models.ForeignKey(RentalFile, models.PROTECT, related_name="colour_changes", verbose_name=_("rental file"))
    rental_check = models.OneToOneField(
        RentalCheck, models.PROTECT, related_name="colour_change", verbose_name=_("check")
    )
    before = models.CharField(_("colour before"), max_length=6, choices=Colour.choices, blank=True)
    after = models.CharField(_("colour after"), max_length=6, choices=Colour.choices)
    changed_on = models.DateField(_("since"), default=today)
    # Codes of the items that are open now: "X1, E2".
    reason = models.CharField(_("open items"), max_length=200, blank=True)

    data_classes = {C2: "file rental_check before after changed_on reason"}

    class Meta:
        verbose_name = _("change of colour")
        verbose_name_plural = _("changes of colour")
        ordering = ["-pk"]
        constraints = [models.CheckConstraint(condition=~Q(before=F("after")), name="colourchange_changes")]

    def __str__(self) -> str:
        return f"{self.before} {self.after}"


class RectificationNotice(Versioned):
    """What the landlord has to put right by when; settled by the check that finds none of its items open."""

    rental_check = models.OneToOneField(RentalCheck, models.PROTECT, related_name="notice", verbose_name=_("check"))
    number = models.CharField(_("notice number"), max_length=30, unique=True)
    issued_on = models.DateField(pgettext_lazy("notice", "issued on"), default=today)
    issued_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("issued by")
    )
    due_on = models.DateField(_("to be put right by"))
    served_on = models.DateField(_("served on"), null=True, blank=True)
    served_how = models.CharField(_("how it was served"), max_length=10, choices=ServedHow.choices, blank=True)
    settled_on = models.DateField(_("settled on"), null=True, blank=True)
    settled_by = models.ForeignKey(
        RentalCheck, models.PROTECT, null=True, blank=True, related_name="settles", verbose_name=_("settled by check")
    )

    data_classes = {C2: "rental_check number issued_on issued_by due_on served_on served_how settled_on settled_by"}

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = _("rectification notice")
        verbose_name_plural = _("rectification notices")
        ordering = ["-issued_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(served_on__isnull=True, served_how="") | (Q(served_on__isnull=False) & ~Q(served_how="")),
                name="notice_served_is_whole",
            ),
            models.CheckConstraint(
                condition=Q(settled_on__isnull=True, settled_by__isnull=True)
                | Q(settled_on__isnull=False, settled_by__isnull=False),
                name="notice_settled_is_whole",
            ),
            models.CheckConstraint(condition=Q(due_on__gt=F("issued_on")), name="notice_dates"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("residents:rectificationnotice-print", args=[self.pk])
