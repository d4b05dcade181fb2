"""Addresses of exports and ledgers."""

from django.urls import path

from grids.exporting.views import exports, ledgers

urlpatterns = [
    path("exports/", exports.ExportList.as_view(), name="export-list"),
    path("exports/queue/", exports.ExportQueue.as_view(), name="export-queue"),
    path("exports/ask/", exports.ExportAsk.as_view(), name="export-ask"),
    path("exports/<int:pk>/", exports.ExportPage.as_view(), name="export-detail"),
    path("exports/<int:pk>/approve/", exports.ExportApprove.as_view(), name="export-approve"),
    path("exports/<int:pk>/refuse/", exports.ExportRefuse.as_view(), name="export-refuse"),
    path("exports/<int:pk>/withdraw/", exports.ExportWithdraw.as_view(), name="export-withdraw"),
    path("exports/<int:pk>/file/", exports.ExportDownload.as_view(), name="export-download"),
    path("ledgers/", ledgers.LedgerCentre.as_view(), name="ledger-centre"),
    path("ledgers/save/", ledgers.LedgerSave.as_view(), name="ledger-create"),
    path("ledgers/filter/", ledgers.FilterSave.as_view(), name="ledger-filter"),
    path("ledgers/new/<slug:key>/", ledgers.ReadyMadePage.as_view(), name="ledger-new"),
    path("ledgers/<int:pk>/", ledgers.LedgerPage.as_view(), name="ledger-detail"),
    path("ledgers/<int:pk>/edit/", ledgers.LedgerUpdate.as_view(), name="ledger-update"),
    path("ledgers/<int:pk>/delete/", ledgers.LedgerDelete.as_view(), name="ledger-delete"),
    path("ledgers/<int:pk>/print/", ledgers.LedgerPrint.as_view(), name="ledger-print"),
]
