"""The agenda: filled from live data until the meeting begins, added to by people, closed item by item."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from governance.affairs.choices import Urgency
from governance.affairs.models import Affair
from governance.affairs.services import report
from governance.meetings import rules
from governance.meetings.choices import TEXT_LENGTH, ItemDecision, ItemKind
from governance.meetings.gathering import Matter, matters_of
from governance.meetings.models import AgendaItem, Meeting
from governance.meetings.notices import DECIDED
from governance.meetings.services.rows import changed_meanwhile, locked, locked_item
from grids.common.clock import now
from grids.common.errors import Refused
from grids.common.models import advance
from grids.notifications.services import notify
from grids.trail.services import record
from residents.contacts.models import ContactMember
from residents.visits.services import answer_need


def fill_agenda(meeting: Meeting) -> int:
    """Bring the agenda in step with live data; returns how many items are new.

    What is settled meanwhile goes, as long as nobody has decided on it; what people added stays. Called under the
    lock of the meeting, or while it is being made.
    """
    matters = {matter.source_key: matter for matter in matters_of(meeting)}
    known = {item.source_key: item for item in meeting.agenda.exclude(source_key="")}
    gone = [item.pk for key, item in known.items() if key not in matters and item.decision == ItemDecision.OPEN]
    AgendaItem.objects.filter(pk__in=gone).delete()
    for key, item in known.items():
        if key in matters and item.decision == ItemDecision.OPEN and item.text != matters[key].text:
            AgendaItem.objects.filter(pk=item.pk).update(text=matters[key].text)
    new = [matter for key, matter in matters.items() if key not in known]
    place = _last_place(meeting)
    rows = [_row(meeting, matter, place + number) for number, matter in enumerate(new, start=1)]
    AgendaItem.objects.bulk_create(rows)
    return len(rows)


def _row(meeting: Meeting, matter: Matter, order: int) -> AgendaItem:
    before = matter.carried_from
    return AgendaItem(
        meeting=meeting,
        order=order,
        kind=matter.kind,
        source_key=matter.source_key,
        text=matter.text,
        household_id=matter.household_id,
        need_id=matter.need_id,
        member_id=matter.member_id,
        carried_from=before,
        times_carried=before.times_carried + 1 if before else 0,
    )


def _last_place(meeting: Meeting) -> int:
    return meeting.agenda.aggregate(last=Max("order"))["last"] or 0


def refresh_agenda(meeting: Meeting, *, actor: Any) -> int:
    """Fill the agenda again by hand. Raises ``Refused`` once the meeting is over."""
    with transaction.atomic():
        meeting = locked(meeting)
        rules.may_add_item(actor, meeting).or_raise()
        new = fill_agenda(meeting)
        record("meeting.fill", meeting, actor=actor, grid=meeting.grid, changes={"items": [0, new]})
        return new


@transaction.atomic
def add_item(meeting: Meeting, *, actor: Any, text: str, member: ContactMember | None = None) -> AgendaItem:
    """A question or suggestion: of a member whom the desk names, or of the desk itself."""
    meeting = locked(meeting)
    rules.may_add_item(actor, meeting).or_raise()
    if member is not None and member.grid_id != meeting.grid_id:
        raise ValidationError({"member": _("Choose one of the list: this one does not exist or is not yours.")})
    return _added(meeting, text=text, member=member, actor=actor)


@transaction.atomic
def speak_up(meeting: Meeting, *, actor: Any, text: str) -> AgendaItem:
    """An invited member puts his own question on the agenda. Raises ``Refused`` for whoever was not invited."""
    meeting = locked(meeting)
    rules.may_speak_up(meeting).or_raise()
    invited = meeting.attendances.filter(member__user=actor).select_related("member").first()
    if invited is None:
        raise Refused(_("You are not invited to this briefing."))
    return _added(meeting, text=text, member=invited.member, actor=actor)


def _added(meeting: Meeting, *, text: str, member: ContactMember | None, actor: Any) -> AgendaItem:
    text = text.strip()
    if not text:
        raise ValidationError({"text": _("Write down what it is about.")})
    if len(text) > TEXT_LENGTH:
        raise ValidationError({"text": _("At most %(count)d characters, please.") % {"count": TEXT_LENGTH}})
    item = AgendaItem.objects.create(
        meeting=meeting, order=_last_place(meeting) + 1, kind=ItemKind.SUGGESTION, text=text, member=member
    )
    record(
        "meeting.add", item, actor=actor, grid=meeting.grid, changes={"member": [None, member.pk if member else None]}
    )
    return item


def decide(
    item: AgendaItem, *, actor: Any, version: int, decision: str, answer: str = "", place: str = "", urgency: str = ""
) -> AgendaItem:
    """Close an item: answered, becomes an affair (reported here and now), or carried over.

    A decision may be changed while the meeting is in session, except that an affair stays one. Raises ``Conflict``
    when somebody else decided at the same moment, ``ValidationError`` by field.
    """
    with transaction.atomic():
        meeting = locked(item.meeting)
        rules.may_decide(actor, meeting).or_raise()
        present = locked_item(item)
        if problems := rules.check_decision(decision, answer):
            raise ValidationError(problems)
        if present.affair_id is not None and decision != ItemDecision.AFFAIR:
            raise Refused(_("This item is an affair already; what became of it is told there."))
        affair = present.affair
        if decision == ItemDecision.AFFAIR and affair is None:
            affair = _affair_of(present, meeting, actor=actor, place=place, urgency=urgency)
        if decision == ItemDecision.ANSWERED and present.need is not None and not _settled(present.need):
            answer_need(present.need, actor=actor, text=answer)
        before = present.decision
        advance(
            present,
            expected=version,
            reason=changed_meanwhile(),
            decision=decision,
            answer=answer.strip(),
            affair=affair,
            decided_by=actor,
            decided_at=now(),
        )
        changes = {"decision": [before, decision], "affair": [None, affair.pk if affair else None]}
        record("meeting.decide", present, actor=actor, grid=meeting.grid, changes=changes)
        if present.member is not None and decision != ItemDecision.CARRIED:
            url = affair.get_absolute_url() if affair else ""
            notify([present.member.user], DECIDED, url=url, values={"matter": present.text[:40]})
        return present


def _settled(need: Any) -> bool:
    return hasattr(need, "answer") or hasattr(need, "affair")


def _affair_of(item: AgendaItem, meeting: Meeting, *, actor: Any, place: str, urgency: str) -> Affair:
    """The affair that an item becomes; with its need, so that the household's contact stays its spokesman."""
    need = item.need if item.need is not None and not _settled(item.need) else None
    words = {"text": item.text, "day": f"{meeting.planned_on:%Y-%m-%d}"}
    return report(
        actor=actor,
        grid=None if item.household else meeting.grid,
        household=item.household,
        need=need,
        text=_("%(text)s (brought to the briefing of %(day)s)") % words,
        place=place,
        urgency=urgency or Urgency.U3,
    )
