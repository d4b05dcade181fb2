"""What is looked at in a rental dwelling: published versions that never change (domain.md M42)."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from grids.common.clock import now
from grids.common.privacy import C1, C2
from residents.rentals.choices import Area
from residents.rentals.querysets import ChecklistQuerySet
from residents.rentals.rules import Item


def in_readers_language(chinese: str, english: str) -> str:
    """The English text for English readers where there is one; Chinese is the legal text."""
    return english if english and (get_language() or "").startswith("en") else chinese


class RentalChecklist(models.Model):
    """One published version. ``district`` None: it ships with the portal and holds wherever there is no own one.

    Published versions are never changed (the database refuses it): old checks read as they were made.
    """

    district = models.ForeignKey(
        "grids.Grid",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="rental_checklists",
        verbose_name=_("district"),
    )
    version = models.PositiveSmallIntegerField(_("version"))
    title_zh = models.CharField(_("title"), max_length=80)
    title_en = models.CharField(_("English title"), max_length=120, blank=True)
    valid_from = models.DateField(_("valid from"))
    published_at = models.DateTimeField(_("published at"), default=now)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("published by"),
    )

    data_classes = {C1: "district version title_zh title_en valid_from published_at", C2: "published_by"}

    objects = ChecklistQuerySet.as_manager()

    class Meta:
        verbose_name = _("rental checklist")
        verbose_name_plural = _("rental checklists")
        ordering = ["-valid_from", "-version", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["district", "version"], name="rentalchecklist_version_once_per_district"),
            models.UniqueConstraint(
                fields=["version"], condition=Q(district__isnull=True), name="rentalchecklist_version_once_shipped"
            ),
        ]

    def __str__(self) -> str:
        return _("%(title)s, version %(version)s") % {"title": self.title, "version": self.version}

    def get_absolute_url(self) -> str:
        return reverse("residents:rentalchecklist-detail", args=[self.pk])

    @property
    def title(self) -> str:
        return in_readers_language(self.title_zh, self.title_en)


class ChecklistItem(models.Model):
    """One line of a version. ``code`` tells which line it is across versions."""

    checklist = models.ForeignKey(
        RentalChecklist, models.PROTECT, related_name="items", verbose_name=_("rental checklist")
    )
    code = models.CharField(_("code"), max_length=6)
    order = models.PositiveSmallIntegerField(_("order in lists"))
    area = models.CharField(_("area"), max_length=12, choices=Area.choices)
    text_zh = models.CharField(_("what must be so"), max_length=200)
    text_en = models.CharField(_("the same in English"), max_length=300, blank=True)
    points = models.PositiveSmallIntegerField(_("points"))
    is_veto = models.BooleanField(_("red at once"), default=False)

    data_classes = {C1: "checklist code order area text_zh text_en points is_veto"}

    class Meta:
        verbose_name = _("item of a checklist")
        verbose_name_plural = _("items of checklists")
        ordering = ["checklist", "order", "pk"]
        constraints = [models.UniqueConstraint(fields=["checklist", "code"], name="checklistitem_code_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    @property
    def text(self) -> str:
        return in_readers_language(self.text_zh, self.text_en)

    def as_rule(self) -> Item:
        """The item as ``rules`` sees it."""
        return Item(self.pk, self.code, self.points, self.is_veto)
