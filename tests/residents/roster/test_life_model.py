"""10,000 random life events, replayed against a plain model (see ``agreement``): a tenth of them in every run."""

import pytest

from tests.long import part_of
from tests.residents.roster.agreement import live_and_compare

pytestmark = [pytest.mark.django_db, pytest.mark.once, pytest.mark.long]


@pytest.mark.parametrize("seed", range(part_of(4, usual=1)))
def test_the_register_and_a_plain_model_agree_on_every_day(world, seed):
    live_and_compare(world, seed)
