"""Addresses of this room."""

from django.urls import path

from grids.tree.views import GridClose, GridCreate, GridList, GridMove, GridPage, GridRename

urlpatterns = [
    path("grids/", GridList.as_view(), name="grid-list"),
    path("grids/<int:pk>/", GridPage.as_view(), name="grid-detail"),
    path("grids/<int:pk>/add/", GridCreate.as_view(), name="grid-create"),
    path("grids/<int:pk>/rename/", GridRename.as_view(), name="grid-rename"),
    path("grids/<int:pk>/move/", GridMove.as_view(), name="grid-move"),
    path("grids/<int:pk>/close/", GridClose.as_view(), name="grid-close"),
]
