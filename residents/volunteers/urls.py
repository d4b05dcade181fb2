"""Addresses of this room."""

from django.urls import path

from residents.volunteers.views import calls, claims, deciding, mine, reports

urlpatterns = [
    path("service/", mine.MyService.as_view(), name="service-mine"),
    path("service/report/<str:code>/", mine.ReportOneself.as_view(), name="service-report"),
    path("service/confirm/", claims.ConfirmByCode.as_view(), name="service-confirm"),
    path("service/board/", mine.Board.as_view(), name="servicecall-board"),
    path("service/calls/", calls.CallList.as_view(), name="servicecall-list"),
    path("service/calls/publish/", calls.PostCreate.as_view(), name="servicecall-create"),
    path("service/calls/<int:pk>/", calls.CallPage.as_view(), name="servicecall-detail"),
    path("service/calls/<int:pk>/claim/", mine.ClaimIt.as_view(), name="servicecall-claim"),
    path("service/calls/<int:pk>/enter/", calls.ClaimForMember.as_view(), name="servicecall-assign"),
    path("service/calls/<int:pk>/withdraw/", calls.WithdrawCall.as_view(), name="servicecall-withdraw"),
    path("service/calls/<int:pk>/code/", calls.NewCode.as_view(), name="servicecall-code"),
    path("service/calls/<int:pk>/slip/", calls.Slip.as_view(), name="servicecall-slip"),
    path("households/<int:pk>/wish/", calls.WishCreate.as_view(), name="servicecall-wish"),
    path("service/claims/<int:pk>/done/", claims.Finish.as_view(), name="serviceclaim-finish"),
    path("service/claims/<int:pk>/return/", claims.GiveBack.as_view(), name="serviceclaim-return"),
    path("service/claims/<int:pk>/confirm/", claims.ConfirmClaim.as_view(), name="serviceclaim-confirm"),
    path("service/claims/<int:pk>/refuse/", claims.RefuseClaim.as_view(), name="serviceclaim-refuse"),
    path("service/reports/", reports.ReportList.as_view(), name="partymemberreport-list"),
    path("service/reports/find/", reports.ReportFind.as_view(), name="partymemberreport-find"),
    path("service/reports/<int:pk>/", reports.ReportPage.as_view(), name="partymemberreport-detail"),
    path("service/reports/<int:pk>/accept/", deciding.ReportAccept.as_view(), name="partymemberreport-accept"),
    path("service/reports/<int:pk>/refuse/", deciding.ReportRefuse.as_view(), name="partymemberreport-refuse"),
    path("service/reports/<int:pk>/end/", deciding.ReportEnd.as_view(), name="partymemberreport-end"),
    path("service/reports/<int:pk>/change/", deciding.ReportChange.as_view(), name="partymemberreport-change"),
    path("service/reports/<int:pk>/withdraw/", deciding.ReportWithdraw.as_view(), name="partymemberreport-withdraw"),
    path("service/reports/<int:pk>/account/", deciding.ReportLink.as_view(), name="partymemberreport-link"),
    path("service/reports/<int:pk>/certificate/", reports.Certificate.as_view(), name="partymemberreport-certificate"),
    path("persons/<int:pk>/report/", reports.ReportCreate.as_view(), name="partymemberreport-create"),
    path(
        "persons/<int:pk>/report/<int:report>/connect/",
        reports.ReportConnect.as_view(),
        name="partymemberreport-connect",
    ),
]
