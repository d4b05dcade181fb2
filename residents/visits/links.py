"""Addresses of upper rooms, by name: empty where the room does not exist."""

from urllib.parse import urlencode

from django.urls import NoReverseMatch, reverse


def report_url(household_id: int, need_id: int | None = None) -> str:
    """Where an affair about the household (and one of its needs) is reported."""
    try:
        url = reverse("governance:affair-report")
    except NoReverseMatch:
        return ""
    query = {"household": household_id} | ({"need": need_id} if need_id else {})
    return f"{url}?{urlencode(query)}"
