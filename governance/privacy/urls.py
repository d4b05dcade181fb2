"""Addresses of this room."""

from django.urls import path

from governance.privacy.views import disclosures, holds, keeping, requests

urlpatterns = [
    path("privacy/requests/", requests.RequestList.as_view(), name="subjectrequest-list"),
    path("privacy/persons/<int:pk>/request/", requests.RequestCreate.as_view(), name="subjectrequest-create"),
    path("privacy/rentals/<int:pk>/request/", requests.LandlordRequestCreate.as_view(), name="subjectrequest-landlord"),
    path("privacy/requests/<int:pk>/correct/", requests.RequestCorrect.as_view(), name="subjectrequest-correct"),
    path("privacy/requests/<int:pk>/", requests.RequestPage.as_view(), name="subjectrequest-detail"),
    path("privacy/requests/<int:pk>/answer/", requests.RequestAnswer.as_view(), name="subjectrequest-answer"),
    path("privacy/requests/<int:pk>/copy/", requests.RequestCopy.as_view(), name="subjectrequest-copy"),
    path("privacy/requests/<int:pk>/erase/", requests.RequestErase.as_view(), name="subjectrequest-erase"),
    path("privacy/holds/", holds.HoldList.as_view(), name="legalhold-list"),
    path("privacy/persons/<int:pk>/hold/", holds.HoldPerson.as_view(), name="legalhold-person"),
    path("privacy/rentals/<int:pk>/hold/", holds.HoldLandlord.as_view(), name="legalhold-landlord"),
    path("privacy/affairs/<int:pk>/hold/", holds.HoldAffair.as_view(), name="legalhold-affair"),
    path("privacy/holds/<int:pk>/lift/", holds.HoldLift.as_view(), name="legalhold-lift"),
    path("privacy/disclosures/", disclosures.DisclosureList.as_view(), name="disclosure-list"),
    path("privacy/persons/<int:pk>/disclosures/", disclosures.PersonDisclosures.as_view(), name="disclosure-person"),
    path("privacy/retention/", keeping.RetentionPage.as_view(), name="retention-report"),
    path("privacy/retention/try/", keeping.RetentionTry.as_view(), name="retention-try"),
    path("privacy/dictionary/", keeping.DictionaryPage.as_view(), name="data-dictionary"),
]
