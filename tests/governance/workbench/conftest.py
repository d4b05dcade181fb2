"""Fixtures of the workbench's tests."""

import pytest

from residents.roster.initials import initials_of
from residents.roster.models import Person


@pytest.fixture
def named(world):
    """The world's persons with the first letters that services would have written."""
    for person in Person.objects.all():
        Person.objects.filter(pk=person.pk).update(name_initials=initials_of(person.name))
    return world
