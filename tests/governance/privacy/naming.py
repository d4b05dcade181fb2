"""Somebody's name and phone in every free text of the portal that his erasure reaches."""

import json
from datetime import timedelta
from uuid import uuid4

from governance.affairs.models import Affair, AffairStep
from governance.meetings.models import AgendaItem, Meeting, MeetingSeries
from governance.privacy.models import LegalHold
from grids.common.clock import now, today
from grids.exporting.models import Export, SavedLedger
from grids.jobs.services import store_file
from grids.notifications.models import Notification
from grids.places.models import Organisation, Place, Vessel
from residents.contacts.models import ContactAssignment, ContactHandover
from residents.importing.models import RosterImport
from residents.liaison.models import DoorNotice
from residents.offline.models import PhotoUpload, SyncItem
from residents.rentals.models import CheckFinding, RentalCheck, RentalFile
from residents.roster.models import Household
from residents.visits.models import CareLevelPlan, Encounter, EncounterPhoto, HouseholdNeed, NeedAnswer, VisitTask
from residents.volunteers.models import PartyMemberReport, ServiceCall, ServiceClaim
from tests.residents.importing.files import workbook
from tests.world import World

NAME, PHONE = "赵一", "13800000101"
TEXT = f"{NAME}，{PHONE}"
OTHERS = "李四也说了几句"


def name_him_everywhere(world: World) -> None:
    """Rows about his households, of his community, and of nobody in particular; what others said stands beside."""
    in_affairs(world)
    at_home(world)
    let_by_him(world)
    on_the_way(world)
    taken_away(world)
    helped(world)
    Household.objects.filter(pk=world.east_household.pk).update(note=TEXT)
    ContactAssignment.objects.filter(pk=world.east_contact.pk).update(exception_reason=TEXT)
    sheet = [{"key": "needs", "title": "诉求", "lines": [TEXT, OTHERS]}]
    ContactHandover.objects.create(
        household=world.east_household,
        from_assignment=world.east_contact,
        reason="rebalanced",
        note=TEXT,
        sheet=sheet,
        due_at=now(),
    )
    DoorNotice.objects.create(
        grid=world.west_grid, title=f"找{PHONE}", text=f"请打{PHONE}", until_on=today(), made_by=world.secretary
    )
    Organisation.objects.filter(pk=world.east_organisation.pk).update(contact_name=NAME, contact_phone=PHONE)
    Place.objects.filter(pk=world.east_place.pk).update(contact_name=NAME, contact_phone=PHONE)
    Vessel.objects.filter(pk=world.east_vessel.pk).update(phone=PHONE)
    LegalHold.objects.filter(pk=world.east_hold.pk).update(reason=TEXT, lifted_at=now(), lifted_by=world.secretary)


def in_affairs(world: World) -> None:
    closed = {"state": "closed", "category": "official", "closed_at": now()}
    near = Affair.objects.filter(pk=world.east_affair.pk)
    near.update(household=world.east_household, text=f"{TEXT}。{OTHERS}。", place=TEXT, result=TEXT, **closed)
    near.update(reporter_name=NAME, reporter_phone=PHONE)
    step = {"sequence": 1, "transition": "report", "to_state": "closed"}
    AffairStep.objects.create(affair=near.get(), note=TEXT, **step)
    # Of another home: nobody wrote his name, but his number.
    other = Affair.objects.create(
        number="AF-990106001001-20260106-0031",
        text=f"水管裂了，联系{PHONE}",
        grid=world.west_grid,
        source="desk",
        reporter_name="他人",
        reporter_phone=PHONE,
        **closed,
    )
    AffairStep.objects.create(affair=other, note=f"已打{PHONE}", **step)
    Meeting.objects.filter(pk=world.east_meeting.pk).update(
        place=TEXT, change_reason=TEXT, minutes=f"{TEXT}。{OTHERS}。", public_minutes=TEXT
    )
    MeetingSeries.objects.filter(pk=world.east_series.pk).update(place=TEXT)
    AgendaItem.objects.filter(pk=world.east_item.pk).update(text=TEXT, answer=TEXT)


def at_home(world: World) -> None:
    home, worker = world.east_household, world.east_worker
    visit = Encounter.objects.create(
        household=home, visitor=worker, note=TEXT, late_reason=TEXT, occurred_at=now() - timedelta(hours=1)
    )
    corrected = Encounter.objects.create(
        household=home, visitor=worker, replaces=visit, correction_reason=TEXT, person=world.east_person
    )
    EncounterPhoto.objects.create(
        encounter=corrected, slot=1, sha256="1" * 64, content=TEXT.encode(), width=1, height=1, taken_by=worker
    )
    need = HouseholdNeed.objects.create(encounter=visit, household=home, text=TEXT)
    NeedAnswer.objects.create(need=need, text=TEXT, answered_by=worker)
    VisitTask.objects.filter(pk=world.east_task.pk).update(
        note=TEXT, state="cancelled", cancelled_at=now(), cancel_reason=TEXT
    )
    CareLevelPlan.objects.filter(pk=world.east_careplan.pk).update(reason=TEXT)


def let_by_him(world: World) -> None:
    """He let his own dwelling, which is closed; and a second one, where nobody but the phone tells."""
    file = RentalFile.objects.create(
        dwelling=world.east_household.dwelling,
        number="RF-990106001001-00009",
        landlord_name=NAME,
        landlord_phone=PHONE,
        status="ended",
        opened_on=today() - timedelta(days=40),
        closed_on=today() - timedelta(days=30),
    )
    done = RentalCheck.objects.get(pk=world.east_rentalcheck.pk)
    check = RentalCheck.objects.create(
        file=file,
        due_on=today(),
        checklist=done.checklist,
        checked_at=now(),
        checked_by=world.east_worker,
        colour="green",
        note=TEXT,
    )
    CheckFinding.objects.create(rental_check=check, item=world.veto_item, finding="ok", note=TEXT)
    RentalFile.objects.create(
        dwelling=world.west_household.dwelling,
        number="RF-990106001001-00010",
        landlord_name="赵先生",
        landlord_phone=PHONE,
        status="ended",
        opened_on=today() - timedelta(days=40),
        closed_on=today() - timedelta(days=30),
    )


def on_the_way(world: World) -> None:
    """Held by a phone, an upload that nobody has read yet, and a photo without its visit."""
    item = SyncItem.objects.get(pk=world.east_held.pk)
    SyncItem.objects.filter(pk=item.pk).update(
        payload=json.dumps({"payload": {"note": TEXT}}), result=json.dumps({"mine": {"note": TEXT}}), decision=TEXT
    )
    PhotoUpload.objects.create(
        client_id=uuid4(),
        item=item.client_id,
        account=item.account,
        size=len(TEXT.encode()),
        sha256="2" * 64,
        state="complete",
        content=TEXT.encode(),
        width=1,
        height=1,
    )
    content = workbook([[NAME, "", PHONE, "户主", "1", "第一网格", "1", "1", "101"]])
    RosterImport.objects.create(
        owner=world.secretary,
        grid=world.community,
        state="uploaded",
        file=store_file(content, owner=world.secretary, name=f"{TEXT}.xlsx"),
        file_name=f"{TEXT}.xlsx",
        digest=json.dumps({"sheets": [TEXT]}, ensure_ascii=False),
    )


def taken_away(world: World) -> None:
    """An export that waits to be approved, one whose file waits to be fetched, a saved filter, a message."""
    Export.objects.filter(pk=world.east_export.pk).update(
        title=TEXT, path=f"/households/?q={PHONE}", words=TEXT, frame=json.dumps([TEXT]), reason=TEXT, remark=TEXT
    )
    content = workbook([[NAME, "", PHONE]])
    Export.objects.create(
        owner=world.east_worker,
        title="住户",
        path="/households/",
        kind="xlsx",
        rows=1,
        state="ready",
        file=store_file(content, owner=world.east_worker, name=f"{TEXT}.xlsx"),
        expires_at=now() + timedelta(hours=3),
    )
    SavedLedger.objects.filter(pk=world.east_ledger.pk).update(
        title=TEXT, query="q=%E8%B5%B5%E4%B8%80", unit=TEXT, period=TEXT, preparer=TEXT, reviewer=TEXT
    )
    Notification.objects.filter(pk=world.east_message.pk).update(values={"what": TEXT})


def helped(world: World) -> None:
    """He had reported to the community and claimed a wish of his own stair; a post gives his number."""
    over = {"over_at": now(), "end_reason": "moved", "state": "ended"}
    report = PartyMemberReport.objects.create(
        grid=world.grids["community"],
        person=world.east_person,
        employer=TEXT,
        refusal=TEXT,
        hours_a_month=2,
        consented_on=today(),
        **over,
    )
    offer = {"half_hours": 2, "until_on": today(), "published_by": world.secretary, "closed_at": now()}
    call = ServiceCall.objects.create(
        grid=world.east_grid,
        household=world.east_household,
        kind="wish",
        title=TEXT,
        text=f"{TEXT}。{OTHERS}。",
        state="withdrawn",
        **offer,
    )
    done = {"half_hours": 2, "done_on": today(), "finished_at": now(), "settled_at": now() + timedelta(seconds=1)}
    ServiceClaim.objects.create(call=call, report=report, state="refused", refusal=TEXT, **done)
    ServiceCall.objects.create(grid=world.west_grid, kind="post", title=f"找{PHONE}", state="expired", **offer)
