"""Addresses of this room."""

from django.urls import path

from residents.liaison import views

urlpatterns = [
    path("doors/", views.MyDoors.as_view(), name="door-board"),
    path("doors/<int:pk>/help/", views.AskHelp.as_view(), name="door-help"),
    path("doors/<int:pk>/tick/<int:notice>/", views.TickDoor.as_view(), name="door-tick"),
    path("doors/<int:pk>/untick/<int:notice>/", views.UntickDoor.as_view(), name="door-untick"),
    path("doors/notices/", views.NoticeList.as_view(), name="doornotice-list"),
    path("doors/notices/publish/", views.PublishNotice.as_view(), name="doornotice-create"),
    path("doors/notices/<int:pk>/", views.NoticePage.as_view(), name="doornotice-detail"),
    path("doors/notices/<int:pk>/withdraw/", views.WithdrawNotice.as_view(), name="doornotice-withdraw"),
]
