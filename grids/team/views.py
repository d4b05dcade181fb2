"""Pages over staff and posts."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import add_never_cache_headers
from django.utils.functional import cached_property
from django.utils.translation import gettext, npgettext_lazy
from django.utils.translation import gettext_lazy as _

from grids.access.choices import Permission
from grids.access.querysets import roles_on, scope_of
from grids.common.chips import chip_of
from grids.common.clock import today
from grids.common.decisions import Decision, Denied
from grids.common.errors import Refused
from grids.common.pages import grid_crumbs
from grids.common.panels import staff_panels
from grids.common.stale import KeepsTyped
from grids.common.views import Action, ActionPage, CreatePage, Crumb, DetailPage, ListPage, UpdatePage
from grids.team import rules
from grids.team.choices import Employment
from grids.team.filters import StaffFilter, TeamFilter
from grids.team.forms import AccountForm, EndPostForm, PostForm, StaffChangeForm, StaffForm
from grids.team.models import Post, StaffProfile
from grids.team.querysets import with_strength
from grids.team.services import (
    change_staff,
    end_post,
    enter_staff,
    give_new_password,
    may_open_account,
    open_account,
    start_post,
)
from grids.team.tables import PostTable, StaffTable, TeamTable
from grids.tree.choices import Level
from grids.tree.models import Grid


def team_links(user: Any) -> list[Action]:
    """Enter staff and start a post, for whoever manages one part of the forest."""
    top = list(Grid.objects.top_of(scope_of(user, Permission.MANAGE_TEAM)).order_by("code")[:2])
    if len(top) != 1:
        return []
    return [
        Action(_("Start a post"), reverse("grids:post-start", args=[top[0].pk]), icon="user-check", style="primary"),
        Action(_("Enter staff"), reverse("grids:staff-create", args=[top[0].pk]), icon="user-plus"),
    ]


class TeamList(ListPage):
    """The teams of all grids, each with its "one full, two part"."""

    permission = Permission.VIEW_TEAM
    model = Grid
    table_class = TeamTable
    filterset_class = TeamFilter
    title = _("Staff and posts")
    intro = _("Who serves on which grid. A complete team has one full-time and two part-time grid members.")
    unit = npgettext_lazy("number of", "grid", "grids")
    empty_title = _("No grid yet")
    empty_text = _("Teams are listed here as soon as there are grids.")

    def get_queryset(self) -> QuerySet:
        grids = with_strength(super().get_queryset().living().at_level(Level.GRID)).select_related("parent")
        in_office = Post.objects.held_on().select_related("staff").order_by("starts_on", "pk")
        return grids.prefetch_related(Prefetch("posts", queryset=in_office, to_attr="serving"))

    def get_actions(self) -> list[Action]:
        people = Action(_("All staff"), reverse("grids:staff-list"), icon="users")
        return [*team_links(self.request.user), people]


class StaffList(ListPage):
    """Everybody who serves, once each."""

    permission = Permission.VIEW_TEAM
    model = StaffProfile
    table_class = StaffTable
    filterset_class = StaffFilter
    title = _("All staff")
    unit = npgettext_lazy("number of", "member of staff", "members of staff")
    empty_title = _("No staff yet")
    empty_text = _("Enter whoever serves on your grids, then give him his post.")

    def get_breadcrumb(self) -> list[Crumb]:
        return [Crumb(_("Staff and posts"), reverse("grids:post-list"))]

    def get_queryset(self) -> QuerySet:
        in_office = Post.objects.held_on().select_related("grid").order_by("grid__code")
        return super().get_queryset().prefetch_related(Prefetch("posts", queryset=in_office, to_attr="serving"))

    def get_actions(self) -> list[Action]:
        return team_links(self.request.user)


class OneStaff:
    """The way back from the forms about one person; ``staff`` says whose they are."""

    object: Any

    @property
    def staff(self) -> StaffProfile:
        return self.object

    def get_breadcrumb(self) -> list[Crumb]:
        return [
            Crumb(_("All staff"), reverse("grids:staff-list")),
            Crumb(self.staff.name, self.staff.get_absolute_url()),
        ]


class StaffPage(DetailPage):
    """One person: posts past and present, and the account."""

    permission = Permission.VIEW_TEAM
    model = StaffProfile
    template_name = "grids/team/staff_detail.html"
    panels = staff_panels

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("home", "user")

    def get_breadcrumb(self) -> list[Crumb]:
        return [
            Crumb(_("Staff and posts"), reverse("grids:post-list")),
            Crumb(_("All staff"), reverse("grids:staff-list")),
        ]

    @cached_property
    def posts(self) -> list[Post]:
        rows = self.object.posts.select_related("grid__parent__parent__parent__parent")
        posts = sorted(rows, key=lambda post: (post.starts_on, post.pk), reverse=True)
        for post in posts:
            post.staff = self.object
            roles = roles_on(self.request.user, post.grid)
            may_end = rules.may_end_post(self.request.user, roles, post, today())
            post.end_url = reverse("grids:post-end", args=[post.pk]) if may_end else ""
        return posts

    def get_actions(self) -> list[Action]:
        staff, user = self.object, self.request.user
        may_manage = rules.may_manage_team(user, staff.home)
        if not may_manage:  # a colleague's page, for reading
            return []
        start = f"{reverse('grids:post-start', args=[staff.home_id])}?staff={staff.pk}"
        edit = reverse("grids:staff-update", args=[staff.pk])
        may_open = may_open_account(user, staff, [post for post in self.posts if post.end_url or not _is_over(post)])
        account = (
            Action(_("Reset password"), reverse("grids:staff-password", args=[staff.pk]), may_open, icon="key-round")
            if staff.user_id
            else Action(
                _("Open an account"), reverse("grids:staff-account", args=[staff.pk]), may_open, icon="key-round"
            )
        )
        return [
            Action(_("Start a post"), start, may_manage, icon="user-check"),
            Action(_("Edit"), edit, may_manage, icon="pencil"),
            account,
        ]

    def get_facts(self) -> list[tuple[Any, Any]]:
        staff = self.object
        facts: list[tuple[Any, Any]] = [
            (_("Employment"), chip_of(Employment, staff.employment)),
            (_("Duty phone"), staff.work_phone),
            (_("Serving since"), staff.hired_on),
            (_("Entered for"), staff.home.name),
            (_("Login name"), staff.user.username if staff.user else gettext("No account")),
        ]
        if rules.may_manage_team(self.request.user, staff.home):
            facts += [(_("Date of birth"), staff.birth_date), (_("Schooling"), staff.get_education_display())]
        return facts

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        return super().get_context_data(posts=PostTable(self.posts, orderable=False), **context)


def _is_over(post: Post) -> bool:
    return post.ends_on is not None and post.ends_on <= max(today(), post.starts_on)


class StaffCreate(CreatePage):
    """Somebody new, entered for one grid."""

    permission = Permission.VIEW_TEAM
    model = Grid
    form_class = StaffForm
    title = _("Enter staff")
    success_message = _("Entered. Now give him his post.")

    def load(self) -> None:
        self.object = self.get_object()

    def get_intro(self) -> Any:
        return gettext("Entered for %(grid)s.") % {"grid": self.object.name}

    def decide(self) -> Decision:
        return rules.may_enter_staff(self.request.user, self.object)

    def perform(self, form: Any) -> StaffProfile:
        return enter_staff(self.object, actor=self.request.user, **form.cleaned_data)


class StaffUpdate(KeepsTyped, OneStaff, UpdatePage):
    permission = Permission.VIEW_TEAM
    model = StaffProfile
    form_class = StaffChangeForm
    title = _("Edit staff")
    success_message = _("Saved.")

    def decide(self, obj: StaffProfile) -> Decision:
        return rules.may_manage_team(self.request.user, obj.home)

    def perform(self, form: Any) -> StaffProfile:
        return change_staff(self.object, actor=self.request.user, **form.cleaned_data)


class PostStart(CreatePage):
    """Start a post on a grid or below it."""

    permission = Permission.VIEW_TEAM
    model = Grid
    form_class = PostForm
    title = _("Start a post")
    submit_label = _("Start the post")

    def load(self) -> None:
        self.object = self.get_object()

    def get_breadcrumb(self) -> list[Crumb]:
        return grid_crumbs(self.object, self.request.user, Permission.VIEW_GRIDS)

    def decide(self) -> Decision:
        return rules.may_enter_staff(self.request.user, self.object)

    def get_initial(self) -> dict[str, Any]:
        return {"staff": self.request.GET.get("staff"), "grid": self.object.pk}

    def perform(self, form: Any) -> Post:
        given = form.cleaned_data
        return start_post(
            given["staff"],
            given["role"],
            given["grid"],
            actor=self.request.user,
            starts_on=given["starts_on"],
            primary=not given["further"],
        )

    def get_success_message(self, result: Post) -> Any:
        return gettext("%(name)s: %(role)s, %(grid)s, from %(day)s.") % {
            "name": result.staff.name,
            "role": result.get_role_display(),
            "grid": result.grid.name,
            "day": result.starts_on,
        }

    def get_success_url(self, result: Post) -> str:
        return result.staff.get_absolute_url()


class PostEnd(OneStaff, ActionPage):
    permission = Permission.VIEW_TEAM
    model = Post
    form_class = EndPostForm
    submit_label = _("End the post")
    style = "danger"
    success_message = _("The post has ended; its rights end with it.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("grid", "staff__user")

    @property
    def staff(self) -> StaffProfile:
        return self.object.staff

    def get_title(self) -> Any:
        return gettext("End: %(role)s, %(grid)s") % {
            "role": self.object.get_role_display(),
            "grid": self.object.grid.name,
        }

    def get_intro(self) -> Any:
        return gettext("%(name)s holds this post since %(day)s.") % {
            "name": self.object.staff.name,
            "day": self.object.starts_on,
        }

    def decide(self, obj: Post) -> Decision:
        return rules.may_end_post(self.request.user, roles_on(self.request.user, obj.grid), obj, today())

    def get_initial(self) -> dict[str, Any]:
        return {"on": max(today(), self.object.starts_on)}

    def perform(self, obj: Post, form: Any) -> Post:
        return end_post(obj, actor=self.request.user, **form.cleaned_data)

    def get_back_url(self) -> str:
        return self.object.staff.get_absolute_url()

    def get_success_url(self, result: Post) -> str:
        return result.staff.get_absolute_url()


class PasswordPage(OneStaff, ActionPage):
    """An act that ends in a password: the answer shows it once, is kept nowhere and cannot be loaded again."""

    permission = Permission.VIEW_TEAM
    model = StaffProfile

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().select_related("home", "user")

    def decide(self, obj: StaffProfile) -> Decision:
        return may_open_account(self.request.user, obj, obj.posts.not_ended().select_related("grid"))

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        form = self.get_form()
        if form.is_valid():
            try:
                user, password = self.perform(self.object, form)
            except ValidationError as problem:
                form.take_errors(problem)
            except Refused as problem:
                form.add_error(None, str(problem.reason))
            else:
                self.template_name = "grids/team/staff_password.html"
                context = self.get_context_data(form=form, username=user.username, password=password)
                response = self.render_to_response(context)
                add_never_cache_headers(response)
                return response
        return self.render_to_response(self.get_context_data(form=form))


class AccountOpen(PasswordPage):
    form_class = AccountForm
    intro = _("The starting password is shown once. It must be changed at the first login.")
    submit_label = _("Open the account")

    def get_title(self) -> Any:
        return gettext("Open an account for %(name)s") % {"name": self.object.name}

    def decide(self, obj: StaffProfile) -> Decision:
        if obj.user_id:
            return Denied(_("%(name)s has an account already.") % {"name": obj.name})
        return super().decide(obj)

    def perform(self, obj: StaffProfile, form: Any) -> Any:
        return open_account(obj, actor=self.request.user, **form.cleaned_data)


class PasswordRenew(PasswordPage):
    intro = _("The old password stops working. The new one is shown once and must be changed at the next login.")
    submit_label = _("Give a new password")

    def get_title(self) -> Any:
        return gettext("Reset the password of %(name)s") % {"name": self.object.name}

    def decide(self, obj: StaffProfile) -> Decision:
        if not obj.user_id:
            return Denied(_("%(name)s has no account yet.") % {"name": obj.name})
        return super().decide(obj)

    def perform(self, obj: StaffProfile, form: Any) -> Any:
        return give_new_password(obj, actor=self.request.user)
