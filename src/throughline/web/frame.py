"""What surrounds every staff page: who is signed in, their pages, and when the session ends."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest
from django.urls import reverse

from throughline.core.clock import now
from throughline.web.navigation import Page, pages_for
from throughline.web.signin.limits import IDLE, WARNING

# The banner that each code of a redirect's `done` parameter stands for is the page's own business.
Flash = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Frame:
    """Everything the layout asks for, so that a page passes none of it."""

    name: str
    role_title: str
    organisation: str
    nav: tuple[Page, ...]
    flashes: tuple[Flash, ...]
    at: datetime
    personal: bool
    idle_seconds: int
    warn_seconds: int
    extend: str
    sign_in: str
    sign_out: str


def frame_of(request: HttpRequest) -> Frame:
    """Read the frame from the request.

    A view that shows a person sets `request.personal = True`, which adds the watermark; one that has
    something to say sets `request.flashes = (("good", "Saved."),)`. The middleware that loads the
    user sets `request.organisation_name`, because a role may not be allowed to read the table.
    """
    user = request.user
    known = user.is_authenticated
    return Frame(
        name=str(getattr(user, "display_name", "")) if known else "",
        role_title=str(user.get_role_display()) if known else "",  # type: ignore[union-attr]
        organisation=str(getattr(request, "organisation_name", "")),
        nav=pages_for(str(getattr(user, "role", "")), path=request.path),
        flashes=tuple(getattr(request, "flashes", ())),
        at=now(),
        personal=bool(getattr(request, "personal", False)),
        idle_seconds=int(IDLE.total_seconds()),
        warn_seconds=int(WARNING.total_seconds()),
        extend=reverse("session_extend"),
        sign_in=reverse("account_login"),
        sign_out=reverse("account_logout"),
    )
