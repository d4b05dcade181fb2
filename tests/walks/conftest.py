"""What every walk needs: pages that wait for nothing in vain, and the list that suggests a category."""

import pytest
from django.db import transaction

from governance.affairs import diversion_list
from governance.affairs.models import ClassificationRule


@pytest.fixture(autouse=True)
def diversion_rules(transactional_db) -> None:
    """The 24 rules of the migration, which an earlier walk's flush took away with everything else."""
    with transaction.atomic():
        diversion_list.install(ClassificationRule)
