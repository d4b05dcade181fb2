"""What the services of meetings share: the lock, and what those hear who came too late."""

from django.utils.translation import gettext as _

from governance.meetings.models import AgendaItem, Meeting


def locked(meeting: Meeting) -> Meeting:
    """The meeting as it is now, locked until the transaction ends."""
    return Meeting.objects.select_for_update(of=("self",)).select_related("grid", "series").get(pk=meeting.pk)


def locked_item(item: AgendaItem) -> AgendaItem:
    """The item as it is now, locked; its meeting is locked by the caller before it."""
    rows = AgendaItem.objects.select_for_update(of=("self",)).select_related("member__user", "household")
    return rows.get(pk=item.pk)


def changed_meanwhile() -> str:
    return _("Somebody changed this meeting at the same moment. Look again, then decide.")
