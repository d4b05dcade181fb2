"""The addresses that every page's frame leads to, without the rooms above ``common``."""

from django.contrib.auth import views as auth
from django.urls import include, path
from django.views.generic import TemplateView

searching = [path("", TemplateView.as_view(template_name="base.html"), name="search")]
urlpatterns = [
    path("login/", auth.LoginView.as_view(), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path("password/", auth.PasswordChangeView.as_view(), name="password_change"),
    path("", include("grids.common.preferences")),
    # The top bar's search box belongs to a room above.
    path("search/", include((searching, "governance"))),
    path("", include(("grids.notifications.urls", "grids"))),
]
