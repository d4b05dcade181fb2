"""Every field of every model says how far its values may go; a model that forgets one does not start."""

import pytest
from django.core import checks
from django.db import models
from django.test.utils import isolate_apps

from grids.common.fields import BlindIndexField, EncryptedField
from grids.common.privacy import C1, C2, C3, C4, check_data_classes, class_of, classified_fields, faults_of, own_models
from residents.roster.models import CareTag, Person


def test_every_field_of_the_portal_has_its_class():
    assert check_data_classes() == []
    assert len(own_models()) > 30


def test_the_check_is_one_of_those_that_run_before_the_portal_starts():
    assert check_data_classes in checks.registry.registry.get_checks()


@isolate_apps("grids")
def test_a_field_without_a_class_is_refused_beside_one_that_has_it():
    class Leaflet(models.Model):
        title = models.CharField(max_length=20)
        religion = models.CharField(max_length=20)

        data_classes = {C1: "title"}

        class Meta:
            app_label = "grids"

        def __str__(self) -> str:
            return self.title

    [fault] = faults_of(Leaflet)
    assert (fault.id, fault.level) == ("lianhu.E001", checks.ERROR)
    assert "religion" in fault.msg


@isolate_apps("grids")
def test_a_class_for_no_field_is_refused():
    class Leaflet(models.Model):
        title = models.CharField(max_length=20)

        data_classes = {C1: "title tilte"}

        class Meta:
            app_label = "grids"

        def __str__(self) -> str:
            return self.title

    assert [(fault.id, fault.msg.split()[0]) for fault in faults_of(Leaflet)] == [("lianhu.E002", "tilte")]


@isolate_apps("grids")
def test_sensitive_text_is_encrypted_or_says_why_not():
    class Case(models.Model):
        sealed = EncryptedField()
        sealed_index = BlindIndexField(source="sealed")
        code = models.CharField(max_length=2, choices=[("1", "one")])
        count = models.IntegerField()
        paper = models.CharField(max_length=20)
        story = models.TextField()
        scan = models.BinaryField()
        answers = models.JSONField()

        data_classes = {C4: "sealed sealed_index code count paper story scan answers"}
        kept_plain = {"paper": "names a file"}

        class Meta:
            app_label = "grids"

        def __str__(self) -> str:
            return self.code

    found = list(faults_of(Case))
    assert {fault.id for fault in found} == {"lianhu.E003"}
    assert [fault.msg.split()[3] for fault in found] == ["story", "scan", "answers"]


@pytest.mark.parametrize(
    ("model", "field", "expected"),
    [
        (Person, "id_number", C4),
        (Person, "phone", C3),
        (Person, "version", C2),
        (Person, "id", C2),
        (CareTag, "kind", C4),
    ],
)
def test_the_class_of_a_field_is_found(model, field, expected):
    assert class_of(model._meta.get_field(field)) == expected


def test_bases_are_inherited_and_the_key_needs_no_class():
    names = {field.name for field in classified_fields(Person)}
    assert {"created_at", "changed_at", "version"} <= names
    assert "id" not in names
