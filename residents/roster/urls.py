"""Addresses of this room."""

from django.urls import path

from residents.roster.views import boards, caring, changes, events, hidden, households, persons, residencies

urlpatterns = [
    path("households/", households.HouseholdList.as_view(), name="household-list"),
    path("households/add/", households.HouseholdCreate.as_view(), name="household-create"),
    path("households/<int:pk>/", households.HouseholdPage.as_view(), name="household-detail"),
    path("households/<int:pk>/edit/", households.HouseholdUpdate.as_view(), name="household-update"),
    path("households/<int:pk>/move/", households.HouseholdMove.as_view(), name="household-move"),
    path("households/<int:pk>/close/", households.HouseholdClose.as_view(), name="household-close"),
    path("households/<int:pk>/birth/", events.HouseholdBirth.as_view(), name="household-birth"),
    path("households/<int:pk>/death/", events.HouseholdDeath.as_view(), name="household-death"),
    path("households/<int:pk>/away/", events.HouseholdAway.as_view(), name="household-away"),
    path("households/<int:pk>/head/", events.HouseholdHead.as_view(), name="household-crown"),
    path("households/<int:pk>/split/", events.HouseholdSplit.as_view(), name="household-split"),
    path("households/<int:pk>/merge/", events.HouseholdMerge.as_view(), name="household-merge"),
    path("households/<int:pk>/persons/add/", persons.PersonCreate.as_view(), name="person-create"),
    path(
        "households/<int:pk>/persons/<int:person>/move-in/",
        households.HouseholdMoveIn.as_view(),
        name="household-movein",
    ),
    path("residencies/<int:pk>/edit/", residencies.ResidencyUpdate.as_view(), name="residency-update"),
    path("residencies/<int:pk>/head/", residencies.ResidencyHead.as_view(), name="residency-head"),
    path("residencies/<int:pk>/end/", residencies.ResidencyEnd.as_view(), name="residency-end"),
    path("residencies/<int:pk>/back/", events.AbsenceEnd.as_view(), name="absence-end"),
    path("persons/<int:pk>/consents/add/", caring.ConsentGive.as_view(), name="consent-create"),
    path("consents/<int:pk>/withdraw/", caring.ConsentWithdraw.as_view(), name="consent-withdraw"),
    path("persons/<int:pk>/care/add/", caring.CareTagAdd.as_view(), name="caretag-create"),
    path("care/<int:pk>/review/", caring.CareTagReview.as_view(), name="caretag-review"),
    path("care/<int:pk>/end/", caring.CareTagEnd.as_view(), name="caretag-end"),
    path("population/", changes.PopulationChanges.as_view(), name="population-changes"),
    path("buildings/<int:pk>/board/", boards.BuildingBoard.as_view(), name="building-board"),
    path("persons/", persons.PersonList.as_view(), name="person-list"),
    path("persons/find/", hidden.PersonLookUp.as_view(), name="person-lookup"),
    path("persons/<int:pk>/", persons.PersonPage.as_view(), name="person-detail"),
    path("persons/<int:pk>/edit/", persons.PersonUpdate.as_view(), name="person-update"),
    path("persons/<int:pk>/move/", persons.PersonMove.as_view(), name="person-move"),
    path("persons/<int:pk>/checked/", persons.PersonConfirm.as_view(), name="person-confirm"),
    path("persons/<int:pk>/show/<slug:field>/", hidden.PersonReveal.as_view(), name="person-reveal"),
]
