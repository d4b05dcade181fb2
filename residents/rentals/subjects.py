"""Tenancies of a person: one that runs keeps his data, those that ended go with it."""

from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from residents.rentals.models import Tenancy
from residents.roster.subjects import SubjectSource, subject_sources


def running_tenancy(person: Any, on: date) -> str:
    if Tenancy.objects.filter(person=person, ends_on__isnull=True).exists():
        return _("The person is registered as a tenant; end the tenancy first.")
    return ""


def drop_tenancies(person: Any, *, words: list[str], actor: Any) -> int:
    return Tenancy.objects.filter(person=person).delete()[0]


subject_sources.register(SubjectSource("rentals", keep=running_tenancy, erase=drop_tenancies))
