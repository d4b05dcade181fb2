"""How far contact reaches: names that are masked cannot be searched, accounts of another district do not exist."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from residents.contacts.models import ContactMember
from residents.contacts.services import link_account, register_member

pytestmark = pytest.mark.django_db


def found(client, user, address, words):
    client.force_login(user)
    page = client.get(reverse(f"residents:{address}"), {"q": words})
    return [row.record for row in page.context["table"].paginated_rows]


def test_masked_names_of_members_cannot_be_searched(client, world):
    ContactMember.objects.filter(pk=world.member.pk).update(branch="第一支部")
    assert found(client, world.fresh("secretary"), "contactmember-list", "孙党") == [world.member]
    # He reads names in the next grid of the same community, and so the name of the community's member.
    assert found(client, world.fresh("east_worker"), "contactmember-list", "孙党") == [world.member]
    assert found(client, world.fresh("auditor"), "contactmember-list", "孙党") == []
    assert found(client, world.fresh("auditor"), "contactmember-list", "第一支部") == [world.member]


def test_masked_rooms_cannot_be_searched(client, world):
    assert found(client, world.fresh("secretary"), "contact-uncovered", "301") == [world.west_household]
    assert found(client, world.fresh("auditor"), "contact-uncovered", "301") == []
    assert found(client, world.fresh("auditor"), "contact-uncovered", "8幢") == [world.west_household]


def test_no_list_of_members_is_sorted_by_name(client, world):
    client.force_login(world.fresh("auditor"))
    page = client.get(reverse("residents:contactmember-list"), {"sort": "name"})
    assert "name" not in page.context["table"].order_by
    assert "person__name" not in page.context["table"].data.data.query.order_by


def test_an_account_of_another_district_does_not_exist(world):
    ContactMember.objects.filter(pk=world.member.pk).update(user=None)
    member = ContactMember.objects.get(pk=world.member.pk)
    administrator = world.fresh("stranger")
    administrator.is_superuser = True
    administrator.save()
    for account in (world.fresh("foreign_worker"), administrator):
        with pytest.raises(ValidationError):
            link_account(member, account, actor=world.fresh("secretary"))
        with pytest.raises(ValidationError):
            register_member(
                world.east_other_person,
                world.community,
                actor=world.fresh("secretary"),
                consented_on=world.member.consented_on,
                user=account,
            )
    assert link_account(member, world.fresh("west_worker"), actor=world.fresh("secretary")).user == world.west_worker
