"""Addresses of this room."""

from django.urls import path

from residents.visits.views import behalf, doornotes, due, encounters, mine, needs, plans, tasks

urlpatterns = [
    path("visits/", encounters.EncounterList.as_view(), name="encounter-list"),
    path("visits/<int:pk>/", encounters.EncounterPage.as_view(), name="encounter-detail"),
    path("visits/due/", due.DueList.as_view(), name="encounter-due"),
    path("visits/photos/<int:pk>/", encounters.ShowPhoto.as_view(), name="encounterphoto-show"),
    path("households/<int:pk>/care-level/", plans.CareLevelSet.as_view(), name="careplan-set"),
    path("care-plans/<int:pk>/end/", plans.CareLevelEnd.as_view(), name="careplan-end"),
    path("visits/<int:pk>/correct/", encounters.CorrectVisit.as_view(), name="encounter-correct"),
    path("households/<int:pk>/visit/", encounters.LogVisit.as_view(), name="encounter-log"),
    path("households/<int:pk>/note/", doornotes.NoteDoor.as_view(), name="door-note"),
    path("households/<int:pk>/must-arrive/", tasks.RaiseTask.as_view(), name="visittask-raise"),
    path("must-arrive/", tasks.TaskList.as_view(), name="visittask-list"),
    path("must-arrive/<int:pk>/", tasks.TaskPage.as_view(), name="visittask-detail"),
    path("must-arrive/<int:pk>/cancel/", tasks.CancelTask.as_view(), name="visittask-cancel"),
    path("needs/<int:pk>/answer/", needs.AnswerNeed.as_view(), name="need-answer"),
    path("contacts/mine/", mine.MyHouseholds.as_view(), name="contact-mine"),
    path("contacts/members/<int:pk>/enter/", behalf.EnterForMember.as_view(), name="contactmember-enter"),
    path("contacts/mine/<int:pk>/", mine.HouseholdCard.as_view(), name="contact-card"),
]
