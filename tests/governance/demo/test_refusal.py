"""A database that holds other grids is left alone."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from grids.tree.models import Grid


def test_a_database_with_other_grids_is_refused_with_a_remedy(world):
    before = Grid.objects.count()
    with pytest.raises(CommandError, match=r"not the demo's.*take an empty database"):
        call_command("load_demo")
    assert Grid.objects.count() == before


def test_without_the_demo_there_are_no_demo_accounts(world):
    told = StringIO()
    call_command("load_demo", accounts=True, stdout=told)
    assert "no demo accounts" in told.getvalue()
