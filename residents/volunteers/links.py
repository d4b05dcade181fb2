"""Addresses of upper rooms, by name: empty where the room does not exist."""

from django.urls import NoReverseMatch, reverse


def figures_url() -> str:
    """The report on who reported, and what was claimed and confirmed (I55, I56)."""
    try:
        return reverse("governance:report-volunteers")
    except NoReverseMatch:
        return ""
