"""`nam-core web`: what it serves and what it refuses. `nox -s web -- --browser` drives the page itself."""

from __future__ import annotations

import http.client
import json
import re
import threading
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
import soundfile
from cli.conftest import Run
from small_models import wavenet

from nam_core import load
from nam_core.web import ServedModel, Server, serving

MARK = '<script type="application/json" id="models">[]</script>'


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Replaces the page, which only `nox -s web` builds."""
    path = tmp_path / "player.html"
    path.write_text(f"<title>player</title>{MARK}", "utf-8")
    monkeypatch.setattr(serving, "PAGE", path)
    return path


@contextmanager
def serve(*models: ServedModel) -> Iterator[Server]:
    with Server(models) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


def get(server: Server, path: str, host: str | None = None) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=10)
    connection.request("GET", path, headers={} if host is None else {"Host": host})
    reply = connection.getresponse()
    body = reply.read()
    connection.close()
    return reply.status, body


def test_serves_the_page_and_the_models(page: Path) -> None:
    text = json.dumps(wavenet()).encode()
    models = [ServedModel.read("amp </script>.nam", text), ServedModel.read("other.nam", text)]
    with serve(*models) as server:
        status, body = get(server, "/")
        assert status == 200
        assert body.count(b"</script>") == 1
        (listed,) = re.findall(rb'id="models">(.*)</script>', body)
        assert [one["name"] for one in json.loads(listed)] == ["amp </script>.nam", "other.nam"]
        for one in json.loads(listed):
            status, body = get(server, f"/{one['url']}")
            assert status == 200
            x = np.linspace(-1.0, 1.0, 300, dtype=np.float32)
            assert np.array_equal(load(body).process(x), load(text).process(x))
        assert get(server, "/models/2.nam")[0] == 404
        assert get(server, "/../player.html")[0] == 404
        assert get(server, "/", host="example.com")[0] == 404


def test_an_impulse_response_is_served_as_a_model(page: Path, tmp_path: Path) -> None:
    taps = np.array([0.5, -0.25, 0.125], np.float32)
    soundfile.write(tmp_path / "cabinet.wav", taps, 44100, subtype="FLOAT")
    served = json.loads(ServedModel.read("cabinet.wav", tmp_path / "cabinet.wav").text)
    assert (served["architecture"], served["weights"], served["sample_rate"]) == (
        "Linear",
        taps.tolist(),
        44100,
    )


def test_open_shows_the_page_in_the_browser(page: Path, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[str] = []
    monkeypatch.setattr(webbrowser, "open", shown.append)
    monkeypatch.setattr(Server, "serve_forever", lambda self: shown.append(self.url))
    assert run("web", "--port", 0).status == 0
    assert len(shown) == 1
    shown.clear()
    assert run("web", "--port", 0, "--open").status == 0
    assert len(shown) == 2
    assert shown[0] == shown[1]
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", shown[0])


def test_refusals_are_one_line(page: Path, tmp_path: Path, run: Run) -> None:
    assert run("web", "--port", 70000).err == "nam-core web: --port must be from 0 to 65535; found 70000\n"
    broken = tmp_path / "broken.nam"
    broken.write_text("{}")
    refused = run("web", broken)
    assert refused.status == 2
    assert refused.err.startswith(f"nam-core web: {broken}: ")
    page.unlink()
    refused = run("web", "--port", 0)
    assert (refused.status, refused.err.count("\n")) == (2, 1)
    assert "`nox -s web` builds it" in refused.err
