"""The data dictionary says what the models say, and every personal table says what it is kept for."""

from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import translation

from governance.privacy.dictionary import PAGE, as_markdown, dictionary
from governance.privacy.purposes import OF_MODEL, RUNNING, purpose_of
from grids.common.privacy import C3, C4, class_of, classified_fields, own_models
from tests.world import World


def test_the_written_dictionary_is_current():
    with translation.override("en"):
        current = as_markdown()
    assert PAGE.read_text(encoding="utf-8") == current, "run manage.py write_dictionary"


def test_every_personal_table_has_a_purpose_of_its_own():
    personal = [
        model._meta.label
        for model in own_models()
        if any(class_of(field) in (C3, C4) for field in classified_fields(model)) and purpose_of(model) is RUNNING
    ]
    assert personal == [], "name the purpose in governance/privacy/purposes.py"


def test_no_purpose_is_for_a_table_that_is_not_there():
    labels = {model._meta.label for model in apps.get_models()}
    assert sorted(set(OF_MODEL) - labels) == []


def test_every_field_is_in_it():
    assert sum(len(table.fields) for table in dictionary()) == sum(len(classified_fields(one)) for one in own_models())


def test_every_table_has_a_chinese_name():
    with translation.override("zh-hans"):
        assert [table.label for table in dictionary() if table.title.isascii()] == []


def test_auditors_and_secretaries_read_it_in_their_language(world: World):
    client = Client()
    client.force_login(world.auditor, backend="grids.access.backends.GridBackend")
    page = client.get(reverse("governance:data-dictionary")).content.decode()
    assert "证件号码" in page or "身份证号" in page
    assert "走访与居民诉求" in page
    client.cookies["django_language"] = "en"
    narrowed = client.get(reverse("governance:data-dictionary") + "?class=C4").content.decode()
    assert "id_number" in narrowed
    assert "boundary_note" not in narrowed
    client.force_login(world.east_worker, backend="grids.access.backends.GridBackend")
    assert client.get(reverse("governance:data-dictionary")).status_code == 403
