"""Addresses of this room."""

from django.urls import path

from grids.moves import views

urlpatterns = [
    path("posts/<int:pk>/move/", views.MoveCreate.as_view(), name="staffmove-create"),
    path("moves/", views.MoveList.as_view(), name="staffmove-list"),
    path("moves/left/", views.LeftBehind.as_view(), name="staffmove-left"),
    path("moves/<int:pk>/", views.MovePage.as_view(), name="staffmove-detail"),
    path("moves/<int:pk>/agree/", views.MoveAgree.as_view(), name="staffmove-agree"),
    path("moves/<int:pk>/refuse/", views.MoveRefuse.as_view(), name="staffmove-refuse"),
    path("moves/<int:pk>/withdraw/", views.MoveWithdraw.as_view(), name="staffmove-withdraw"),
]
