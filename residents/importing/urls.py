"""Addresses of this room."""

from django.urls import path

from residents.importing.views import correcting, deciding, starting

urlpatterns = [
    path("imports/", starting.ImportList.as_view(), name="import-list"),
    path("imports/new/", starting.ImportCreate.as_view(), name="import-create"),
    path("imports/template/", starting.ImportTemplate.as_view(), name="import-template"),
    path("imports/<int:pk>/", deciding.ImportPage.as_view(), name="import-detail"),
    path("imports/<int:pk>/columns/", starting.ImportMapping.as_view(), name="import-mapping"),
    path("imports/<int:pk>/wrong/", correcting.ImportWrongRows.as_view(), name="import-wrong"),
    path("imports/<int:pk>/take-in/", deciding.ImportTakeIn.as_view(), name="import-take-in"),
    path("imports/<int:pk>/confirm/", deciding.ImportConfirm.as_view(), name="import-confirm"),
    path("imports/<int:pk>/again/", deciding.ImportAgain.as_view(), name="import-again"),
    path("imports/<int:pk>/cancel/", deciding.ImportCancel.as_view(), name="import-cancel"),
    path("imports/<int:pk>/marked/", deciding.ImportMarked.as_view(), name="import-marked"),
    path("imports/<int:pk>/undo/", deciding.ImportUndo.as_view(), name="import-undo"),
]
