"""Copy and erasure reach every column that may say something about somebody, or a table says why not (P39)."""

import json

import pytest
from django.core import serializers
from django.db import DatabaseError, connection, models, transaction
from django.test.utils import CaptureQueriesContext

from governance.affairs.models import Affair, AffairStep
from governance.privacy import services
from governance.privacy.models import SubjectRequest
from governance.privacy.reports import data_copy
from governance.privacy.services.erasing import OVERWRITTEN
from grids.common.clock import today
from grids.common.errors import Conflict, Refused
from grids.common.privacy import C1, C2, class_of, classified_fields, is_encrypted, is_open, own_models
from grids.exporting.models import Export, SavedLedger
from grids.jobs.models import StoredFile
from grids.jobs.worker import run_pending
from residents.contacts.models import ContactExemption, ContactMember
from residents.importing.choices import ImportState
from residents.importing.models import RosterImport
from residents.importing.services import start_import
from residents.importing.services.steps import advance
from residents.liaison.models import DoorNotice
from residents.offline.models import PhotoUpload, SyncItem
from residents.rentals.models import RentalFile
from residents.roster.free_texts import is_named, words_of
from residents.roster.models import Person, Residency
from residents.roster.services import end_residency
from residents.roster.subjects import subject_sources
from tests.governance.privacy.naming import NAME, OTHERS, PHONE, TEXT, name_him_everywhere
from tests.residents.importing.files import workbook
from tests.world import World

NOBODYS = "dates and codes of a row whose person and words are gone; figures are counted from them"
DOOR = "where a dwelling lies, whoever lives in it"
CODE = "written by the program: codes, numbers and keys, or a digest from which nothing is read"
STAFF = "about those who work here, whose data is no resident's"
TRAIL = "the proof of who did what: it cannot be changed, and holds keys in place of names (docs/privacy.md)"
# What no erasure touches, and why not. Keys that lead to other rows need no reason: they say nothing by themselves.
KEPT = {
    "grids.AuditEntry": {TRAIL: "actor_name role act object_type object_id changes reason request_id address"},
    "grids.Export": {CODE: "area sha256"},
    "grids.GridChange": {"how grids were divided; speaks of grids": "before after reason"},
    "grids.Job": {CODE: "kind key ticket title language payload phase result message holder token"},
    "grids.Notification": {CODE: "kind url key"},
    "grids.Post": {STAFF: "end_reason"},
    "grids.RoleGrant": {CODE: "source"},
    "grids.SavedLedger": {CODE: "path"},
    "grids.StaffMove": {STAFF: "items remark"},
    "grids.StaffProfile": {STAFF: "name work_phone birth_date education"},
    "grids.StoredFile": {CODE: "sha256"},
    "grids.TrailHead": {CODE: "digest"},
    "grids.TrailSeal": {CODE: "key_id digest"},
    "grids.User": {STAFF: "password username display_name phone"},
    "grids.Vessel": {"of the vessel, not of its crew": "name registration_no home_port berth berth_key radio"},
    "residents.Absence": {NOBODYS: "starts_on expected_back_on ended_on"},
    "residents.CareLevelPlan": {NOBODYS: "level daily_phone starts_on review_on ended_on end_reason"},
    "residents.CareTag": {NOBODYS: "kind basis starts_on review_on"},
    "residents.ColourChange": {CODE: "reason"},
    "residents.ConsentRecord": {CODE: "notice_version"},
    "residents.ContactExemption": {NOBODYS: "starts_on"},
    "residents.ContactMember": {NOBODYS: "party_status"},
    "residents.Dwelling": {DOOR: "floor room use sort_key"},
    "residents.Encounter": {NOBODYS: "household_away", CODE: "payload_digest"},
    "residents.EncounterPhoto": {CODE: "sha256"},
    "residents.FindingPhoto": {"shows an item of the dwelling; goes after three years by itself": "content"},
    "residents.HeadingMemory": {"headings of columns, never rows": "heading field"},
    "residents.Headship": {NOBODYS: "starts_on ends_on"},
    "residents.ImportChunk": {CODE: "counts"},
    "residents.PhotoUpload": {CODE: "sha256"},
    "residents.RectificationNotice": {CODE: "number"},
    "residents.RentalFile": {CODE: "number"},
    "residents.Residency": {
        NOBODYS: "kind relation is_head starts_on ends_on end_reason start_reason hukou_here registered_on "
        "expected_leave_on"
    },
    "residents.RosterImport": {CODE: "kind columns fingerprint message"},
    "residents.ServiceCall": {CODE: "code_index"},
    "residents.Stay": {NOBODYS: "starts_on ends_on"},
    "residents.SyncItem": {CODE: "kind digest"},
    "residents.Tenancy": {"the whole row is deleted": "starts_on ends_on end_reason"},
    "residents.VesselCrew": {NOBODYS: "role starts_on ends_on"},
    "residents.VisitTask": {CODE: "source_key told_keys"},
    "governance.Affair": {CODE: "number tracking_index"},
    "governance.AffairCounter": {CODE: "community_code"},
    "governance.AffairStep": {STAFF: "actor_name", CODE: "transition from_state payload"},
    "governance.AgendaItem": {CODE: "source_key"},
    "governance.Meeting": {CODE: "code"},
    "governance.RetentionRun": {CODE: "rule"},
    "governance.SubjectRequest": {"what the person was told; goes three years after the answer": "reason"},
}


def is_about_somebody(field: models.Field) -> bool:
    """Whether a value of the column may tell of somebody: all that is personal, and every free text."""
    if field.is_relation or class_of(field) == C1:
        return False
    return class_of(field) != C2 or is_open(field) or is_encrypted(field)


def about_somebody() -> dict[str, models.Field]:
    fields = [(model, field) for model in own_models() for field in classified_fields(model)]
    return {f"{model._meta.label}.{field.name}": field for model, field in fields if is_about_somebody(field)}


def reached_by_rooms() -> set[str]:
    return set().union(*(source.reached() for source in subject_sources))


def kept() -> set[str]:
    return {f"{label}.{name}" for label, why in KEPT.items() for names in why.values() for name in names.split()}


# ------------------------------------------------------------------ the list
def test_every_column_is_reached_or_says_why_not() -> None:
    """Declare a new one in ``<room>/subjects.py`` (``texts`` or ``reaches``), or give its reason in ``KEPT``."""
    overwritten = {f"{label}.{name}" for label, names in OVERWRITTEN.items() for name in names}
    forgotten = set(about_somebody()) - reached_by_rooms() - overwritten - kept()
    assert not forgotten, "\n".join(sorted(forgotten))


def test_the_table_and_the_rooms_name_columns_that_exist_and_once() -> None:
    columns = {f"{model._meta.label}.{field.name}" for model in own_models() for field in classified_fields(model)}
    overwritten = {f"{label}.{name}" for label, names in OVERWRITTEN.items() for name in names}
    assert (kept() | reached_by_rooms() | overwritten) <= columns
    assert not kept() & (reached_by_rooms() | overwritten), "reached and kept at the same time"
    assert kept() <= set(about_somebody()), "needs no reason"


# ------------------------------------------------------------------ the erasure
@pytest.fixture
def named(world: World) -> SubjectRequest:
    """The request of somebody who moved away and is named in every free text that there is."""
    residency = Residency.objects.get(person=world.east_person)
    end_residency(residency, actor=world.secretary, reason="moved_out", on=today())
    name_him_everywhere(world)
    return world.east_erase_request


def erase(world: World, asked: SubjectRequest) -> None:
    services.erase_person(asked, actor=world.secretary, version=asked.version, reason="已按你的申请删除")


def test_nothing_that_is_reached_names_him_afterwards(world: World, named: SubjectRequest) -> None:
    wordless = (models.BinaryField, models.DateField)
    texts = {
        column: field
        for column, field in about_somebody().items()
        if column in reached_by_rooms() and not isinstance(field, wordless) and not field.choices
    }
    words = [NAME, PHONE]

    def naming() -> set[str]:
        rows = ((column, row, field.name) for column, field in texts.items() for row in field.model._base_manager.all())
        return {column for column, row, name in rows if is_named(getattr(row, name), words)}

    assert naming() == set(texts), "each is tried: name him there in naming.py"
    erase(world, named)
    assert naming() == set()
    dump = serializers.serialize("json", [row for model in own_models() for row in model._base_manager.all()])
    assert NAME not in dump
    assert PHONE not in dump
    assert "李四" in dump, "what others said stays"


def test_what_is_hidden_keeps_its_place(world: World, named: SubjectRequest) -> None:
    erase(world, named)
    affair = Affair.objects.get(pk=world.east_affair.pk)
    assert (affair.text, affair.reporter_name) == (f"•••，•••。{OTHERS}。", "")
    assert AffairStep.objects.get(affair=affair).note == "•••"
    held = SyncItem.objects.get(pk=world.east_held.pk)
    assert (held.state, held.sent["payload"]["note"]) == ("held", "•••，•••"), "it still waits for the secretary"
    assert not PhotoUpload.objects.exists()
    assert not StoredFile.objects.exists(), "neither the upload nor the finished export"
    assert RosterImport.objects.get(state="cancelled").file is None
    waiting = Export.objects.get(pk=world.east_export.pk)
    assert (waiting.state, waiting.path) == ("waiting", "/households/?q=•••")
    landlords = RentalFile.objects.filter(status="ended").values_list("landlord_name", "landlord_phone")
    assert set(landlords) == {("•••", "")}
    assert RentalFile.objects.get(pk=world.east_rental.pk).landlord_name == "孙房东", "somebody else's"


def test_whoever_lets_a_dwelling_is_kept(world: World, named: SubjectRequest) -> None:
    RentalFile.objects.filter(number="RF-990106001001-00010").update(status="active", closed_on=None)
    with pytest.raises(Refused, match="出租"):
        erase(world, named)


def test_the_name_of_a_namesake_elsewhere_stays(world: World, named: SubjectRequest) -> None:
    """Only at his own homes is a name his; in the rest of the community his numbers speak for him."""
    other = Affair.objects.create(
        number="AF-990106001001-20260106-0032",
        text=f"另一位{NAME}报修",
        grid=world.west_grid,
        source="desk",
        reporter_name=NAME,
        reporter_phone="13900000555",
    )
    erase(world, named)
    other.refresh_from_db()
    assert (other.text, other.reporter_name) == (f"另一位{NAME}报修", NAME)


def test_why_a_member_was_excused_goes_with_him(world: World, named: SubjectRequest) -> None:
    member = ContactMember.objects.create(
        grid=world.community, person=world.east_person, consented_on=today(), starts_on=today(), ends_on=today()
    )
    for_age = ContactExemption.objects.create(member=member, reason="age", starts_on=today())
    erase(world, named)
    for_age.refresh_from_db()
    assert (for_age.reason, for_age.until) == ("other", today())


def test_a_note_of_a_step_is_hidden_for_an_erased_person_only(world: World) -> None:
    step = AffairStep.objects.create(
        affair=world.east_affair, sequence=1, transition="report", to_state="reported", note="已联系住户"
    )
    for values in ({"note": ""}, {"note": "别的话"}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            AffairStep.objects.filter(pk=step.pk).update(**values)
    Person.objects.filter(pk=world.west_person.pk).update(erased_at=step.at)
    for values in ({"note": "别的话"}, {"note": "•••", "transition": "accept"}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            AffairStep.objects.filter(pk=step.pk).update(**values)
    AffairStep.objects.filter(pk=step.pk).update(note="•••")


def test_an_upload_that_is_being_read_leaves_nothing(world: World, named: SubjectRequest) -> None:
    """The worker comes to it after the erasure; and one that had begun finds that the import has gone on."""
    content = workbook([[NAME, "", PHONE, "户主", "1", "第一网格", "1", "1", "101"]])
    waiting = start_import(actor=world.fresh("secretary"), grid=world.community, content=content, name="花名册.xlsx")
    begun = RosterImport.objects.get(pk=waiting.pk)
    erase(world, named)
    run_pending()
    waiting.refresh_from_db()
    assert (waiting.state, waiting.file, waiting.chunks.count()) == ("cancelled", None, 0)
    with pytest.raises(Conflict):
        advance(begun, ImportState.PREVIEWED)


def test_erased_once_more_there_is_nothing_to_do(world: World, named: SubjectRequest) -> None:
    erase(world, named)
    person = Person.objects.get(pk=world.east_person.pk)
    words = words_of(person)
    with transaction.atomic():
        texts = [text for source in subject_sources for text in source.texts]
        assert sum(text.hide(person, words=words, actor=world.secretary) for text in texts) == 0


# ------------------------------------------------------------------ the copy
def test_the_copy_asks_as_often_for_many_rows(world: World, named: SubjectRequest) -> None:
    person = Person.objects.get(pk=world.east_person.pk)

    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            data_copy(person)
        return len(asked)

    def add(number: int) -> None:
        AffairStep.objects.create(
            affair=world.east_affair,
            sequence=number,
            transition="note",
            to_state="closed",
            note=TEXT,
            actor=world.users["east_worker" if number % 2 else "secretary"],
        )
        SavedLedger.objects.create(owner=world.east_worker, title=TEXT, path="/households/")
        DoorNotice.objects.create(grid=world.east_grid, title=PHONE, text=PHONE, until_on=today(), made_by=world.leader)

    add(2)
    before = queries()
    for number in range(3, 9):
        add(number)
    assert queries() == before


def test_the_copy_holds_what_names_him_and_not_what_was_said_of_others(world: World, named: SubjectRequest) -> None:
    copy = data_copy(Person.objects.get(pk=world.east_person.pk))
    tables = {section.key: section for section in copy.sections}
    rooms = {text.model._meta.label for source in subject_sources for text in source.texts}
    assert rooms <= set(tables)
    assert {"residents.RentalFile", "residents.RosterImport", "grids.Organisation"} <= set(tables)

    def words(table: str) -> str:
        return json.dumps([vars(one) for row in tables[table].rows for one in row], ensure_ascii=False)

    assert TEXT in words("governance.Meeting")
    assert OTHERS not in words("governance.Meeting")
    assert OTHERS not in words("residents.ContactHandover")
    assert TEXT in words("governance.AffairStep")
