"""Addresses of this room."""

from django.urls import path

from residents.rentals.views import checklists, checks, files, keeping, notices, tenants

urlpatterns = [
    path("rentals/", files.RentalFileList.as_view(), name="rentalfile-list"),
    path("rentals/missing/", files.UnfiledList.as_view(), name="rentalfile-missing"),
    path("rentals/checklists/", checklists.ChecklistList.as_view(), name="rentalchecklist-list"),
    path("rentals/checklists/publish/", checklists.PublishChecklist.as_view(), name="rentalchecklist-publish"),
    path("rentals/checklists/<int:pk>/", checklists.ChecklistPage.as_view(), name="rentalchecklist-detail"),
    path("rentals/checks/<int:pk>/", checks.CheckPage.as_view(), name="rentalcheck-detail"),
    path("rentals/checks/<int:pk>/notice/", notices.IssueNotice.as_view(), name="rectificationnotice-issue"),
    path("rentals/notices/<int:pk>/", notices.PrintNotice.as_view(), name="rectificationnotice-print"),
    path("rentals/notices/<int:pk>/serve/", notices.ServeNotice.as_view(), name="rectificationnotice-serve"),
    path("rentals/photos/<int:pk>/", checks.ShowPhoto.as_view(), name="rentalphoto-show"),
    path("rentals/tenancies/<int:pk>/end/", tenants.EndTenant.as_view(), name="tenancy-end"),
    path("rentals/<int:pk>/", files.RentalFilePage.as_view(), name="rentalfile-detail"),
    path("rentals/<int:pk>/edit/", keeping.ChangeFile.as_view(), name="rentalfile-update"),
    path("rentals/<int:pk>/vacant/", keeping.MarkVacant.as_view(), name="rentalfile-vacant"),
    path("rentals/<int:pk>/let-again/", keeping.LetAgain.as_view(), name="rentalfile-relet"),
    path("rentals/<int:pk>/end/", keeping.EndFile.as_view(), name="rentalfile-end"),
    path("rentals/<int:pk>/landlord/", keeping.RevealLandlord.as_view(), name="rentalfile-reveal"),
    path("rentals/<int:pk>/check/", checks.MakeCheck.as_view(), name="rentalfile-check"),
    path("rentals/<int:pk>/recheck/", checks.MakeRecheck.as_view(), name="rentalfile-recheck"),
    path("rentals/<int:pk>/tenants/add/", tenants.AddTenant.as_view(), name="tenancy-create"),
    path("dwellings/<int:pk>/rental/", keeping.OpenFile.as_view(), name="rentalfile-create"),
]
