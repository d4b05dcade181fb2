"""Addresses of possible duplicates and merges."""

from django.urls import path

from residents.roster.views import merging

urlpatterns = [
    path("duplicates/", merging.DuplicateList.as_view(), name="duplicate-list"),
    path("persons/<int:pk>/merge/<int:other>/", merging.PersonMergeCreate.as_view(), name="personmerge-create"),
    path("persons/<int:pk>/two-persons/<int:other>/", merging.NoDuplicateCreate.as_view(), name="noduplicate-create"),
    path("merges/", merging.PersonMergeList.as_view(), name="personmerge-list"),
    path("merges/<int:pk>/undo/", merging.PersonMergeUndo.as_view(), name="personmerge-undo"),
]
