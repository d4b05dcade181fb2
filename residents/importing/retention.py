"""How long an import keeps what the file said: the plan 7 days, the record for the undo as long as it can be undone."""

from datetime import date, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from grids.common.privacy import C4
from grids.common.retention import RetentionRule, retention_rules, start_of
from residents.importing.models import ImportChunk, RosterImport
from residents.importing.rules import KEEP_FILE


def old_packets(on: date) -> QuerySet:
    """Planned and corrected rows of files older than a week, and undo records whose 24 hours are over."""
    moment = start_of(on)
    return ImportChunk.objects.over(made_before=moment - KEEP_FILE, moment=moment)


def drop_packets(packets: QuerySet, on: date, actor: Any) -> int:
    return packets.delete()[0]


def told_files(on: date) -> QuerySet:
    """Imports whose file is gone and which still tell what it was called and what stood over its columns."""
    old = RosterImport.objects.filter(created_at__lt=start_of(on) - KEEP_FILE - timedelta(days=1))
    return old.exclude(digest="", file_name="")


def forget_files(imports: QuerySet, on: date, actor: Any) -> int:
    return imports.update(digest="", file_name="")


retention_rules.register(
    RetentionRule(
        key="residents.import_rows",
        title=_("Rows of imported files"),
        data_class=C4,
        keeps=_("7 days after the upload; for the undo 24 hours after the import"),
        happens=_("The rows are deleted; counts and the trail stay."),
        due=old_packets,
        purge=drop_packets,
    )
)
retention_rules.register(
    RetentionRule(
        key="residents.import_files",
        title=_("Names and headings of imported files"),
        data_class=C4,
        keeps=_("8 days after the upload"),
        happens=_("They are emptied; that somebody imported stays."),
        due=told_files,
        purge=forget_files,
    )
)
