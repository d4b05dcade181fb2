"""Detail, create, update and action pages: 404, 403 with reason, errors at the field, 409."""

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.urls import include, path

from grids.access.choices import Permission
from grids.common.actions import Action, Crumb
from grids.common.decisions import Allowed, Denied
from grids.common.errors import Conflict, Refused
from grids.common.forms import Form, ScopedChoiceField
from grids.common.panels import Panel, Panels
from grids.common.views import ActionPage, CreatePage, DetailPage, UpdatePage
from grids.tree.models import Grid

pytestmark = [pytest.mark.django_db, pytest.mark.urls(__name__)]
panels = Panels()


class NameForm(Form):
    name_zh = forms.CharField(label="Name", max_length=10)
    parent = ScopedChoiceField(Grid, permission=Permission.VIEW_GRIDS, label="Parent", required=False)
    founded_on = forms.DateField(label="Founded", required=False)


class GridPage(DetailPage):
    permission = Permission.VIEW_GRIDS
    model = Grid
    panels = panels

    def get_title(self):
        return self.object.name_zh

    def get_breadcrumb(self):
        return [Crumb("Up", "/up/"), Crumb("Here")]

    def get_facts(self):
        return [("Code", self.object.code), ("Closed", None)]

    def get_actions(self):
        return [
            Action("Rename", "/rename/", style="primary"),
            Action("Close", "/close/", Denied("It still has households."), style="danger"),
        ]


class Writes:
    """Stands for a service: what it does is decided by the name that was typed."""

    def write(self, name):
        if name == "taken":
            raise ValidationError({"name_zh": "This name is taken.", "elsewhere": "Something else."})
        if name == "refused":
            raise Refused("The street is closed.")
        if name == "late":
            raise Conflict("Somebody renamed it a moment ago.")

    def get_success_url(self, result):
        return "/done/"

    def get_back_url(self):
        return "/back/"


class GridCreate(Writes, CreatePage):
    permission = Permission.VIEW_GRIDS
    form_class = NameForm
    title = "Add a grid"

    def perform(self, form):
        self.write(form.cleaned_data["name_zh"])


class GridUpdate(Writes, UpdatePage):
    permission = Permission.VIEW_GRIDS
    model = Grid
    form_class = NameForm
    title = "Rename"

    def perform(self, form):
        self.write(form.cleaned_data["name_zh"])


class GridClose(Writes, ActionPage):
    permission = Permission.VIEW_GRIDS
    model = Grid
    title = "Close"
    intro = "It disappears from all lists."
    style = "danger"

    def decide(self, obj):
        return Denied("It still has households.") if obj.name_zh == "第一网格" else Allowed()

    def perform(self, obj, form):
        obj.was_closed = True


urlpatterns = [
    path("tested/add/", GridCreate.as_view()),
    path("tested/<int:pk>/", GridPage.as_view()),
    path("tested/<int:pk>/edit/", GridUpdate.as_view()),
    path("tested/<int:pk>/close/", GridClose.as_view()),
    path("", include("tests.grids.common.frame")),
]


@pytest.fixture
def secretary(client, world):
    client.force_login(world.secretary)
    return client


def test_a_foreign_object_and_a_missing_one_are_the_same_404(secretary, world):
    for page in ("", "edit/", "close/"):
        assert secretary.get(f"/tested/{world.east_grid.pk}/{page}").status_code in {200, 403}
        foreign = secretary.get(f"/tested/{world.foreign_grid.pk}/{page}")
        missing = secretary.get(f"/tested/99999999999999999999/{page}")
        assert foreign.status_code == missing.status_code == 404
        assert world.foreign_grid.name_zh not in foreign.content.decode()


def test_a_grey_button_says_why(secretary, world):
    page = secretary.get(f"/tested/{world.east_grid.pk}/").content.decode()
    assert 'href="/rename/"' in page
    assert 'href="/close/"' not in page
    reason = page.index("It still has households.")
    assert 'aria-disabled="true"' in page[:reason]
    assert Action("Close", "/close/").key in page


def test_panels_stand_in_order_and_may_stay_away(secretary, world, settings):
    page = "components/notice.html"
    panels.register(Panel("second", page, lambda request, obj: {"text": "the second"}, order=2))
    panels.register(Panel("first", page, lambda request, obj: {"text": f"first of {obj.name_zh}"}, order=1))
    panels.register(Panel("none", page, lambda request, obj: None))
    text = secretary.get(f"/tested/{world.east_grid.pk}/").content.decode()
    assert text.index("first of 第一网格") < text.index("the second")


def test_denied_acts_are_refused_on_get_and_post_alike(secretary, world):
    for answer in (
        secretary.get(f"/tested/{world.east_grid.pk}/close/"),
        secretary.post(f"/tested/{world.east_grid.pk}/close/"),
    ):
        assert answer.status_code == 403
        page = answer.content.decode()
        assert "It still has households." in page
        assert 'href="/back/"' in page  # where it came from, not the form again
    asked = secretary.get(f"/tested/{world.west_grid.pk}/close/")
    assert "It disappears from all lists." in asked.content.decode()
    assert secretary.post(f"/tested/{world.west_grid.pk}/close/")["Location"] == "/done/"


def test_errors_stand_at_the_field_and_in_the_summary_and_nothing_is_lost(secretary):
    answer = secretary.post("/tested/add/", {"name_zh": "taken", "founded_on": "2026-03-05"})
    form = answer.context["form"]
    assert form.errors["name_zh"] == ["This name is taken."]
    assert form.non_field_errors() == ["Something else."]
    text = answer.content.decode()
    assert 'href="#id_name_zh"' in text
    assert 'id="id_name_zh_error"' in text
    assert text.count("This name is taken.") == 2
    assert 'value="2026-03-05"' in text


def test_a_refusal_by_the_service_becomes_an_error_of_the_form(secretary):
    answer = secretary.post("/tested/add/", {"name_zh": "refused"})
    assert answer.status_code == 200
    assert answer.context["form"].non_field_errors() == ["The street is closed."]


def test_a_lost_race_is_the_409_page(secretary):
    answer = secretary.post("/tested/add/", {"name_zh": "late"})
    assert answer.status_code == 409
    assert "Somebody renamed it a moment ago." in answer.content.decode()


def test_update_starts_with_the_present_values(secretary, world):
    page = secretary.get(f"/tested/{world.west_grid.pk}/edit/").content.decode()
    assert 'value="第二网格"' in page
    assert 'type="date"' in page


def test_choices_are_limited_to_ones_scope(secretary, world):
    form = secretary.get("/tested/add/").context["form"]
    assert world.east_grid in form.fields["parent"].queryset
    assert world.foreign_grid not in form.fields["parent"].queryset
    answer = secretary.post("/tested/add/", {"name_zh": "new", "parent": world.foreign_grid.pk})
    assert answer.context["form"].errors["parent"]
    assert secretary.post("/tested/add/", {"name_zh": "new", "parent": world.east_grid.pk})["Location"] == "/done/"
