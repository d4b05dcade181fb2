"""Accounts, the roles that they hold on grids, and guardian's tables for the powers that follow."""

from typing import Any

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from guardian.mixins import GuardianUserMixin
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from grids.access.choices import Role
from grids.access.querysets import roles_on
from grids.common.clock import now
from grids.common.fields import EncryptedField
from grids.common.privacy import C2, C3


class AccountManager(BaseUserManager):
    """Makes accounts; Django's own manager would ask for an e-mail address, which an account here does not have."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(username=self.model.normalize_username(username), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "User":
        """For ``manage.py createsuperuser``."""
        return self.create_user(username, password, **{**fields, "is_staff": True, "is_superuser": True})


class User(GuardianUserMixin, AbstractBaseUser, PermissionsMixin):
    """An account: what one logs in with. It is neither a person of the roster nor a member of staff;
    ``grids.StaffProfile.user`` and ``residents.ContactMember.user`` say whose it is.
    """

    username = models.CharField(
        _("login name"),
        max_length=150,
        unique=True,
        validators=[UnicodeUsernameValidator()],
        error_messages={"unique": _("This login name is taken; choose another one.")},
    )
    display_name = models.CharField(_("display name"), max_length=60)
    phone = EncryptedField(_("phone"), blank=True)
    must_change_password = models.BooleanField(_("must change the password"), default=False)
    is_staff = models.BooleanField(_("may open the administration pages"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("made on"), default=now, editable=False)

    data_classes = {
        C2: "password last_login is_superuser username display_name must_change_password is_staff "
        "is_active date_joined",
        C3: "phone",
    }

    objects = AccountManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = None
    REQUIRED_FIELDS = ["display_name"]

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.display_name or self.username

    def get_full_name(self) -> str:
        return self.display_name

    def get_short_name(self) -> str:
        return self.display_name

    def roles_on(self, grid: Any = None) -> str:
        """The roles that the account holds on ``grid`` (None: anywhere) as the trail writes them."""
        return ",".join(sorted(roles_on(self, grid)))


class RoleGrant(models.Model):
    """A role that an account holds on a grid, and where it comes from (``source``, such as "post:12").

    The powers in guardian's tables are derived from these rows by grids/access/services.py and nowhere else.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="role_grants")
    grid = models.ForeignKey("grids.Grid", models.PROTECT, related_name="role_grants")
    role = models.CharField(_("role"), max_length=20, choices=Role.choices)
    source = models.CharField(max_length=60)
    granted_at = models.DateTimeField(default=now)

    data_classes = {C2: "user grid role source granted_at"}

    class Meta:
        verbose_name = _("role on a grid")
        verbose_name_plural = _("roles on grids")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["user", "grid", "role", "source"], name="role_grant_once_per_source"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}"


class GridUserObjectPermission(UserObjectPermissionBase):
    """guardian's direct-foreign-key table: one power of one account on one grid."""

    content_object = models.ForeignKey("grids.Grid", models.CASCADE)

    data_classes = {C2: "permission user content_object"}

    class Meta(UserObjectPermissionBase.Meta):
        indexes = [models.Index(fields=["user", "permission"], name="grid_perm_by_user")]


class GridGroupObjectPermission(GroupObjectPermissionBase):
    """The same for a group of accounts."""

    content_object = models.ForeignKey("grids.Grid", models.CASCADE)

    data_classes = {C2: "permission group content_object"}
