"""Publishing a checklist: a new version from a day on; what was checked before stays as it was."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.common.clock import today
from grids.common.errors import Refused
from grids.common.locks import lock
from grids.trail.services import record
from grids.tree.choices import Level
from residents.rentals import rules
from residents.rentals.lines import Line, clean_lines
from residents.rentals.models import ChecklistItem, RentalChecklist


@transaction.atomic
def publish_checklist(
    district: Any,
    *,
    actor: Any,
    title_zh: str,
    lines: Iterable[Line],
    valid_from: date | None = None,
    title_en: str = "",
) -> RentalChecklist:
    """The next version for ``district``, from ``valid_from`` (default: today) on.

    Codes name the same item in every version, so that a red point stays the same red point. Raises ``Refused`` for
    anybody but the district's office, ``ValidationError`` for a list that is not whole.
    """
    if district.level != Level.DISTRICT or not actor.has_perm(Permission.MANAGE_GRIDS, district):
        raise Refused(rules.MAY_NOT_PUBLISH)
    day = valid_from or today()
    if day < today():
        raise ValidationError({"valid_from": _("A checklist holds from today or a later day on.")})
    if not title_zh.strip():
        raise ValidationError({"title_zh": _("Please enter the title.")})
    lock(f"rental-checklist:{district.code}")
    earlier = RentalChecklist.objects.holding_in(district)
    used = set(ChecklistItem.objects.filter(checklist__in=earlier).values_list("code", flat=True))
    cleaned = clean_lines(lines, used=used)
    checklist = RentalChecklist.objects.create(
        district=district,
        version=(earlier.aggregate(last=Max("version"))["last"] or 0) + 1,
        title_zh=title_zh.strip(),
        title_en=title_en.strip(),
        valid_from=day,
        published_by=actor,
    )
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            checklist=checklist,
            code=line.code,
            order=order,
            area=line.area,
            points=line.points,
            is_veto=line.is_veto,
            text_zh=line.text_zh,
            text_en=line.text_en,
        )
        for order, line in enumerate(cleaned, start=1)
    )
    changes = {"version": [None, checklist.version], "items": [0, len(cleaned)], "valid_from": [None, day]}
    record("rentalchecklist.publish", checklist, actor=actor, grid=district, changes=changes)
    return checklist
