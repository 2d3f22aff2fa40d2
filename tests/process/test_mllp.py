"""The door for HL7 messages: the real process, real sockets, TLS, its own login; and laboratories of every kind."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from tests.homes import CLI, ROOT, environment_of, home_of_its_own
from tests.process.senders import END, START, Laboratory, code_of, result

from throughline.server import logins, postgres
from throughline.server.certificates import self_signed
from throughline.server.home import Home

pytestmark = pytest.mark.process

MOST, WHOLE, REST = 12, 2.0, 3.0


@dataclass(kw_only=True)
class Door:
    """The process and what is to be known of it."""

    home: Home
    database_process: subprocess.Popen[bytes]
    process: subprocess.Popen[bytes]
    port: int
    certificates: dict[str, tuple[Path, Path]]

    def connect(self, *, certificate: str = "", tls: bool = True) -> Laboratory:
        trust = self.home.secrets / "mllp.crt" if tls else None
        return Laboratory(self.port, trust=trust, certificate=self.certificates.get(certificate))

    def database(self) -> psycopg.Connection:
        connection = logins.connect_as_superuser(self.home, self.home.deployment)
        connection.execute(f"set search_path = {self.home.deployment}")
        return connection

    def kept(self, message_id: str = "%") -> list[tuple[str, str, str, bytes]]:
        """Sender, state, refusal and bytes of messages whose id is like this one."""
        with closing(self.database()) as connection:
            return connection.execute(
                """select s.code, m.state, m.refused, c.bytes from intake_message m
                join intake_sender s on s.id = m.sender_id join intake_chunk c on c.message_id = m.id
                where m.message_id like %s order by m.id""",
                [message_id],
            ).fetchall()


@pytest.fixture(scope="module")
def door() -> Iterator[Door]:
    with home_of_its_own(prepared=True, ports=28000) as home:
        database = postgres.start(home, supervised=True)
        assert database is not None
        certificates = _senders(home)
        options = (
            "--port",
            "0",
            "--connections",
            str(MOST),
            "--rest",
            str(REST),
            "--whole",
            str(WHOLE),
        )
        with (home.folder / "mllp.txt").open("wb") as output:
            process = subprocess.Popen(
                [*CLI, "mllp", *options], env=environment_of(home), stderr=output
            )
        found = Door(
            home=home,
            database_process=database,
            process=process,
            port=_port(process, home.folder / "mllp.txt"),
            certificates=certificates,
        )
        try:
            yield found
        finally:
            process.terminate()
            process.wait(20)
            postgres.stop(home)
            found.database_process.wait(20)


def _senders(home: Home) -> dict[str, tuple[Path, Path]]:
    """Three laboratories, two of them with a certificate."""
    made = {}
    with closing(logins.connect_as_superuser(home, home.deployment)) as connection:
        connection.execute(f"set search_path = {home.deployment}")
        for code in ("north-lab", "south-lab", "west-lab"):
            connection.execute(
                """insert into intake_sender (id, ref, code, name, mapping, created_at)
                values (uuidv7(), gen_random_uuid(), %s, %s, 'hl7-oru', now())""",
                [code, code],
            )
    for code in ("south-lab", "west-lab"):
        pem, key = self_signed(code, at=datetime.now(UTC))
        paths = home.folder / f"{code}.crt", home.folder / f"{code}.key"
        for path, data in zip(paths, (pem, key), strict=True):
            path.write_bytes(data)
        made[code] = paths
        command = [*CLI, "senders", "certificates", "add", code, str(paths[0])]
        subprocess.run(command, env=environment_of(home), check=True, capture_output=True)
    return made


def _port(process: subprocess.Popen[bytes], output: Path) -> int:
    """What it says when it is open."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        said = output.read_text()
        assert process.poll() is None, said
        if "port " in said:
            return int(said.split("port ")[1].split(".")[0])
        time.sleep(0.05)
    raise AssertionError(output.read_text())


def eventually(true: Callable[[], bool], seconds: float = 20) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until
        time.sleep(0.05)


def test_a_message_is_acknowledged_once_it_is_kept_byte_for_byte(door: Door) -> None:
    message = result("a1")
    with door.connect() as lab:
        assert lab.said(message) == "AA"
        assert door.kept("ma1") == [("north-lab", "stored", "", message)]


def test_the_same_message_gets_the_same_answer_and_another_of_its_id_is_a_conflict(
    door: Door,
) -> None:
    with door.connect() as lab:
        first = lab.send(result("b1"))
        other = lab.send(result("b1", found="260415000"))
    with door.connect() as lab:
        assert lab.send(result("b1")) == first
        assert lab.send(result("b1", found="260415000")) == other
    assert (code_of(first), code_of(other)) == ("AA", "AE")
    assert [state for _, state, _, _ in door.kept("mb1")] == ["stored", "conflict"]


def test_what_is_not_for_us_is_refused_and_kept_and_refused_again(door: Door) -> None:
    with door.connect() as lab:
        answer = lab.send(result("c1", kind="ADT^A01"))
        assert (code_of(answer), lab.send(result("c1", kind="ADT^A01"))) == ("AR", answer)
        # Put right, it is a message like others, under the same id.
        assert lab.said(result("c1")) == "AA"
    ((code, state, why, _),) = [one for one in door.kept("refused %") if b"|mc1|" in one[3]]
    assert (code, state) == ("north-lab", "refused")
    assert "MSH-9 is 'ADT^A01'" in why


def test_what_cannot_be_read_is_kept_for_the_quarantine_with_ae(door: Door) -> None:
    with door.connect() as lab:
        assert lab.said(result("d1") + b"no segment\r") == "AE"
        assert lab.said(b"nonsense") == "AR"
        assert lab.said(result("d2", lab="nobody")) == "AR"
    assert [state for _, state, _, _ in door.kept("md1")] == ["stored"]
    strangers = [data for code, _, _, data in door.kept("refused %") if code == "unrecognised-hl7"]
    assert b"nonsense" in strangers
    assert result("d2", lab="nobody") in strangers


def test_a_certificate_speaks_for_its_own_sender_alone(door: Door) -> None:
    with door.connect(certificate="south-lab") as lab:
        assert lab.said(result("e1", lab="south-lab")) == "AA"
        assert lab.said(result("e2", lab="west-lab")) == "AR"
    with door.connect() as lab:
        assert lab.said(result("e3", lab="south-lab")) == "AR"
    assert door.kept("me1")[0][0] == "south-lab"
    assert not door.kept("me2")
    with closing(door.database()) as connection:
        told = connection.execute(
            "select count(*) from journal_entry where body->>'why' = 'certificate'"
        ).fetchone()
    assert told == (2,)


def test_two_frames_in_one_packet_get_two_answers_in_order(door: Door) -> None:
    with door.connect() as lab:
        lab.write(b"".join(START + result(f"f{n}") + END for n in range(5)))
        answers = [lab.answer() for _ in range(5)]
    assert [b"|mf%d" % n in answer for n, answer in enumerate(answers)] == [True] * 5


def test_a_slow_sender_is_waited_for_and_one_that_never_ends_is_not(door: Door) -> None:
    message = START + result("g1") + END
    with door.connect() as lab:
        for at in range(0, len(message), 60):
            lab.write(message[at : at + 60])
            time.sleep(0.02)
        assert code_of(lab.answer()) == "AA"
    with door.connect() as lab:
        lab.write(START + b"MSH|^~")
        began = time.monotonic()
        assert lab.answer() == b""
        assert time.monotonic() - began < WHOLE + 5


def test_half_a_frame_leaves_nothing_behind(door: Door) -> None:
    with door.connect() as lab:
        lab.write(START + result("h1")[:-20])
    with door.connect() as lab:
        lab.write(START + result("h1")[:60])
        assert lab.said(result("h2")) == "AA"
    assert not door.kept("mh1")
    assert len(door.kept("mh2")) == 1


def test_a_message_that_is_too_long_is_refused_and_its_beginning_kept(door: Door) -> None:
    with door.connect() as lab:
        lab.write(START + result("i1"))
        block = b"NTE|1||" + b"x" * 65_000 + b"\r"
        answer = b""
        for _ in range(17):
            lab.write(block)
        answer = lab.answer()
        assert code_of(answer) == "AR"
        assert lab.answer() == b""
    assert [len(data) for _, _, why, data in door.kept("refused %") if "longer than" in why] == [
        1024 * 1024
    ]


def test_what_is_no_frame_is_not_answered(door: Door) -> None:
    with door.connect() as lab:
        lab.write(b"GET / HTTP/1.1\r\n\r\n")
        assert lab.answer() == b""
    with door.connect(tls=False) as lab:
        lab.write(START + result("j1") + END)
        assert code_of(lab.answer() if lab.socket.recv(1, 2) == START else b"") == ""
    assert not door.kept("mj1")


def test_one_that_says_nothing_for_long_is_let_go(door: Door) -> None:
    with door.connect() as lab:
        assert lab.said(result("k1")) == "AA"
        assert lab.answer() == b""


def test_no_more_connections_are_served_than_are_allowed(door: Door) -> None:
    held = [door.connect() for _ in range(MOST)]
    try:
        assert {lab.said(result(f"l{n}")) for n, lab in enumerate(held)} == {"AA"}
        with door.connect() as one_more:
            assert one_more.answer() == b""
    finally:
        for lab in held:
            lab.socket.close()
    eventually(lambda: _serves(door))


def _serves(door: Door) -> bool:
    with door.connect() as lab:
        try:
            return lab.said(result("l99")) == "AA"
        except OSError:
            return False


def test_many_laboratories_at_once_and_each_message_is_kept_once(door: Door) -> None:
    answers: dict[str, list[str]] = {}

    def send(lab_number: int) -> None:
        found = answers[str(lab_number)] = []
        for n in range(25):
            with door.connect() as lab:
                if n % 5 == 0:
                    # Cut while it is being sent, and sent again.
                    lab.write(START + result(f"n{lab_number}-{n}")[:80])
                    continue
                found.append(lab.said(result(f"n{lab_number}-{n}")))
                found.append(lab.said(result(f"n{lab_number}-{n}")))

    threads = [threading.Thread(target=send, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [set(found) for found in answers.values()] == [{"AA"}] * 6
    assert sum(map(len, answers.values())) == 6 * 20 * 2
    assert len(door.kept("mn%")) == 6 * 20


def test_without_the_database_nobody_is_answered_and_after_it_everything_goes_on(
    door: Door,
) -> None:
    postmaster = postgres.status(door.home)
    assert postmaster is not None
    os.kill(postmaster, signal.SIGKILL)
    with door.connect() as lab:
        assert lab.send(result("o1")) == b""
    door.database_process.wait(20)
    started = postgres.start(door.home, supervised=True)
    assert started is not None
    door.database_process = started
    eventually(lambda: _sends(door, result("o1")))
    assert len(door.kept("mo1")) == 1


def _sends(door: Door, message: bytes) -> bool:
    with door.connect() as lab:
        return lab.said(message) == "AA"


def test_a_certificate_out_of_force_opens_nothing_from_the_next_message_on(door: Door) -> None:
    with door.connect(certificate="west-lab") as lab:
        assert lab.said(result("p1", lab="west-lab")) == "AA"
        with closing(door.database()) as connection:
            connection.execute(
                """update intake_sender_certificate set ended_at = now()
                where sender_id = (select id from intake_sender where code = 'south-lab')"""
            )
            connection.execute(
                "update intake_sender_certificate set ended_at = now() where pem like '%'"
            )
        # Nobody's certificate is in force any more: MSH-4 alone speaks, as of a sender that has none.
        assert lab.said(result("p2", lab="north-lab")) == "AA"


def test_plain_connections_are_for_this_machine_alone(door: Door) -> None:
    done = subprocess.run(
        [*CLI, "mllp", "--plain", "--host", "0.0.0.0"],  # noqa: S104 - it must be refused
        env=environment_of(door.home), capture_output=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert b"leave --plain off" in done.stderr


def test_an_engineer_connects_with_the_guide_alone(door: Door, tmp_path: Path) -> None:
    """The files of the guide as they stand there, sent by its own program and by openssl."""
    guide = (ROOT / "docs" / "how-to" / "connect-a-laboratory-over-hl7.md").read_text(
        encoding="utf-8"
    )
    for name, body in re.findall(
        r"^```\w+ file=(\S+)\n(.*?)^```$", guide, re.MULTILINE | re.DOTALL
    ):
        (tmp_path / name).write_text(body, encoding="utf-8")
    with closing(door.database()) as connection:
        connection.execute(
            """insert into intake_sender (id, ref, code, name, mapping, created_at)
            values (uuidv7(), gen_random_uuid(), 'dale-lab', 'Dale Laboratory', 'hl7-oru', now())"""
        )
    trust = str(door.home.secrets / "mllp.crt")
    program = [sys.executable, "send.py", str(door.port), trust, "result.hl7"]
    sent = subprocess.run(
        program, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60
    )
    assert sent.stdout.splitlines()[1] == "MSA|AA|1"
    (shell,) = re.findall(r"^\{ printf .*?^```", guide, re.MULTILINE | re.DOTALL)
    shell = shell.removesuffix("```").replace("localhost:8004", f"localhost:{door.port}")
    again = subprocess.run(
        ["sh", "-c", shell.replace("var/secrets/mllp.crt", trust)], cwd=tmp_path, capture_output=True, text=True,
        check=True, timeout=60,
    )  # fmt: skip
    assert "MSA|AA|1" in again.stdout
    assert [(code, state) for code, state, _, _ in door.kept("1")] == [("dale-lab", "stored")]


def test_told_to_stop_it_stops_in_order(door: Door) -> None:
    with door.connect() as lab:
        assert lab.said(result("q1")) == "AA"
        door.process.send_signal(signal.SIGTERM)
        assert lab.answer() == b""
    assert door.process.wait(20) == 0, (door.home.folder / "mllp.txt").read_text()
