"""Users, their teams, the agents among them, and what each agent was doing when."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models

from throughline.core.ids import new_id, new_ref
from throughline.core.models import Referenced, Row
from throughline.suppliers.models import Organisation


class JobRole(models.TextChoices):
    """The ten roles of people; the public has no account."""

    HANDLER = "handler", "Call handler"
    LEADER = "leader", "Team leader"
    SUPPLIER = "supplier", "Supplier manager"
    LOCAL = "local", "Local team"
    EPIDEMIOLOGIST = "epidemiologist", "Epidemiologist"
    AUTHORITY = "authority", "Authority"
    CONTRACTS = "contracts", "Contract manager"
    PROTECTION = "protection", "Data protection officer"
    AUDITOR = "auditor", "Auditor"


class Team(Referenced):
    """People who work together: of a supplier, or a council's, with the areas it answers for."""

    code = models.TextField(unique=True)
    name = models.TextField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="teams")
    areas = ArrayField(models.TextField(), default=list)
    # Hours after which an unreached case goes to this team; 0: it works the case from the start.
    handover_hours = models.PositiveSmallIntegerField(null=True)

    class Meta:
        db_table = "workforce_team"

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Django's sign-in looks users up by this."""

    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user with that name, whatever its case."""
        return self.get(username=(username or "").lower())


class User(AbstractBaseUser):
    """A person with a sign-in: one role, one organisation, perhaps one team."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    ref = models.UUIDField(unique=True, default=new_ref, editable=False)
    username = models.TextField(unique=True)
    display_name = models.TextField()
    role = models.TextField(choices=JobRole.choices)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="users")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="users")
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        db_table = "workforce_user"

    def __str__(self) -> str:
        return self.username


class Agent(Row):
    """A user who takes conversations: what the calling queues may offer, and nothing personal."""

    user = models.OneToOneField(User, models.PROTECT, related_name="agent")
    supplier = models.ForeignKey(Organisation, models.PROTECT, related_name="agents")
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="agents")
    kinds = ArrayField(models.TextField(), default=list)
    tiers = ArrayField(models.TextField(), default=list)
    skills = ArrayField(models.TextField(), default=list)
    languages = ArrayField(models.TextField(), default=list)
    areas = ArrayField(models.TextField(), default=list)

    class Meta:
        db_table = "workforce_agent"

    def __str__(self) -> str:
        return str(self.id)


class AgentState(Row):
    """One unbroken spell of one agent in one state (events.md, agent_states)."""

    agent = models.ForeignKey(Agent, models.PROTECT, related_name="states")
    supplier_id = models.UUIDField()
    state = models.TextField()
    code = models.TextField(blank=True, default="")
    queue_waiting = models.BooleanField(null=True)
    from_at = models.DateTimeField()
    to_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "workforce_agent_state"
        constraints = [
            models.UniqueConstraint(
                fields=["agent"], condition=models.Q(to_at__isnull=True), name="agent_in_one_state"
            ),
            models.CheckConstraint(
                condition=models.Q(to_at__isnull=True) | models.Q(to_at__gte=models.F("from_at")),
                name="agent_state_ends_after_start",
            ),
        ]
        indexes = [models.Index(fields=["supplier_id", "from_at"], name="agent_state_by_supplier")]

    def __str__(self) -> str:
        return f"{self.agent_id} {self.state}"
