"""What the services of the rental files do, refuse, and write into the trail."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from grids.common.clock import now, stopped_at, today
from grids.common.errors import Conflict, Refused, StaleVersion
from grids.trail.models import AuditEntry
from residents.rentals import services
from residents.rentals.choices import CheckKind, CheckState, Colour, FileStatus, Finding, ServedHow, TenancyEnd
from residents.rentals.lines import Line
from residents.rentals.models import (
    CheckFinding,
    ChecklistItem,
    ColourChange,
    FindingPhoto,
    RectificationNotice,
    RentalCheck,
    RentalChecklist,
    RentalFile,
    Tenancy,
)
from residents.rentals.services.checking import checklist_for
from residents.roster.choices import DwellingUse, EndReason, Relation
from residents.roster.models import Dwelling
from residents.roster.services import (
    add_household,
    add_person,
    change_household,
    close_household,
    move_away,
    move_within,
    record_death,
    split_household,
)
from tests.residents.rentals.inspecting import check, given, open_one, photo_of, planned, recheck
from tests.world import World


def acts(*names: str) -> int:
    return AuditEntry.objects.filter(act__in=names).count()


def use_of(file: RentalFile) -> str:
    return Dwelling.objects.get(pk=file.dwelling_id).use


# ------------------------------------------------------------------ the file
def test_opening_a_file_says_that_the_dwelling_is_let_and_plans_the_first_check(world: World):
    file = open_one(world)
    assert use_of(file) == DwellingUse.LET
    assert file.number == "RF-990106001001-00002"
    assert (file.colour, file.next_check_on) == ("", today() + timedelta(days=7))
    assert planned(file).due_on == file.next_check_on
    assert acts("rentalfile.open", "dwelling.use") == 2
    with pytest.raises(Conflict):
        open_one(world)


def test_who_keeps_files(world: World):
    for name in ("auditor", "street_desk", "liaison", "west_worker", "foreign_worker", "district_office", "stranger"):
        with pytest.raises(Refused):
            open_one(world, actor=name)
    assert RentalFile.objects.filter(dwelling=world.east_household.dwelling).count() == 0
    for name in ("secretary", "desk_worker", "leader", "east_worker"):
        file = open_one(world, actor=name)
        services.end_file(file, actor=world.users[name], version=file.version)


def test_the_landlords_phone_is_stored_encrypted_and_shown_for_a_purpose(world: World, django_assert_num_queries):
    file = open_one(world)
    with transaction.atomic(), pytest.raises(Refused):
        services.reveal_landlord(file, actor=world.auditor, purpose="contact")
    assert services.reveal_landlord(file, actor=world.east_worker, purpose="contact") == "13900000888"
    entry = AuditEntry.objects.get(act="rentalfile.reveal")
    assert (entry.reason, entry.actor) == ("contact", world.east_worker)
    assert "13900000888" not in str(list(AuditEntry.objects.values_list("changes", flat=True)))
    stored = RentalFile.objects.filter(pk=file.pk).extra(select={"raw": "landlord_phone"}).values_list("raw", flat=True)
    assert "13900000888" not in str(list(stored))


def test_changing_a_file_needs_the_version_it_was_read_in(world: World):
    file = open_one(world)
    values = {"landlord_name": "李房东", "landlord_phone": "", "rooms_let": 2}
    services.change_file(file, actor=world.east_worker, version=1, **values)
    assert (file.landlord_name, file.rooms_let) == ("李房东", 2)
    with pytest.raises(StaleVersion):
        services.change_file(RentalFile.objects.get(pk=file.pk), actor=world.leader, version=1, **values)


def test_an_empty_dwelling_waits_and_is_due_when_it_is_let_again(world: World):
    file = world.east_rental
    services.mark_vacant(file, actor=world.east_worker, version=file.version)
    assert not file.tenancies.active().exists()
    later = now() + timedelta(days=60)
    with stopped_at(later):
        assert not RentalFile.objects.overdue(on=today()).filter(pk=file.pk).exists()
        with pytest.raises(Refused):
            services.mark_vacant(file, actor=world.east_worker, version=file.version)
        services.let_again(file, actor=world.east_worker, version=file.version)
        assert file.next_check_on == planned(file).due_on == today()


def test_closing_a_file_gives_the_dwelling_its_use_back(world: World):
    file = open_one(world)
    photo_of(planned(file), "X1", world.east_worker)
    services.end_file(file, actor=world.east_worker, version=file.version)
    assert (file.status, use_of(file), file.next_check_on) == (FileStatus.ENDED, DwellingUse.OWN, None)
    assert not file.checks.planned().exists()
    with pytest.raises(Refused):
        services.end_file(file, actor=world.east_worker, version=file.version)
    again = open_one(world)
    assert again.pk != file.pk
    rental = world.east_rental
    services.end_file(rental, actor=world.leader, version=rental.version)
    assert rental.tenancies.get().end_reason == TenancyEnd.FILE_ENDED


def test_the_use_of_a_dwelling_goes_by_its_file_and_by_who_lives_there(world: World):
    file, home, desk = open_one(world), world.east_household, world.secretary
    home.refresh_from_db()
    with transaction.atomic(), pytest.raises(ValidationError) as caught:
        change_household(home, actor=desk, version=home.version, use=DwellingUse.OWN)
    assert set(caught.value.message_dict) == {"use"}
    close_household(home, actor=desk, reason=EndReason.MOVED_OUT)
    services.end_file(file, actor=desk, version=file.version)
    assert use_of(file) == DwellingUse.VACANT
    door = {"building": home.dwelling.unit.building.name, "unit": home.dwelling.unit.name, "room": home.dwelling.room}
    again = add_household(actor=desk, grid=home.dwelling.grid, head={"name": "新户"}, **door)
    assert (again.dwelling_id, use_of(file)) == (file.dwelling_id, DwellingUse.OWN)
    change_household(again, actor=desk, version=again.version, use=DwellingUse.LET)
    assert use_of(file) == DwellingUse.LET


def test_whoever_leaves_the_door_rents_there_no_longer(world: World):
    """One of several, the dead, a household that moves: their six months begin; to part at one door changes nothing."""
    desk, home = world.secretary, world.east_household
    file = open_one(world)
    lodgers = [
        add_person(home, actor=desk, relation=Relation.NOT_RELATED, name=f"租客{one}", starts_on=today()).person
        for one in "甲乙丙丁"
    ]
    tenancies = [services.add_tenant(file, person, actor=desk) for person in (*lodgers, world.east_person)]
    alone, dead, moving, parting, _head = (tenancy.person.residencies.get() for tenancy in tenancies)

    def renting() -> list[bool]:
        return [Tenancy.objects.active().filter(pk=tenancy.pk).exists() for tenancy in tenancies]

    split_household(home, actor=desk, relations={parting.pk: Relation.HEAD})
    assert renting() == [True] * 5
    move_away(alone, actor=desk)
    record_death(dead.person, actor=desk, on=today())
    assert renting() == [False, False, True, True, True]
    door = {"grid": world.east_micro, "building": "9幢", "unit": "1", "room": "901"}
    move_within(moving.person, actor=desk, door=door)
    assert renting() == [False, False, False, True, True]
    entry = AuditEntry.objects.filter(act="tenancy.end").latest("pk")
    assert (entry.actor, entry.object_id) == (desk, str(tenancies[2].pk))
    home.refresh_from_db()
    move_within(home, actor=desk, door=door | {"room": "902"})
    assert renting() == [False, False, False, True, False]
    assert Tenancy.objects.get(pk=tenancies[4].pk).ends_on == today()


# ------------------------------------------------------------------ checks
def test_a_blocked_escape_window_turns_the_file_red_at_once(world: World):
    """Domain M42, acceptance."""
    file = open_one(world)
    first = check(file, world.east_worker, open_codes="X1 E2", note="防盗窗焊死")
    file.refresh_from_db()
    assert (file.colour, file.colour_since) == (Colour.RED, today())
    assert (first.points_open, first.open_items) == (25, 2)
    assert file.next_check_on == today() + timedelta(days=7)
    follow_up = planned(file)
    assert (follow_up.kind, follow_up.follows, follow_up.due_on) == (CheckKind.RECHECK, first, file.next_check_on)
    change = file.colour_changes.get()
    assert (change.before, change.after, change.reason) == ("", "red", "E2, X1")
    entry = AuditEntry.objects.get(act="rentalcheck.record")
    assert entry.changes["colour"] == ["", "red"]
    assert entry.changes["open_items"] == ["", "E2, X1"]


def test_a_recheck_with_photo_leads_to_yellow_and_then_to_green(world: World):
    """Domain M42, acceptance."""
    file = open_one(world)
    check(file, world.east_worker, open_codes="X1 E2")
    with pytest.raises(ValidationError) as problem:
        recheck(file, world.east_worker, open_codes="E2")
    veto = checklist_for(file).items.get(code="X1")
    assert list(problem.value.message_dict) == [f"photo_{veto.pk}"]
    assert RentalFile.objects.get(pk=file.pk).colour == Colour.RED

    with stopped_at(now() + timedelta(days=3)):
        yellow = recheck(file, world.east_worker, open_codes="E2", photos="X1")
    file.refresh_from_db()
    assert (file.colour, yellow.open_items) == (Colour.YELLOW, 1)
    assert yellow.findings.filter(carried=True).count() == 16
    assert yellow.findings.get(item=veto).photo.taken_by == world.east_worker
    with stopped_at(now() + timedelta(days=20)):
        green = recheck(file, world.leader)
        file.refresh_from_db()
        assert (file.colour, file.next_check_on) == (Colour.GREEN, today() + timedelta(days=90))
    assert (planned(file).kind, planned(file).follows) == (CheckKind.PLANNED, None)
    assert list(file.colour_changes.order_by("pk").values_list("before", "after")) == [
        ("", "red"),
        ("red", "yellow"),
        ("yellow", "green"),
    ]
    states = [row.state for row in file.checks.done().with_later().newest_first()]
    assert states == [CheckState.DONE, CheckState.RECHECKED, CheckState.RECHECKED]
    assert green.follows == yellow
    with pytest.raises(Refused):
        recheck(file, world.leader)


def test_a_full_check_does_not_get_around_the_photo(world: World):
    file = world.east_rental
    with pytest.raises(ValidationError):
        check(file, world.east_worker)
    check(file, world.east_worker, photos="X1")
    assert RentalFile.objects.get(pk=file.pk).colour == Colour.GREEN


def test_a_photo_of_somebody_else_or_of_another_item_settles_nothing(world: World):
    file = world.east_rental
    row = planned(file)
    foreign, other = photo_of(row, "X1", world.leader), photo_of(row, "E1", world.east_worker)
    for photo in (foreign, other, world.foreign_photo, world.east_photo):
        with pytest.raises(ValidationError):
            services.record_recheck(
                row, actor=world.east_worker, version=row.version, answers=given(file, photos={"X1": photo})
            )
    photo = photo_of(row, "X1", world.east_worker)
    services.record_recheck(
        row, actor=world.east_worker, version=row.version, answers=given(file, photos={"X1": photo})
    )
    # What was photographed and not used goes at once.
    assert not FindingPhoto.objects.filter(finding__isnull=True).exists()


def test_the_second_inspector_hears_who_was_faster(world: World):
    file = world.east_rental
    row, stale = planned(file), planned(file)
    answers = given(file, open_codes="X1")
    services.record_check(row, actor=world.leader, version=row.version, answers=answers)
    with pytest.raises(Conflict, match="郑网格长"):
        services.record_check(stale, actor=world.east_worker, version=stale.version, answers=answers)
    with pytest.raises(Conflict):
        services.record_check(planned(file), actor=world.east_worker, version=7, answers=answers)
    assert file.checks.done().count() == 2


def test_who_checks(world: World):
    for name in ("auditor", "street_desk", "liaison", "west_worker", "foreign_worker", "stranger"):
        with pytest.raises(Refused):
            check(world.east_rental, world.users[name], open_codes="X1")
    check(world.east_rental, world.secretary, open_codes="X1")


def test_what_was_found_can_never_be_changed_or_deleted(world: World):
    rows = {
        RentalCheck: world.east_rentalcheck.pk,
        CheckFinding: world.east_rentalcheck.findings.first().pk,
        ColourChange: world.east_rental.colour_changes.get().pk,
        RentalChecklist: world.checklist.pk,
        ChecklistItem: world.veto_item.pk,
    }
    harmless = {
        RentalCheck: {"note": "x"},
        CheckFinding: {"note": "x"},
        ColourChange: {"reason": "x"},
        RentalChecklist: {"title_zh": "x"},
        ChecklistItem: {"points": 1},
    }
    for model, pk in rows.items():
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.filter(pk=pk).update(**harmless[model])
        with pytest.raises(DatabaseError), transaction.atomic():
            model.objects.filter(pk=pk)._raw_delete("default")
    # A planned check may still move.
    assert world.east_rental.checks.planned().update(due_on=today()) == 1


# ------------------------------------------------------------------ notices
def test_a_notice_is_issued_served_and_settled(world: World):
    file = open_one(world)
    first = check(file, world.east_worker, open_codes="X1 E2")
    with pytest.raises(Refused):
        services.issue_notice(first, actor=world.auditor)
    notice = services.issue_notice(first, actor=world.east_worker)
    assert (notice.number, notice.due_on) == (f"RN-990106001001-{today():%Y}-0002", today() + timedelta(days=7))
    with pytest.raises(Refused):
        services.issue_notice(first, actor=world.east_worker)
    services.serve_notice(notice, actor=world.east_worker, version=1, how=ServedHow.HAND)
    with pytest.raises(Refused):
        services.serve_notice(notice, actor=world.leader, version=2, how=ServedHow.POST)
    recheck(file, world.east_worker, open_codes="E2", photos="X1")
    notice.refresh_from_db()
    assert notice.settled_on is None
    settling = recheck(file, world.east_worker)
    notice.refresh_from_db()
    assert (notice.settled_on, notice.settled_by) == (today(), settling)
    assert acts("rectificationnotice.issue", "rectificationnotice.serve", "rectificationnotice.settle") == 3
    with pytest.raises(Conflict):
        services.issue_notice(first, actor=world.east_worker)
    with pytest.raises(Refused):
        services.issue_notice(settling, actor=world.east_worker)


def test_a_new_item_leaves_the_old_notice_to_its_own_items(world: World):
    """The notice asks for X1; that E2 is wrong by now is the business of the next one."""
    check(world.east_rental, world.east_worker, open_codes="E2", photos="X1")
    assert RectificationNotice.objects.get(pk=world.east_notice.pk).settled_on == today()


# ------------------------------------------------------------------ tenants
def test_tenants_are_persons_of_the_roster_at_this_door(world: World):
    file = open_one(world)
    with pytest.raises(ValidationError):
        services.add_tenant(file, world.west_person, actor=world.east_worker)
    with pytest.raises(Refused):
        services.add_tenant(file, world.east_person, actor=world.auditor)
    tenancy = services.add_tenant(file, world.east_person, actor=world.east_worker)
    with pytest.raises(Conflict):
        services.add_tenant(file, world.east_person, actor=world.east_worker)
    services.end_tenant(tenancy, actor=world.east_worker, version=tenancy.version)
    with pytest.raises(Conflict):
        services.end_tenant(tenancy, actor=world.east_worker, version=tenancy.version)
    assert acts("tenancy.add", "tenancy.end") == 2


def test_a_household_that_leaves_rents_no_longer(world: World):
    close_household(world.east_other_household, actor=world.east_worker, reason=EndReason.MOVED_OUT)
    world.east_tenancy.refresh_from_db()
    assert world.east_tenancy.ends_on == today()


# ------------------------------------------------------------------ the checklist
def lines_of(checklist: RentalChecklist) -> list[Line]:
    return [
        Line(item.area, item.text_zh, item.points, item.is_veto, item.text_en, item.code)
        for item in checklist.items.all()
    ]


def test_a_new_version_holds_from_its_day_in_its_district_and_changes_no_old_check(world: World):
    with pytest.raises(Refused):
        services.publish_checklist(
            world.district, actor=world.secretary, title_zh="新版", lines=lines_of(world.checklist)
        )
    with pytest.raises(Refused):
        services.publish_checklist(
            world.foreign_district, actor=world.district_office, title_zh="新版", lines=lines_of(world.checklist)
        )
    lines = [line for line in lines_of(world.checklist) if line.code != "E2"]
    lines.append(Line("escape", "楼梯扶手牢固", 5))
    new = services.publish_checklist(
        world.district,
        actor=world.district_office,
        title_zh="东明区清单",
        lines=lines,
        valid_from=today() + timedelta(days=1),
    )
    assert new.version == 2
    assert "X4" in {item.code for item in new.items.all()}
    assert checklist_for(world.east_rental) == world.checklist
    with stopped_at(now() + timedelta(days=1)):
        assert checklist_for(world.east_rental) == new
        assert checklist_for(world.foreign_rental) == world.checklist
        # A re-check goes on by the list of the check before; a red point is the same red point in both versions.
        again = recheck(world.east_rental, world.east_worker, open_codes="X1")
        assert again.checklist == world.checklist
        with pytest.raises(ValidationError):
            check(world.east_rental, world.east_worker)
        full = check(world.east_rental, world.east_worker, photos="X1")
    assert full.checklist == new
    assert world.east_rentalcheck.findings.count() == 18
    assert world.east_rentalcheck.findings.filter(finding=Finding.OPEN).count() == 1
