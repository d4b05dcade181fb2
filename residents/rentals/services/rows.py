"""What the services of the room share: locked rows, numbers without gaps."""

from datetime import date
from typing import Any

from django.conf import settings
from django.db.models import Max
from django.utils.translation import gettext as _

from grids.common.locks import lock
from grids.common.models import Versioned, advance
from residents.rentals.models import RectificationNotice, RentalFile
from residents.rentals.rules import Cycle


def cycle() -> Cycle:
    """Days until the next check by colour."""
    return settings.RENTAL_CYCLE_DAYS


def changed_meanwhile() -> str:
    return _("Somebody else changed this file meanwhile. Please open it again.")


def lock_file(file: RentalFile) -> RentalFile:
    """The file read anew with its place, locked until the transaction ends: everything about it takes this lock."""
    [locked] = RentalFile.objects.select_for_update(of=("self",)).with_place().filter(pk=file.pk)
    return locked


def rewrite(row: Versioned, **values: Any) -> None:
    """Change a row under the lock of its file: whatever version it has now is the right one."""
    advance(row, expected=row.version, reason=changed_meanwhile(), **values)


def next_file_number(grid_code: str, *, count: int = 1) -> list[str]:
    """The next ``count`` numbers of the community, RF-<community>-<nnnnn>; given out in the caller's transaction."""
    return _next(RentalFile, f"RF-{grid_code[:12]}-", 5, count)


def next_notice_number(grid_code: str, day: date) -> str:
    """RN-<community>-<year>-<nnnn>."""
    return _next(RectificationNotice, f"RN-{grid_code[:12]}-{day:%Y}-", 4, 1)[0]


def _next(model: Any, prefix: str, digits: int, count: int) -> list[str]:
    lock(f"rentals:{prefix}")
    last = model.objects.filter(number__startswith=prefix).aggregate(last=Max("number"))["last"]
    first = int(last.removeprefix(prefix)) + 1 if last else 1
    return [f"{prefix}{first + offset:0{digits}d}" for offset in range(count)]
