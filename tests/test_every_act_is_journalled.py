"""I6: every act leaves its entry in the journal in its own transaction, and none where it is rolled back."""

from __future__ import annotations

import inspect
import pkgutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from importlib import import_module
from uuid import uuid4

import pytest
from django.db import transaction

from tests.every_act import ACTS, Row
from throughline.core.models import Service
from throughline.definitions.actions import adopt
from throughline.definitions.load import shipped
from throughline.definitions.models import Definition
from throughline.journal.models import Entry
from throughline.tracing.tests.world import NOON, World

ROOMS = (
    "calling", "people", "tracing", "intake", "workforce", "suppliers", "definitions", "record",
)  # fmt: skip

# What actions are made of: each runs within an act of the table above, which leaves the entry for both.
PARTS = {
    "calling.actions.attempts": {"uses_of"},
    "calling.actions.leases": {"agent_of", "check_lease", "held_item", "release"},
    "calling.actions.role": {"moving"},
    "intake.actions.keeping": {"keep", "known_messages"},
    "intake.actions.claims": {"arrival_of"},
    "intake.actions.gathering": {"is_small"},
    "intake.actions.linking": {"place_links"},
    "intake.actions.manifests": {"check_manifest"},
    "intake.actions.mended": {"is_mended"},
    "intake.actions.quarantining": {"conflict", "write_quarantine"},
    "intake.actions.store": {"of_one_size"},
    "intake.actions.taking": {"take_in", "take_in_surely"},
    "intake.actions.telling": {"parsed", "told"},
    "people.actions.find": {"lock_matching"},
    "people.actions.proposing": {"likeness", "write_persons"},
    "suppliers.actions": {"organisation_of"},
    "tracing.actions.closing": {"close_cases", "close_contacts", "end_holdings"},
    "tracing.actions.contact_offers": {"due_of", "held_by", "offer_of", "share_contacts"},
    "tracing.actions.conversation.answers": {"open_interview"},
    "tracing.actions.conversation.given": {"answer_to", "day", "text"},
    "tracing.actions.conversation.held": {"held_talk", "hold", "keep", "one_act", "subject_of"},
    "tracing.actions.conversation.numbers": {"retire_endpoint"},
    "tracing.actions.conversation.telling": {"tell"},
    "tracing.actions.corrections": {"corrected_by", "rejudge_cases", "supersede"},
    "tracing.actions.in_error": {
        "close_in_error",
        "contacts_of",
        "end_in_error",
        "release_in_error",
    },
    "tracing.actions.handing_over": {"move_subjects"},
    "tracing.actions.joined": {"gather", "links_to", "scatter", "take_numbers_back"},
    "tracing.actions.joining": {"contacts_become_cases", "join_cases", "merge_cases", "rederive"},
    "tracing.actions.offering": {"offer_again", "offer_or_close", "window_of"},
    "tracing.actions.opening": {"dates_of", "open_cases"},
    "tracing.actions.places": {"find_settings", "judge_settings", "write_visits"},
    "tracing.actions.reopening": {"reopen"},
    "tracing.actions.responsibility": {"share_with"},
    "tracing.actions.retractions": {"corrected_since", "owe", "told_in_error", "took_back"},
    "tracing.actions.withdrawing": {"withdraw_links", "withdraw_results"},
    "tracing.actions.whom": {"find_named"},
    # Insert-only, and each row says who took it into use, when and why: it is its own entry (tested below).
    "definitions.actions": {"adopt"},
    # Opens a transaction of its own, which sees one moment; its entry is proved in its room's tests.
    "record.actions.export": {"export_events"},
}


class Undone(Exception):
    """Raised after an act, so that its transaction ends without it."""


def public_functions() -> set[str]:
    """Return every public function that the rooms' actions define."""
    found = set()
    for room in ROOMS:
        package = import_module(f"throughline.{room}.actions")
        paths = getattr(package, "__path__", None)
        modules = [package] + [
            import_module(one.name)
            for one in pkgutil.walk_packages(paths or [], f"{package.__name__}.")
        ]
        found |= {
            f"{module.__name__.removeprefix('throughline.')}.{name}"
            for module in modules
            for name, one in inspect.getmembers(module, inspect.isfunction)
            if one.__module__ == module.__name__ and not name.startswith("_")
        }
    return found


def test_every_public_function_of_actions_is_an_act_with_a_scene_or_a_part_of_one() -> None:
    parts = {f"{module}.{name}" for module, names in PARTS.items() for name in names}
    assert not parts & set(ACTS)
    assert public_functions() - parts - set(ACTS) == set(), "give it a scene in tests/every_act.py"
    assert (parts | set(ACTS)) - public_functions() == set(), "it is gone: take it out"


@pytest.fixture
def world(db: None) -> World:
    """A service in which numbers kept for drama may be rung."""
    Service.objects.update_or_create(
        id=1,
        defaults={
            "name": "Zexmouth Tracing",
            "telephone": "01632 960960",
            "demonstration": True,
            "accepts_drama_numbers": True,
        },
    )
    return World.made()


@contextmanager
def undone() -> Iterator[None]:
    """A transaction that fails once all in it is done."""
    with suppress(Undone), transaction.atomic():
        yield
        raise Undone


def missing(world: World, row: Row) -> set[str]:
    """Do the act in its scene, undo it, and return the kinds of entry that it left out or left behind."""
    wrong: set[str] = set()
    with undone():
        act = row.scene(world)
        before = set(Entry.objects.values_list("id", flat=True))
        with undone():
            act()
            written = Entry.objects.exclude(id__in=before)
            wrong |= row.kinds - set(written.values_list("kind", flat=True))
        left = Entry.objects.exclude(id__in=before).values_list("kind", flat=True)
        wrong |= {f"{kind}, though undone" for kind in left}
    return wrong


def test_every_act_leaves_its_entry_with_its_change_and_none_without(world: World) -> None:
    assert all(row.kinds for row in ACTS.values())
    found = {name: missing(world, row) for name, row in ACTS.items()}
    assert {name: kinds for name, kinds in found.items() if kinds} == {}


def test_a_definition_taken_into_use_is_its_own_entry(db: None) -> None:
    by = uuid4()
    new = [replace(one, version=one.version + 100) for one in shipped()]
    with undone():
        assert adopt(new, by=by, at=NOON) == len(new) > 0
        told = Definition.objects.filter(recorded_by=by, recorded_at=NOON)
        assert told.exclude(reason="").exclude(approved_by="").count() == len(new)
    assert not Definition.objects.filter(recorded_by=by).exists()
