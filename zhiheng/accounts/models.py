"""Units in a tree, people in units, roles held for a time, enforcement certificates with their validity."""

from __future__ import annotations

from datetime import date
from functools import cached_property

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q

from zhiheng.statements import Once, Read

from .words import WordField


class UnitKind(models.TextChoices):
    OFFICE = "office", "市局"
    DISTRICT = "district", "区局"
    COUNTY = "county", "县局"
    ZONE = "zone", "开发区局"


class Unit(Read, models.Model):
    """An office or bureau. `path` lists the codes from the root down, so that a subtree is a prefix."""

    code = models.CharField("代码", max_length=12, unique=True)
    name = models.CharField("名称", max_length=60, unique=True)
    short_name = models.CharField("简称", max_length=30, unique=True)
    kind = models.CharField("类别", max_length=10, choices=UnitKind.choices)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    path = models.CharField("层级", max_length=120, unique=True)
    # What the papers print: prefix of document numbers, where to defend, review, sue and pay.
    number_prefix = models.CharField("文号代字", max_length=20)
    address = models.CharField("地址", max_length=120, blank=True)
    phone = models.CharField("电话", max_length=30, blank=True)
    review_organ = models.CharField("行政复议机关", max_length=60, blank=True)
    court = models.CharField("管辖法院", max_length=60, blank=True)
    bank = models.CharField("罚没款代收银行", max_length=60, blank=True)
    pay_code = models.CharField("缴款识别码前缀", max_length=30, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "单位"
        ordering = ("code",)

    def __str__(self) -> str:
        return self.name

    @property
    def line(self) -> tuple[str, ...]:
        """Codes from the root down to this unit."""
        return tuple(self.path.strip("/").split("/"))

    def covers(self, other: Unit) -> bool:
        """Whether the other unit is this one or stands below it."""
        return other.path.startswith(self.path)


_UNITS = Once(lambda: Unit.objects.order_by("code").values_list("id", "path", "code", "short_name"))


class PersonManager(BaseUserManager):
    def create_person(self, username: str, password: str | None, **fields) -> Person:
        person = self.model(username=username, **fields)
        person.set_password(password)
        person.save(using=self._db)
        return person


class Person(Read, AbstractBaseUser):
    """Someone who signs in. What they may do follows from their roles, what they may see from their unit."""

    username = models.CharField("登录名", max_length=40, unique=True)
    name = models.CharField("姓名", max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="people", verbose_name="单位")
    phone = models.CharField("电话", max_length=30, blank=True)
    law_qualified = models.BooleanField("具有法律职业资格", default=False)
    # A lawyer engaged from outside: sees nothing of any unit but what was sent to them (`accounts.outside`). Never changed.
    outside = models.BooleanField("外部人员", default=False)
    is_active = models.BooleanField("在用", default=True)
    # Set while somebody else knows the password: the person goes nowhere before choosing their own.
    must_change_password = models.BooleanField("须修改密码", default=False)
    # Somebody else set the password and nobody has vouched yet that its owner has it: the account opens nothing (`accounts.own_password`).
    rests = models.BooleanField("待核实", default=False)

    objects = PersonManager()
    USERNAME_FIELD = "username"

    class Meta:
        verbose_name = verbose_name_plural = "人员"
        ordering = ("unit__code", "username")

    def __str__(self) -> str:
        return self.name

    def check_password(self, raw_password: str) -> bool:
        """As Django's; `rehashed` says that the stored hash was made anew on the way, which the ledger is then told."""
        before = self.password
        right = super().check_password(raw_password)
        self.rehashed = getattr(self, "rehashed", False) or self.password != before
        return right

    @cached_property
    def _units(self) -> list[tuple[int, str, str, str]]:
        """Every unit there is, in the order of codes. Read once per request."""
        return _UNITS()

    @property
    def unit_paths(self) -> list[tuple[int, str]]:
        """Id and path of every unit there is, in the order of codes."""
        return [(pk, path) for pk, path, _, _ in self._units]

    @cached_property
    def unit_ids(self) -> tuple[int, ...]:
        """Ids of the units whose records this person may see: their own and all below it; none for somebody from outside."""
        if self.outside:
            return ()
        return tuple(pk for pk, path, _, _ in self._units if path.startswith(self.unit.path))

    def is_above(self, unit: Unit) -> bool:
        """Whether the unit is the person's own or below it, as `unit_ids` has it, told from the unit at hand."""
        return not self.outside and self.unit.covers(unit)

    @property
    def unit_words(self) -> list[tuple[str, str]]:
        """Code and short name of the units whose records this person may see."""
        own = set(self.unit_ids)
        return [(code, name) for pk, _, code, name in self._units if pk in own]

    @property
    def sees_every_unit(self) -> bool:
        """Nothing is kept from this person: testing each row's unit would only keep the database from walking the index of
        a list's order."""
        return len(self.unit_ids) == len(self._units)


class RoleGrantQuerySet(models.QuerySet):
    def in_force(self, on: date):
        """Those that are held on the day."""
        return self.filter(Q(until__isnull=True) | Q(until__gte=on), since__lte=on)


class RoleGrant(models.Model):
    """A role held by a person from a day on, until a day. Ended, never deleted."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="grants")
    role = WordField("角色", vocabulary="roles", max_length=20)
    since = models.DateField("起")
    until = models.DateField("止", null=True, blank=True)

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "任职"
        constraints = [
            models.CheckConstraint(
                condition=Q(until__isnull=True) | Q(until__gte=models.F("since")),
                name="grant_until_after_since",
            ),
            models.UniqueConstraint(
                fields=("person", "role"), condition=Q(until__isnull=True), name="grant_open_once"
            ),
        ]


class CertificateQuerySet(models.QuerySet):
    def in_force(self, on: date):
        """Those that hold on the day: within their time, and not revoked by then."""
        standing = Q(revoked_on__isnull=True) | Q(revoked_on__gt=on)
        return self.filter(standing, valid_from__lte=on, valid_to__gte=on)


class Certificate(models.Model):
    """行政执法证. Without one that is valid on the day, an officer may not act (行政处罚法 42, 55). Revoked, never deleted."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="certificates")
    number = models.CharField("证号", max_length=30, unique=True)
    valid_from = models.DateField("有效期起")
    valid_to = models.DateField("有效期止")
    # The first day on which it does not hold any more, where it was taken back before its time.
    revoked_on = models.DateField("收回、吊销日期", null=True, blank=True)
    revoked_reason = models.CharField("收回、吊销事由", max_length=120, blank=True)

    objects = CertificateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "行政执法证"
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_to__gte=models.F("valid_from")), name="certificate_dates"
            )
        ]


class Delegation(models.Model):
    """代行: for some days somebody else of the unit acts in a role of the one who is away. Taken back, never deleted."""

    giver = models.ForeignKey(Person, models.PROTECT, related_name="delegations")
    deputy = models.ForeignKey(Person, models.PROTECT, related_name="deputations")
    role = WordField("角色", vocabulary="roles", max_length=20)
    since = models.DateField("起")
    until = models.DateField("止")
    reason = models.CharField("事由", max_length=120)
    # The first day on which it does not hold any more.
    revoked_on = models.DateField("收回日", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "代行"
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gte=models.F("since")), name="delegation_until_after_since"
            ),
            models.CheckConstraint(condition=~Q(giver=models.F("deputy")), name="delegation_to_another"),
        ]

    def ended_by(self, on: date) -> bool:
        """Whether it holds no more on the day."""
        return self.until < on or (self.revoked_on is not None and self.revoked_on <= on)


class Confirmation(models.Model):
    """核实: what an administrator asked for that counts once a second person has confirmed it. Decided once, never deleted.

    `role` "": the account itself, whose password somebody else set; until then it `rests`. Else a role, which is granted by it.
    """

    person = models.ForeignKey(Person, models.PROTECT, related_name="confirmations")
    role = WordField("角色", vocabulary="roles", max_length=20, blank=True)
    since = models.DateField("起", null=True)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+", verbose_name="提请人")
    asked_on = models.DateField("提请日期")
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+", verbose_name="核实人")
    decided_on = models.DateField("核实日期", null=True)
    agreed = models.BooleanField("属实", null=True)
    reason = models.CharField("说明", max_length=120, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "核实"
        constraints = [
            models.UniqueConstraint(
                fields=("person", "role"), condition=Q(decided_on__isnull=True), name="confirmation_open_once"
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | ~Q(decided_by=models.F("asked_by")) & ~Q(decided_by=models.F("person")),
                name="confirmation_by_a_second",
            ),
            models.CheckConstraint(
                condition=Q(role="") | Q(since__isnull=False), name="confirmation_role_since"
            ),
        ]


class SignInCount(models.Model):
    """Failures to sign in within a window, for one name, one address, both or all; see `signing_in`."""

    key = models.CharField(max_length=250, unique=True)
    since = models.DateTimeField(db_index=True)
    failures = models.PositiveIntegerField(default=0)
    told = models.PositiveIntegerField(default=0)
    succeeded = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = "登录失败计数"
