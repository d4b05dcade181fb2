"""Addresses of this room."""

from django.urls import path

from governance.meetings.views import agenda, meetings, mine, minutes, roll

urlpatterns = [
    path("meetings/", meetings.MeetingList.as_view(), name="meeting-list"),
    path("meetings/series/<int:pk>/", meetings.SeriesUpdate.as_view(), name="series-update"),
    path("meetings/mine/", mine.Mine.as_view(), name="briefing-mine"),
    path("meetings/mine/<int:pk>/speak/", mine.Speak.as_view(), name="briefing-speak"),
    path("meetings/mine/<int:pk>/excuse/", mine.Excuse.as_view(), name="briefing-excuse"),
    path("meetings/here/<str:code>/", roll.CheckIn.as_view(), name="meeting-checkin"),
    path("meetings/<int:pk>/", meetings.MeetingPage.as_view(), name="meeting-detail"),
    path("meetings/<int:pk>/convene/", meetings.Convene.as_view(), name="meeting-convene"),
    path("meetings/<int:pk>/fill/", meetings.Fill.as_view(), name="meeting-fill"),
    path("meetings/<int:pk>/move/", meetings.Move.as_view(), name="meeting-move"),
    path("meetings/<int:pk>/cancel/", meetings.Cancel.as_view(), name="meeting-cancel"),
    path("meetings/<int:pk>/open/", meetings.Open.as_view(), name="meeting-open"),
    path("meetings/<int:pk>/close/", meetings.Close.as_view(), name="meeting-close"),
    path("meetings/<int:pk>/items/", agenda.ItemAdd.as_view(), name="agenda-add"),
    path("meetings/items/<int:pk>/", agenda.ItemDecide.as_view(), name="agenda-decide"),
    path("meetings/<int:pk>/roll/", roll.Roll.as_view(), name="meeting-roll"),
    path("meetings/<int:pk>/code/", roll.CodePage.as_view(), name="meeting-code"),
    path("meetings/<int:pk>/minutes/", minutes.Minutes.as_view(), name="meeting-minutes"),
    path("meetings/<int:pk>/confirm/", minutes.Confirm.as_view(), name="meeting-confirm"),
    path("meetings/<int:pk>/publish/", minutes.Publish.as_view(), name="meeting-publish"),
    path("meetings/<int:pk>/sheet/", minutes.Sheet.as_view(), name="meeting-sheet"),
]
