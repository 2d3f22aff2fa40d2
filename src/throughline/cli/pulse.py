"""How anyone can see that a worker is alive: a lock it holds for as long as its connection lives.

No table to write to every few seconds, and nothing left behind by a killed one: PostgreSQL lets go of the
lock when the connection ends.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from throughline.core.roles import deployment

# Any number, so long as show and look take the same one; the second half is the deployment's.
KIND = 731_022


def show() -> None:
    """Hold the lock on this connection, shared: a second worker is alive too."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock_shared(%s, hashtext(%s))", [KIND, deployment()])


def silent_for() -> timedelta | None:
    """Return how long ago the liveliest worker did anything; None when none is there.

    Only the worker's own login sees what its connections do; to others a held lock says "now".
    """
    with connection.cursor() as cursor:
        cursor.execute(
            """select min(greatest(clock_timestamp() - coalesce(
                    case when a.state = 'active' then a.query_start else a.state_change end,
                    clock_timestamp()), interval '0'))
            from pg_locks l left join pg_stat_activity a on a.pid = l.pid
            where l.locktype = 'advisory' and l.granted and l.objsubid = 2
                and l.database = (select oid from pg_database where datname = current_database())
                and l.classid = %s and l.objid = (hashtext(%s)::bigint & 4294967295)::oid""",
            [KIND, deployment()],
        )
        row = cursor.fetchone()
    silent = row[0] if row else None
    return silent if isinstance(silent, timedelta) else None
