"""The addresses of the console. None of them names a person: what is in hand is the lease's."""

from __future__ import annotations

from django.urls import path

from throughline.web.console.views import answers, calls, ending, grid, ready

urlpatterns = [
    path("conversation/", ready.conversation, name="conversation"),
    path("conversation/next/", ready.take_next, name="conversation-next"),
    path("conversation/state/", ready.change_state, name="conversation-state"),
    path("conversation/answer/", answers.answer, name="conversation-answer"),
    path("conversation/step/", answers.go_to, name="conversation-step"),
    path("conversation/identity/", answers.check_identity, name="conversation-identity"),
    path("conversation/subject/", answers.switch, name="conversation-subject"),
    path("conversation/named/", grid.named, name="conversation-named"),
    path("conversation/attempt/", calls.attempt, name="conversation-attempt"),
    path("conversation/number/", calls.number, name="conversation-number"),
    path("conversation/heartbeat/", calls.heartbeat, name="conversation-heartbeat"),
    path("conversation/outcome/", ending.end, name="conversation-outcome"),
]
