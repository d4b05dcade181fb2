"""The pages about joint-family members: list, registration, one member, the end."""

from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import npgettext_lazy

from grids.access.choices import Permission
from grids.common.chips import Chip, Tone
from grids.common.clock import today
from grids.common.decisions import Allowed, Decision, Denied
from grids.common.views import Action, ActionPage, CreatePage, Crumb, DetailPage, ListPage
from grids.tree.models import Grid
from residents.contacts import rules, services
from residents.contacts.bands import load_chip
from residents.contacts.choices import ContactRole, MemberKind
from residents.contacts.filters import CandidateFilter, MemberFilter
from residents.contacts.forms import AccountForm, EndMemberForm, RegisterForm
from residents.contacts.models import ContactAssignment, ContactMember
from residents.contacts.querysets import band_on
from residents.contacts.tables import CandidateTable, MemberTable
from residents.roster.models import Person, Residency
from residents.roster.rules import shown_household

MEMBERS = _("Household contacts")


def members_crumb() -> Crumb:
    return Crumb(MEMBERS, reverse("residents:contactmember-list"))


def may_register(user: Any) -> Decision:
    """Whether the user registers members anywhere."""
    if user.has_perm(Permission.ASSIGN_CONTACTS):
        return Allowed()
    return Denied(_("The community secretary registers joint-family members."))


class MemberList(ListPage):
    permission = Permission.VIEW_CONTACTS
    model = ContactMember
    table_class = MemberTable
    filterset_class = MemberFilter
    title = MEMBERS
    intro = _(
        "Joint-family members and how many households each of them contacts; 5 to 15, or the band of the community."
    )
    unit = npgettext_lazy("number of", "member", "members")
    empty_title = _("No joint-family member yet")
    empty_text = _("Register the first one: a party member of the community who agreed to contact households.")

    def get_queryset(self) -> QuerySet:
        # Not by name: no list is sorted by what it masks for some of its readers.
        members = super().get_queryset().with_load().with_band().with_exemption()
        members = members.select_related("person", "grid").order_by("grid__code", "pk")
        return members if "serving" in self.request.GET else members.serving()

    def get_actions(self) -> list[Action]:
        actions = [Action(_("Households without contact"), reverse("residents:contact-uncovered"), icon="house")]
        if may_register(self.request.user):
            actions.append(Action(_("Hand-overs"), reverse("residents:contacthandover-list"), icon="repeat"))
        if decision := may_register(self.request.user):
            actions.append(Action(_("Balancing board"), reverse("residents:contact-boards"), icon="scale"))
            url = reverse("residents:contactmember-find")
            actions.insert(0, Action(_("Register member"), url, decision, style="primary", icon="user-plus"))
        return actions


class MemberFind(ListPage):
    """Whom to register: persons of one's communities who are not members yet."""

    permission = Permission.ASSIGN_CONTACTS
    model = Person
    table_class = CandidateTable
    filterset_class = CandidateFilter
    title = _("Register member")
    intro = _("Find the person in the roster first. Persons who reported themselves as party members come first.")
    unit = npgettext_lazy("number of", "person", "persons")
    empty_title = _("Nobody to register")
    empty_text = _("Everybody in the roster is a member already, or the roster is empty.")

    def get_queryset(self) -> QuerySet:
        residencies = Residency.objects.active().select_related(
            "household__dwelling__grid", "household__dwelling__unit__building"
        )
        serving = ContactMember.objects.serving().filter(person=OuterRef("pk"))
        return (
            super()
            .get_queryset()
            .filter(~Exists(serving), deceased_on__isnull=True)
            .prefetch_related(Prefetch("residencies", residencies, to_attr="present_residency"))
            .order_by("-party_member", "pk")
        )

    def get_breadcrumb(self) -> list[Crumb]:
        return [members_crumb()]


class MemberCreate(CreatePage):
    """Register one person of the roster."""

    permission = Permission.VIEW_ROSTER
    model = Person
    form_class = RegisterForm
    title = _("Register member")
    submit_label = _("Register member")
    success_message = _("The member is registered. Now choose the households.")

    def load(self) -> None:
        self.object = self.get_object()

    def decide(self) -> Decision:
        return may_register(self.request.user)

    def get_intro(self) -> str:
        return _("%(name)s will contact households of the community.") % {"name": self.object.name}

    def get_breadcrumb(self) -> list[Crumb]:
        return [members_crumb(), Crumb(self.object.name)]

    def get_back_url(self) -> str:
        return reverse("residents:contactmember-find")

    def get_initial(self) -> dict[str, Any]:
        residency = Residency.objects.active().filter(person=self.object).select_related("household__dwelling__grid")
        home = residency.first()
        community = Grid.objects.filter(code=home.household.grid.code[:12]).first() if home else None
        return {"grid": community, "kind": MemberKind.PARTY, "consented_on": today()}

    def perform(self, form: Any) -> ContactMember:
        values = dict(form.cleaned_data)
        return services.register_member(self.object, values.pop("grid"), actor=self.request.user, **values)


class MemberPage(DetailPage):
    """One member: how many households, which, since when."""

    permission = Permission.VIEW_CONTACTS
    model = ContactMember
    template_name = "residents/contacts/contactmember_detail.html"

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_load().with_band().select_related("person", "grid", "user")

    def get_title(self) -> str:
        return rules.member_name(self.request.user, self.object)

    def get_breadcrumb(self) -> list[Crumb]:
        return [members_crumb()]

    def get_actions(self) -> list[Action]:
        member = self.object
        if not member.is_serving:
            return []
        paper = Action(_("List for the briefing"), reverse("governance:member-paper", args=[member.pk]), icon="printer")
        if not (decision := rules.may_assign(self.request.user, member.grid)):
            return [paper]
        actions = [
            paper,
            *(
                Action(label, reverse(f"residents:contactmember-{name}", args=[member.pk]), style=style, icon=icon)
                for label, name, style, icon in _acts_on(member)
            ),
        ]
        exempt = "contactmember-exemptend" if member.is_exempt else "contactmember-exempt"
        words = _("End the exemption") if member.is_exempt else _("Exempt from the minimum")
        actions.insert(0, Action(words, reverse(f"residents:{exempt}", args=[member.pk]), decision, icon="scale"))
        if member.user_id is None:
            url = reverse("residents:contactmember-link", args=[member.pk])
            actions.insert(0, Action(_("Connect account"), url, decision, icon="log-in"))
        return actions

    def get_facts(self) -> list[tuple[Any, Any]]:
        member = self.object
        facts = [
            (_("Community"), member.grid.name),
            (_("Serves as"), member.get_kind_display()),
            (_("Party membership"), member.get_party_status_display()),
            (_("Party branch"), member.branch),
            (_("Agreed on"), f"{member.consented_on:%Y-%m-%d}"),
            (_("Since"), f"{member.starts_on:%Y-%m-%d}"),
            (
                _("Households get the phone number"),
                _("agreed on %(day)s") % {"day": member.phone_shown_since} if member.phone_shown_since else _("No"),
            ),
        ]
        if member.suspended_on is not None:
            back = member.back_on or "—"
            words = _("since %(day)s, back on %(back)s") % {"day": member.suspended_on, "back": back}
            facts.append((_("Away for long"), words))
        if member.leaving_since is not None:
            facts.append((_("Hands over all households"), _("since %(day)s") % {"day": member.leaving_since}))
        if not member.is_serving:
            return [*facts, (_("End"), f"{member.ends_on:%Y-%m-%d}")]
        return [*facts, (_("Account"), _("Connected") if member.user_id else _("None yet"))]

    def get_context_data(self, **context: Any) -> dict[str, Any]:
        user, member = self.request.user, self.object
        assignments = ContactAssignment.objects.restrict(user, Permission.VIEW_CONTACTS).filter(member=member)
        serving = list(assignments.serving().with_place())
        band = band_on(member)
        load = load_chip(member.load, band, excepted=member.excepted, is_exempt=member.is_exempt)
        marks = [load] if member.is_serving else [Chip(_("Ended"), Tone.GREY)]
        return super().get_context_data(
            marks=marks,
            band=band,
            load=f"{member.load}/{band.maximum}",
            most=band.maximum,
            backup_load=f"{member.backup_load}/{band.backup_maximum}",
            backup_most=band.backup_maximum,
            hidden_number=member.load + member.backup_load - len(serving),
            households=[
                {
                    "door": shown_household(user, one.household),
                    "grid": one.household.grid.name,
                    "url": reverse("residents:household-detail", args=[one.household_id]),
                    "role": one.get_role_display(),
                    "is_primary": one.role == ContactRole.PRIMARY,
                    "starts_on": one.starts_on,
                    "exception_reason": one.exception_reason,
                    "exception_until": one.exception_until,
                }
                for one in serving
            ],
            past_number=assignments.filter(ends_on__isnull=False).count(),
            **context,
        )


def _acts_on(member: ContactMember) -> list[tuple[Any, str, str, str]]:
    """Label, address, style and icon of what can be done with a member who serves."""
    away = (_("Serves again"), "resume", "primary", "rotate-ccw")
    if member.suspended_on is None:
        away = (_("Away for long"), "suspend", "secondary", "calendar-off")
    leaving = (_("Stays after all"), "stay", "secondary", "undo-2")
    if member.leaving_since is None:
        leaving = (_("Hand over all households"), "leave", "secondary", "repeat")
    return [
        away,
        leaving,
        (_("Phone number for the households"), "phone", "quiet", "phone"),
        (_("Suddenly gone"), "vacancy", "quiet", "life-buoy"),
        (_("Stop contacting"), "end", "danger", "user-minus"),
    ]


class MemberEnd(ActionPage):
    permission = Permission.VIEW_CONTACTS
    model = ContactMember
    form_class = EndMemberForm
    title = _("Stop contacting")
    submit_label = _("Stop contacting")
    style = "danger"
    success_message = _("The member has stopped. Backup contacts stand in; please find the successors.")

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().with_load().select_related("person", "grid")

    def get_intro(self) -> str:
        return _(
            "Households that %(name)s contacts: %(count)d. Where there is a backup contact, he stands in; the others "
            "are without a contact until a new one is named. The account loses its rights today. To leave no gap, let "
            "the member hand over all households instead."
        ) % {"name": self.object.person.name, "count": self.object.load}

    def get_breadcrumb(self) -> list[Crumb]:
        return [members_crumb(), Crumb(rules.member_name(self.request.user, self.object), self.get_back_url())]

    def decide(self, obj: ContactMember) -> Decision:
        return rules.may_assign(self.request.user, obj.grid)

    def perform(self, obj: ContactMember, form: Any) -> ContactMember:
        return services.end_member(obj, actor=self.request.user, reason=form.cleaned_data["reason"])


class MemberLink(ActionPage):
    permission = Permission.VIEW_CONTACTS
    model = ContactMember
    form_class = AccountForm
    title = _("Connect account")
    submit_label = _("Connect account")
    success_message = _("The member now sees his households after logging in.")

    def get_breadcrumb(self) -> list[Crumb]:
        return [members_crumb(), Crumb(rules.member_name(self.request.user, self.object), self.get_back_url())]

    def decide(self, obj: ContactMember) -> Decision:
        return rules.may_assign(self.request.user, obj.grid)

    def perform(self, obj: ContactMember, form: Any) -> ContactMember:
        return services.link_account(obj, form.cleaned_data["user"], actor=self.request.user)
