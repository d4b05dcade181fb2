"""Every address of the portal: the rooms under their own roots, the account pages, and Django's administration."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth import views as auth
from django.urls import include, path

from governance.project.accounts import Logout, PasswordChange

handler500 = "governance.project.errors.server_error"

urlpatterns = [
    path("", include("governance.workbench.urls")),
    path("login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", Logout.as_view(), name="logout"),
    path("password/", PasswordChange.as_view(), name="password_change"),
    path("", include("grids.common.preferences")),
    path("", include("grids.urls")),
    path("", include("residents.urls")),
    path("", include("governance.urls")),
    path("admin/", admin.site.urls),
]

if settings.DEBUG:
    urlpatterns += [path("dev/", include("governance.project.components"))]
