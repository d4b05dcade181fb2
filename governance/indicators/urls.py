"""Addresses of this room."""

from datetime import date

from django.urls import path, register_converter

from governance.indicators import rows, views


class DayConverter:
    """A day as 2026-03-05; anything else is no address."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        return date.fromisoformat(value)

    def to_url(self, value: date | str) -> str:
        return value if isinstance(value, str) else value.isoformat()


register_converter(DayConverter, "day")

urlpatterns = [
    path("reports/", views.ReportIndex.as_view(), name="report-index"),
    path("reports/affairs/", views.AffairsReport.as_view(), name="report-affairs"),
    path("reports/contacts/", views.ContactsReport.as_view(), name="report-contacts"),
    path("reports/visits/", views.VisitsReport.as_view(), name="report-visits"),
    path("reports/rentals/", views.RentalsReport.as_view(), name="report-rentals"),
    path("reports/volunteers/", views.VolunteersReport.as_view(), name="report-volunteers"),
    path("reports/trend/", views.TrendReport.as_view(), name="report-trend"),
    path("reports/service/", views.ServiceReport.as_view(), name="report-service"),
    path("reports/rows/<slug:key>/<slug:code>/<day:since>/<day:until>/", rows.ReportRows.as_view(), name="report-rows"),
    path("indicators/<slug:key>/", views.IndicatorPage.as_view(), name="indicator-detail"),
    path(
        "indicators/<slug:key>/<slug:code>/<day:since>/<day:until>/<slug:part>/",
        rows.IndicatorRows.as_view(),
        name="indicator-rows",
    ),
]
