"""The server: the files that it serves, and the answers that it stores or refuses."""

from __future__ import annotations

import http.client
import json
import socket
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from listening.tests_to_hear import mushra_answers

from nam_core.cli import main
from nam_core.listening.answers import DATABASE, Key, read_answers
from nam_core.listening.serving import Server

MEANS = dict.fromkeys(("hidden reference", "near", "far", "anchor 7 kHz", "anchor 3.5 kHz"), 50.0)


@pytest.fixture
def server(mushra: Path) -> Iterator[Server]:
    """A server in a thread; its stored answers are removed afterwards."""
    with Server(mushra) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()
    (mushra / DATABASE).unlink()


def ask(
    server: Server, method: str, path: str, body: bytes = b"", **headers: Any
) -> tuple[int, str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    sent = {"Content-Type": "application/json", **{k.replace("_", "-"): v for k, v in headers.items()}}
    connection.request(method, path, body or None, sent)
    reply = connection.getresponse()
    text = reply.read().decode()
    connection.close()
    return reply.status, text, dict(reply.getheaders())


def test_hands_out_the_page_only(server: Server, mushra_key: Key) -> None:
    status, text, headers = ask(server, "GET", "/")
    assert (status, headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert mushra_key.test in text
    sound = mushra_key.page["items"][0]["reference"]
    assert ask(server, "GET", f"/sounds/{sound}.js")[0] == 200
    for path in ("/key.json", "/../key.json", "/%2e%2e/key.json", "/answers.sqlite", "/sounds/", "/x"):
        assert ask(server, "GET", path)[0] == 404


def test_keeps_answers(server: Server, mushra: Path, mushra_key: Key) -> None:
    rng = np.random.default_rng(0)
    first, second = (mushra_answers(mushra_key, "Ann", MEANS, rng) for _ in range(2))
    for body in (first, second):
        assert ask(server, "POST", "/answers", body)[:2] == (201, "saved")
    (given,) = read_answers(mushra, mushra_key)
    # The last answer of a listener counts.
    assert given.trials == json.loads(second)["trials"]


def changed(body: bytes, change: Any) -> bytes:
    found = json.loads(body)
    change(found)
    return json.dumps(found).encode()


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: f.update(format="x"), "these are not answers"),
        (lambda f: f.update(format_version=9), "format_version is 9; needed is 1"),
        (lambda f: f.update(test="x"), "these are answers to test 'x'"),
        (lambda f: f.update(listener=" "), "listener: must be a name"),
        (lambda f: f.update(listener="x" * 81), "listener: must be a name"),
        (lambda f: f.update(trials=3), "trials: must be a list"),
        (lambda f: f["trials"].pop(), "trials: missing items: bass"),
        (
            lambda f: f["trials"].append(f["trials"][0]),
            "trials[3].item: not an item of the test, or it occurs twice",
        ),
        (lambda f: f["trials"][1]["ratings"].popitem(), "trials[1].ratings: must have every sound"),
        (
            lambda f: f["trials"][1]["ratings"].update(dict.fromkeys(f["trials"][1]["ratings"], 101)),
            "must be from 0 to 100; found 101",
        ),
    ],
)
def test_refuses_malformed_answers(server: Server, mushra_key: Key, change: Any, words: str) -> None:
    body = mushra_answers(mushra_key, "Ann", MEANS, np.random.default_rng(0))
    status, text, _ = ask(server, "POST", "/answers", changed(body, change))
    assert status == 400
    assert words in text


def test_refuses_wrong_bodies_hosts_and_origins(server: Server, mushra: Path, mushra_key: Key) -> None:
    assert ask(server, "POST", "/answers", b"{")[0] == 400
    assert ask(server, "POST", "/answers", b"x" * (2**20 + 1))[0] == 413
    assert ask(server, "POST", "/answers", b"{}", Content_Type="text/plain")[0] == 415
    assert ask(server, "POST", "/", b"{}")[0] == 404
    # A page of another site, by a host name that resolves to this machine.
    assert ask(server, "GET", "/", Host="evil.example")[0] == 404
    assert ask(server, "POST", "/answers", b"{}", Host="evil.example")[0] == 404
    for origin in ("http://evil.example", "null", "http://127.0.0.1:1", "https://127.0.0.1"):
        status, text, _ = ask(server, "POST", "/answers", b"{}", Origin=origin)
        assert (status, text) == (403, "only pages of this server may send something here")
    assert ask(server, "POST", "/answers", b"[" * 100_000)[0] == 400
    assert ask(server, "POST", "/answers", b"\xff\xfe")[0] == 400
    assert read_answers(mushra, mushra_key) == []


def test_takes_answers_of_its_own_page(server: Server, mushra_key: Key) -> None:
    body = mushra_answers(mushra_key, "Ann", MEANS, np.random.default_rng(0))
    for name in ("127.0.0.1", "localhost"):
        origin = f"http://{name}:{server.server_address[1]}"
        assert ask(server, "POST", "/answers", body, Origin=origin)[:2] == (201, "saved")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "OPTIONS", "TRACE"])
def test_other_http_methods_get_a_plain_text_message(server: Server, method: str) -> None:
    status, text, headers = ask(server, method, "/answers")
    assert (status, headers["Content-Type"]) == (501, "text/plain; charset=utf-8")
    assert text == f"Unsupported method ('{method}')"


def raw(server: Server, sent: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", server.server_address[1]), timeout=10) as connection:
        connection.sendall(sent)
        connection.shutdown(socket.SHUT_WR)
        found = b""
        while piece := connection.recv(65536):
            found += piece
    return found


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (b"POST /answers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\r\n", b"411"),
        (
            b"POST /answers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: -5\r\n\r\n",
            b"411",
        ),
        (
            b"POST /answers HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            b"Content-Length: 500\r\n\r\n{",  # the rest never comes
            b"400",
        ),
        (b"GET /../key.json HTTP/1.1\r\nHost: localhost\r\n\r\n", b"404"),
        (b"GET //etc/passwd HTTP/1.1\r\nHost: localhost\r\n\r\n", b"404"),
        (b"GET http://[ HTTP/1.1\r\nHost: localhost\r\n\r\n", b"404"),
        (b"GET / HTTP/1.1\r\n\r\n", b"404"),  # no host
        (b"GET /" + b"x" * 70_000 + b" HTTP/1.1\r\n\r\n", b"414"),
    ],
)
def test_malformed_requests(server: Server, sent: bytes, status: bytes) -> None:
    reply = raw(server, sent)
    assert reply.split(b"\r\n")[0].split()[1] == status
    assert b"text/plain" in reply
    # The server continues to serve.
    assert ask(server, "GET", "/")[0] == 200


def test_a_database_that_cannot_be_written(
    server: Server, mushra_key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(server, "keep", fail)
    body = mushra_answers(mushra_key, "Ann", MEANS, np.random.default_rng(0))
    status, text, _ = ask(server, "POST", "/answers", body)
    assert (status, text) == (500, "answers.sqlite cannot be written: database or disk is full")


def test_it_listens_on_this_machine_only(server: Server) -> None:
    assert server.server_address[0] == "127.0.0.1"


def test_a_folder_without_a_test(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["listen", "serve", str(tmp_path)]) == 2
    assert "key.json: No such file or directory" in capsys.readouterr().err
    (tmp_path / "key.json").write_text("{}")
    assert main(["listen", "serve", str(tmp_path)]) == 2
    assert "key.json: this is not the key of a listening test" in capsys.readouterr().err
    assert main(["listen", "serve", str(tmp_path), "--port", "99999"]) == 2
