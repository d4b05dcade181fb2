"""10,000 random life events, replayed against a plain model (see ``agreement``): the first half."""

import pytest

from tests.residents.roster.agreement import live_and_compare

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize("seed", [1, 2])
def test_the_register_and_a_plain_model_agree_on_every_day(world, seed):
    live_and_compare(world, seed)
