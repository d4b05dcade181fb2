"""The law of visits (domain.md 3.5), without a database."""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from grids.access.choices import Permission
from grids.common.decisions import Allowed, Decision, Denied
from grids.common.workdays import after_working_days
from residents.roster.care import check_review
from residents.roster.choices import CareKind
from residents.visits.choices import CareLevel, Channel, EncounterKind, Outcome, RemoteReason

# V2: a note of at least so many characters is substance.
SUBSTANCE_CHARACTERS = 10
# V4: how long after an effective visit the next one is due, by care level; "" is every other household.
ORDINARY_CYCLE = timedelta(days=180)
CYCLES: dict[str, timedelta] = {
    CareLevel.A: timedelta(days=7),
    CareLevel.B: timedelta(days=30),
    CareLevel.C: timedelta(days=90),
    "": ORDINARY_CYCLE,
}
# A household never visited is due so many working days after it moved in.
GRACE_WORKING_DAYS = 10
# Further back than this the calendar need not be asked: the grace is over, and counts as so many days.
GRACE_LOOKBACK = timedelta(days=60)
GRACE_LONG_OVER = timedelta(days=14)
# The care level that a care group suggests where no plan stands; the form of the plan shows this table. The highest
# of a household's present members counts; groups that are not named suggest none (domain.md 2.9, our own defaults).
SUGGESTED_LEVEL: dict[str, str] = {
    CareKind.DISABLED_ELDERLY: CareLevel.A,
    CareKind.SERIOUS_ILLNESS: CareLevel.A,
    CareKind.LIVING_ALONE: CareLevel.B,
    CareKind.SEVERE_DISABILITY: CareLevel.B,
    CareKind.BEREAVED_FAMILY: CareLevel.B,
    CareKind.DESTITUTE: CareLevel.B,
    CareKind.CHILD_IN_DIFFICULTY: CareLevel.B,
    CareKind.LEFT_BEHIND_CHILD: CareLevel.B,
    CareKind.EMPTY_NEST: CareLevel.C,
    CareKind.ADVANCED_AGE: CareLevel.C,
    CareKind.LOW_INCOME: CareLevel.C,
    CareKind.NEW_MOTHER: CareLevel.C,
}
# V2: after so many days on which nobody was met, the household is called instead.
ATTEMPTS_BEFORE_CALL = 3
# V6: one routine visit in so many days, unless the household asked for it.
ROUTINE_INTERVAL = timedelta(days=14)
# V9: how far back a visit may be dated.
BACKDATING_LIMIT = timedelta(hours=48)
# A phone's clock may be a little ahead of ours.
CLOCK_TOLERANCE = timedelta(minutes=5)
# An entry so soon after the visit is no delay.
AT_ONCE_MINUTES = 10
NOTE_MAXIMUM = 2000
REASON_MAXIMUM = 200
NEED_MAXIMUM = 500
NEEDS_MAXIMUM = 5


@dataclass(frozen=True)
class Visit:
    """What was noted at the door; ``occurred_at`` None is "just now", ``needs`` are what the household asked for."""

    kind: str = EncounterKind.ROUTINE
    channel: str = Channel.FACE
    outcome: str = Outcome.MET
    note: str = ""
    needs: tuple[str, ...] = ()
    occurred_at: datetime | None = None
    late_reason: str = ""
    person_id: int | None = None
    invited: bool = False
    remote_reason: str = ""

    @property
    def is_routine_at_door(self) -> bool:
        """What V6 counts: somebody stood at the door without being called, and disturbed the household."""
        return self.kind == EncounterKind.ROUTINE and self.channel == Channel.FACE and self.outcome != Outcome.NOT_HOME


def clean_visit(visit: Visit, *, now: datetime) -> Visit:
    """The visit without surplus blanks and with its moment. Raises ``ValidationError`` by field."""
    problems: dict[str, str] = {}
    for name, choices in (("kind", EncounterKind), ("channel", Channel), ("outcome", Outcome)):
        if getattr(visit, name) not in choices.values:
            problems[name] = _("Choose one of the list.")
    is_remote = visit.channel != Channel.FACE
    if is_remote and visit.remote_reason and visit.remote_reason not in RemoteReason.values:
        problems["remote_reason"] = _("Choose one of the list.")
    note, late_reason = visit.note.strip(), visit.late_reason.strip()
    needs = tuple(text.strip() for text in visit.needs if text.strip())
    if len(note) > NOTE_MAXIMUM:
        problems["note"] = _("At most %(count)d characters, please.") % {"count": NOTE_MAXIMUM}
    if len(needs) > NEEDS_MAXIMUM or any(len(text) > NEED_MAXIMUM for text in needs):
        problems["needs"] = _("At most %(count)d needs of %(length)d characters each, please.") % {
            "count": NEEDS_MAXIMUM,
            "length": NEED_MAXIMUM,
        }
    occurred_at = visit.occurred_at or now
    if occurred_at > now:
        if occurred_at - now > CLOCK_TOLERANCE:
            problems["occurred_at"] = _("The time of the visit lies in the future. Please check it.")
        occurred_at = now
    if problem := backdating_problem(occurred_at, late_reason, now=now):
        problems.update(problem)
    if visit.kind == EncounterKind.CONTACT and visit.channel == Channel.FACE:
        problems["channel"] = _("A remote contact is not made at the door. Choose phone, video or message.")
    if visit.outcome == Outcome.PROBLEM and not note and not needs:
        problems["note"] = _("Please write down what the problem is, or what the household needs.")
    if problems:
        raise ValidationError({name: [text] for name, text in problems.items()})
    # V1: what is not at the door and has no other purpose is a contact.
    kind = EncounterKind.CONTACT if is_remote and visit.kind == EncounterKind.ROUTINE else visit.kind
    return Visit(
        kind=str(kind),
        channel=str(visit.channel),
        outcome=str(visit.outcome),
        note=note,
        needs=needs,
        occurred_at=occurred_at,
        late_reason=late_reason if is_late(occurred_at, now=now) else "",
        person_id=visit.person_id,
        invited=visit.invited and kind == EncounterKind.ROUTINE,
        remote_reason=str(visit.remote_reason) if is_remote else "",
    )


def is_late(occurred_at: datetime, *, now: datetime) -> bool:
    """Entered on a later day than it happened."""
    return timezone.localtime(occurred_at).date() < timezone.localtime(now).date()


def backdating_problem(occurred_at: datetime, late_reason: str, *, now: datetime) -> dict[str, str]:
    """V9: on the same day freely, up to 48 hours back with a reason, never further. Empty when all is well."""
    if now - occurred_at > BACKDATING_LIMIT:
        return {
            "occurred_at": _(
                "A visit can be entered up to 48 hours afterwards. This one is older; tell your secretary."
            )
        }
    if is_late(occurred_at, now=now) and not late_reason:
        return {"late_reason": _("The visit was on an earlier day. Please write down why it is entered only now.")}
    return {}


def digest_of(visit: Visit, *, household_id: int, visitor_id: int | None, photos: Iterable[str] = ()) -> str:
    """What tells a repeated sending from another content under the same client id (promise P56).

    Taken before the moment is filled in: "just now" sent again is the same visit. ``photos`` are the digests of those
    sent along. What is not said is left out, so that digests of before these fields stay what they were.
    """
    content = {**asdict(visit), "household": household_id, "visitor": visitor_id, "photos": sorted(photos)}
    content = {name: value for name, value in content.items() if value or name not in _SAID_LATER}
    message = json.dumps(content, ensure_ascii=False, sort_keys=True, default=lambda moment: moment.isoformat())
    return hashlib.sha256(message.encode()).hexdigest()


_SAID_LATER = {"invited", "remote_reason", "photos"}


def has_substance(visit: Visit) -> bool:
    return bool(visit.needs) or visit.outcome == Outcome.CHANGED or len(visit.note) >= SUBSTANCE_CHARACTERS


def is_effective(visit: Visit) -> bool:
    """V2: met somebody face to face, with substance; a remote contact never is. See ``EncounterQuerySet.effective``."""
    return (
        visit.kind != EncounterKind.CONTACT
        and visit.channel == Channel.FACE
        and visit.outcome in Outcome.met_somebody()
        and has_substance(visit)
    )


def counts_from_afar(visit: Visit, *, household_away: bool) -> bool:
    """V3: a call counts for visit coverage at a household that is away or at sea, with that reason."""
    return (
        visit.channel != Channel.FACE
        and visit.outcome in Outcome.met_somebody()
        and household_away
        and visit.remote_reason in RemoteReason.of_absent()
    )


def is_attempt(visit: Visit) -> bool:
    """V2: somebody went there and met nobody."""
    return visit.channel == Channel.FACE and visit.outcome == Outcome.NOT_HOME


def is_reached_remotely(visit: Visit, *, attempts: int) -> bool:
    """V2, the rule of three: a call after attempts on three days reached the household, and is no effective visit."""
    return (
        visit.channel != Channel.FACE and visit.outcome in Outcome.met_somebody() and attempts >= ATTEMPTS_BEFORE_CALL
    )


# ------------------------------------------------------------------ when it is due
def suggested_level(kinds: Iterable[str]) -> str:
    """The care level that the care groups of a household's present members suggest, or ""."""
    return min((str(SUGGESTED_LEVEL[kind]) for kind in kinds if kind in SUGGESTED_LEVEL), default="")


def first_due(opened_on: date, *, today: date) -> datetime:
    """When a household that nobody visited yet is due: the grace after it moved in has passed (V4)."""
    if today - opened_on > GRACE_LOOKBACK:
        return datetime.combine(opened_on + GRACE_LONG_OVER, time(), UTC)
    moved_in = timezone.make_aware(datetime.combine(opened_on, time()))
    return after_working_days(moved_in, GRACE_WORKING_DAYS)


def next_due(last_at: datetime | None, *, level: str, opened_on: date, today: date) -> datetime:
    """V4: the last visit that counts plus the cycle. See ``querysets.with_due``, which says the same in SQL."""
    return first_due(opened_on, today=today) if last_at is None else last_at + CYCLES[level]


def is_due(next_due_at: datetime | None, *, now: datetime) -> bool:
    return next_due_at is None or next_due_at <= now


def is_rested(last_routine_at: datetime | None, *, now: datetime, level: str, next_due_at: datetime) -> bool:
    """V6 for the list of doors: no routine visit within 14 days, unless a care visit is due. See ``doors.to_go``."""
    rested = last_routine_at is None or last_routine_at <= now - ROUTINE_INTERVAL
    return rested or (bool(level) and is_due(next_due_at, now=now))


def midnight_before(now: datetime) -> datetime:
    """A door at which somebody was after this moment is done for today."""
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def too_soon(last_routine_at: datetime | None, *, now: datetime) -> bool:
    """V6: whether another routine visit would be the second within 14 days."""
    return last_routine_at is not None and abs(now - last_routine_at) < ROUTINE_INTERVAL


def too_soon_words(visitor: str, visited_at: datetime) -> str:
    """What somebody hears who wants to visit a household again too soon."""
    return _(
        "%(who)s was at this door on %(day)s. One routine visit in %(days)d days is enough, unless the household asked "
        "for you: then tick that it invited you."
    ) % {"who": visitor, "day": f"{timezone.localtime(visited_at):%Y-%m-%d}", "days": ROUTINE_INTERVAL.days}


# ------------------------------------------------------------------ care plans
def check_plan(level: str, *, reason: str, daily_phone: bool, review_on: date, today: date) -> None:
    """Raises ``ValidationError`` by field: a level of the list, a reason without diagnoses, a review within a year."""
    problems: dict[str, list[str]] = {}
    if level not in CareLevel.values:
        problems["level"] = [_("Choose one of the list.")]
    if not reason.strip():
        problems["reason"] = [_("Please write down what help is needed.")]
    elif len(reason) > REASON_MAXIMUM:
        problems["reason"] = [_("At most %(count)d characters, please.") % {"count": REASON_MAXIMUM}]
    elif warnings := wording_warnings(reason):
        problems["reason"] = warnings
    if daily_phone and level != CareLevel.A:
        problems["daily_phone"] = [_("The daily call belongs to level A.")]
    try:
        check_review(review_on, on=today)
    except ValidationError as problem:
        problems["review_on"] = problem.message_dict["review_on"]
    if problems:
        raise ValidationError(problems)


# ------------------------------------------------------------------ advice that blocks nothing

_LONG_NUMBER = re.compile(r"(?<!\d)(?:\d[ -]?){14}(?:(?:\d[ -]?){2,3}[\dXx]|\d)(?!\d)")
# Words of diagnoses, and labels that judge a person; neither belongs into a note about needs and facts.
_DIAGNOSES = (
    "艾滋", "HIV", "肝炎", "乙肝", "丙肝", "梅毒", "性病", "精神病", "精神分裂", "抑郁症", "躁郁", "癫痫", "癌", "肿瘤",
    "白血病", "尿毒症", "结核", "痴呆", "糖尿病", "高血压", "冠心病", "脑梗", "中风",
)  # fmt: skip
_LABELS = (
    "上访户", "老上访", "缠访", "闹访", "钉子户", "刁民", "邪教", "法轮", "反动", "政治不可靠", "思想有问题", "敌对",
    "吸毒", "劳改", "前科", "刑满释放", "精神不正常", "神经病", "懒汉", "无赖", "泼妇", "难缠",
)  # fmt: skip


def wording_warnings(text: str) -> list[str]:
    """V7: what does not belong into a note: identity numbers, diagnoses, labels for persons. Sentences, or none."""
    warnings = []
    if _LONG_NUMBER.search(text):
        warnings.append(_("The note holds a number as long as an identity number. Please take it out."))
    for words, sentence in (
        (_DIAGNOSES, _("The note names an illness (%(words)s). Write what help is needed instead.")),
        (_LABELS, _("The note judges a person (%(words)s). Write what happened instead.")),
    ):
        if found := [word for word in words if word.upper() in text.upper()]:
            warnings.append(sentence % {"words": _(", ").join(found)})
    return warnings


def words_to_watch() -> str:
    """The same for a script that warns while somebody types, as JSON: lists of words, each with its sentence."""
    illness = _("This may name an illness. Write what help is needed instead.")
    label = _("This may judge a person. Write what happened instead.")
    number = _("The note holds a number as long as an identity number. Please take it out.")
    watched = {"words": [[_DIAGNOSES, illness], [_LABELS, label]], "number": number}
    return json.dumps(watched, ensure_ascii=False)


# ------------------------------------------------------------------ who may
def may_log(user: Any, grid: Any, *, is_contact: bool, is_active: bool = True) -> Decision:
    """Whether ``user`` may log a visit to a household in ``grid``: who visits there, or the household's own contact."""
    if not is_active:
        return Denied(_("This household has moved away or was dissolved; there is nobody to visit."))
    if is_contact or user.has_perm(Permission.LOG_VISITS, grid):
        return Allowed()
    return Denied(_("Visits are logged by the grid's staff and by the household's contact."))


def may_enter_for(user: Any, member: Any, grid: Any) -> Decision:
    """Whether ``user`` enters what a member wrote on his sheet: whoever logs visits and keeps the roster there.

    ``grid`` is the household's, or the member's community. What he could enter by his own account he does himself.
    """
    if not (user.has_perm(Permission.LOG_VISITS, grid) and user.has_perm(Permission.EDIT_ROSTER, grid)):
        return Denied(_("Sheets of members are entered by those who log visits and keep the roster."))
    if not member.is_serving:
        return Denied(_("This member no longer contacts households."))
    return Allowed()


def may_correct(user: Any, encounter: Any, grid: Any) -> Decision:
    """V-rule of the house: only the visitor himself or the community secretary, and only the newest version."""
    if user.pk != encounter.visitor_id and not user.has_perm(Permission.ASSIGN_CONTACTS, grid):
        return Denied(_("Only the visitor or the community secretary may correct a visit."))
    return Allowed()


def may_answer(user: Any, grid: Any, *, is_contact: bool) -> Decision:
    """Who notes what a household was told about a need: who visits there, its contact, and the secretary."""
    if is_contact or user.has_perm(Permission.LOG_VISITS, grid) or user.has_perm(Permission.ASSIGN_CONTACTS, grid):
        return Allowed()
    return Denied(_("Needs are answered by those who visit there."))


def may_see_photos(user: Any, encounter: Any, grid: Any) -> Decision:
    """A photo may show what no mask covers: it is for the visitor, and for those who read names there."""
    if user.pk == encounter.visitor_id or (
        user.has_perm(Permission.VIEW_VISITS, grid) and user.has_perm(Permission.VIEW_NAMES, grid)
    ):
        return Allowed()
    return Denied(_("Photos of visits are for the visitor and the staff of the grid."))


def delay_words(occurred_at: datetime, recorded_at: datetime) -> str:
    """V9: how long after the visit it was entered: "26 h", "40 min"; "" within the first ten minutes."""
    minutes = int((recorded_at - occurred_at).total_seconds() // 60)
    if minutes < AT_ONCE_MINUTES:
        return ""
    if minutes < 120:
        return _("%(minutes)d min") % {"minutes": minutes}
    return _("%(hours)d h") % {"hours": minutes // 60}


def waiting_words(last_visited_at: datetime | None, *, today: date) -> str:
    """How long a household waits, as it stands on a door card: "Never visited", "Visited today", "32 days ago"."""
    if last_visited_at is None:
        return _("Never visited")
    days = (today - timezone.localtime(last_visited_at).date()).days
    if days <= 0:
        return _("Visited today")
    if days == 1:
        return _("Visited yesterday")
    return _("Last visit %(days)d days ago") % {"days": days}
