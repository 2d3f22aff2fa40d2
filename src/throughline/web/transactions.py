"""One transaction a request, in the role that the signed-in person's job gives, and no other.

The outer middleware opens the transaction as the process's base role, which can read sessions and users
and nothing else. The inner one sets the role and key of the person, inside a savepoint, so that a failed
page leaves no half of its writes and the session can still be saved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone

from throughline.calling import queries as calling
from throughline.core import clock
from throughline.core.context import acting, become, transaction_as
from throughline.core.errors import Problem
from throughline.core.remembering import remembering
from throughline.core.roles import Role
from throughline.core.service import service_zone
from throughline.web.problems import problem_page
from throughline.workforce.models import JobRole, User

Handler = Callable[[HttpRequest], HttpResponseBase]

BASE_ROLE = {"public": Role.PUBLIC, "intake": Role.INTAKE}

ROLE_OF_JOB = {
    JobRole.HANDLER: Role.DESK,
    JobRole.LEADER: Role.SUPPLIER,
    JobRole.SUPPLIER: Role.SUPPLIER,
    JobRole.LOCAL: Role.LOCAL,
    JobRole.AUTHORITY: Role.AUTHORITY,
    JobRole.EPIDEMIOLOGIST: Role.OVERSIGHT,
    JobRole.CONTRACTS: Role.OVERSIGHT,
    JobRole.PROTECTION: Role.OVERSIGHT,
    JobRole.AUDITOR: Role.OVERSIGHT,
}

# Pages of signing in and of the session stay in `r_login`.
SIGN_IN = ("/sign-in/", "/sign-out/")
# In a conversation everybody, the local team too, sees the household of their lease and no other.
CONVERSATION = "/conversation/"


class RequestTransaction:
    """Open the request's transaction as the process's base role."""

    def __init__(self, get_response: Handler) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        base = BASE_ROLE.get(settings.PROCESS, Role.LOGIN)
        with (
            remembering(),
            transaction_as(base),
            timezone.override(service_zone()),
        ):
            return self.get_response(request)


class ActAs:
    """Set the role and key of the signed-in person for the page itself."""

    def __init__(self, get_response: Handler) -> None:
        """Keep the next handler."""
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        user = request.user
        if not isinstance(user, User) or request.path.startswith(SIGN_IN):
            return self.get_response(request)
        # Read now: the person's role may not be allowed to.
        request.organisation_name = user.organisation.name  # type: ignore[attr-defined]
        savepoint = transaction.savepoint()
        with _as_person(request, user):
            response = self.get_response(request)
            if response.status_code >= 500 or getattr(request, "refused", None):
                # Back to before the role was set; leaving the block then restores the base role.
                transaction.savepoint_rollback(savepoint)
                connection.needs_rollback = False
            else:
                transaction.savepoint_commit(savepoint)
        return response

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponseBase | None:
        """Turn a problem that a person can mend into its page; leave faults of ours to Django."""
        if not isinstance(exception, Problem):
            return None
        request.refused = exception  # type: ignore[attr-defined]
        return problem_page(request, exception)


@contextmanager
def _as_person(request: HttpRequest, user: User) -> Iterator[None]:
    keys: dict[str, Any] = {"user": user.id, "supplier": user.organisation_id, "team": user.team_id}
    role = ROLE_OF_JOB[JobRole(user.role)]
    if not request.path.startswith(CONVERSATION):
        with acting(role, **keys):
            yield
        return
    with acting(Role.DISPATCH, user=user.id):
        lease = calling.lease_in_hand(user_id=user.id, at=clock.now())
        request.lease = lease  # type: ignore[attr-defined]
        keys["household"] = lease.household_id if lease else None
        become(Role.DESK if user.role in {JobRole.HANDLER, JobRole.LOCAL} else role, **keys)
        yield
