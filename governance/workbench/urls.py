"""Addresses of this room."""

from django.urls import path

from governance.workbench.views import Home

urlpatterns = [path("", Home.as_view(), name="home")]
