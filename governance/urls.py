"""Addresses of the storey, gathered from its rooms."""

from django.urls import include, path

from governance.workbench.day_views import MyDay
from governance.workbench.gap_views import FallingBehind
from governance.workbench.member_views import MemberSheet, MySheet, PassOn, WhatBecame
from governance.workbench.search import Search

app_name = "governance"

urlpatterns = [
    path("my-day/", MyDay.as_view(), name="day"),
    path("member/pass/", PassOn.as_view(), name="member-pass"),
    path("member/sheet/", MySheet.as_view(), name="member-sheet"),
    path("member/<int:pk>/sheet/", MemberSheet.as_view(), name="member-paper"),
    path("member/news/", WhatBecame.as_view(), name="member-news"),
    path("help-needed/", FallingBehind.as_view(), name="gaps"),
    path("search/", Search.as_view(), name="search"),
    path("", include("governance.affairs.urls")),
    path("", include("governance.meetings.urls")),
    path("", include("governance.indicators.urls")),
    path("", include("governance.privacy.urls")),
]
