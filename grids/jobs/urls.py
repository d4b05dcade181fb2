"""Addresses of the background tasks."""

from django.urls import path

from grids.jobs import views

urlpatterns = [
    path("jobs/", views.JobList.as_view(), name="job-list"),
    path("jobs/<int:pk>/", views.JobPage.as_view(), name="job-detail"),
    path("jobs/<int:pk>/progress/", views.JobProgress.as_view(), name="job-progress"),
    path("jobs/<int:pk>/cancel/", views.JobCancel.as_view(), name="job-cancel"),
]
