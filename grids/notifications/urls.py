"""Addresses of one's own messages."""

from django.urls import path

from grids.notifications import views

urlpatterns = [
    path("messages/", views.NotificationList.as_view(), name="notification-list"),
    path("messages/read/", views.NotificationRead.as_view(), name="notification-read"),
    path("messages/<int:pk>/open/", views.NotificationOpen.as_view(), name="notification-open"),
]
