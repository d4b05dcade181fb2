"""The Dingshan roster through the page: 25 planted errors come back in the workbook, then the clean one goes in."""

from io import BytesIO

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from grids.access.choices import Role
from grids.access.models import User
from grids.access.services import grant_role
from grids.jobs.worker import run_pending
from residents.importing.models import RosterImport
from residents.importing.packets import stored_rows
from residents.roster.models import Household, Person, Residency
from tests.residents.importing import dingshan
from tests.residents.importing.files import counts


@pytest.mark.once
@pytest.mark.django_db
def test_the_roster_of_dingshan(client):
    community = dingshan.found_territory(dingshan.plan())
    secretary = User.objects.create(username="shuji", display_name="书记")
    grant_role(secretary, Role.SECRETARY, community, actor=None, source="test")
    client.force_login(secretary)
    clean, spoilt = dingshan.rows_of(dingshan.plan()), dingshan.rows_of(dingshan.plan())
    assert len(clean) == dingshan.PERSONS
    planted = dingshan.plant(spoilt)

    def send(rows):
        file = SimpleUploadedFile("丁山花名册.xlsx", dingshan.workbook(rows))
        client.post(reverse("residents:import-create"), {"grid": community.pk, "file": file})
        run_pending()
        return RosterImport.objects.order_by("-pk").first()

    wrong = send(spoilt)
    assert counts(wrong) == (dingshan.PERSONS - 25, 0, 0, 25)
    found = {
        (f"{chr(65 + fault.column)}{row.draft.row}", fault.field) for row in stored_rows(wrong) for fault in row.faults
    }
    assert {(one.place, one.field) for one in planted} <= found
    answer = client.get(reverse("residents:import-marked", args=[wrong.pk]))
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).worksheets[0]
    assert sheet["A1"].value == "丁山社区居民花名册"
    for one in planted:
        assert sheet[one.place].comment.text, one
        assert sheet[one.place].fill.start_color.rgb.endswith("FFC7CE"), one
    marked = {cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment}
    assert marked == {place for place, _field in found}
    assert not Person.objects.exists()

    right = send(clean)
    assert counts(right) == (dingshan.PERSONS, 0, 0, 0)
    client.post(reverse("residents:import-confirm", args=[right.pk]), {"fingerprint": right.fingerprint})
    run_pending()
    assert Person.objects.count() == Residency.objects.active().count() == dingshan.PERSONS
    grids = Household.objects.values_list("dwelling__grid__code", flat=True).distinct().order_by()
    assert len(grids) == dingshan.MICRO_GRIDS
    assert counts(send(clean)) == (0, 0, dingshan.PERSONS, 0)
