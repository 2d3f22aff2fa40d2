"""Contacts of a case that was opened in error are counted no more than the case is."""

from importlib import import_module

from django.db import migrations

first = import_module("throughline.record.migrations.0001_event_tables")


def again(view: str, condition: str = "") -> str:
    return view.replace("create view", "create or replace view") + condition


CONTACTS = again(first.CONTACTS, "where t.outcome <> 'in_error'\n")
SUBJECT = again(first.SUBJECT, "where outcome <> 'in_error'\n")


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0002_figures"),
        ("tracing", "0007_what_is_taken_back"),
    ]

    operations = [
        migrations.RunSQL(CONTACTS, again(first.CONTACTS)),
        migrations.RunSQL(SUBJECT, again(first.SUBJECT)),
    ]
