"""Recordings, models and results in an S3 store, which moto's server simulates: the bytes are the same."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fsspec
import pytest
import soundfile
from cluster.conftest import Processes, digest
from small_models import noise

import nam_core
from nam_core import RenderJob, run_job
from nam_core.cli import main

BUCKET = "takes"
# In a process of its own, with the environment of the test.
COMMAND = [sys.executable, "-c", "import sys; from nam_core.cli import main; sys.exit(main())"]


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """fsspec's view of an empty bucket that keeps every version of every object."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    fsspec.config.conf.clear()
    filesystem = fsspec.filesystem("s3", skip_instance_cache=True, version_aware=False)
    filesystem.mkdir(BUCKET)
    filesystem.call_s3("put_bucket_versioning", Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    try:
        yield filesystem
    finally:
        # Its contents belong to this process, not to the server.
        urllib.request.urlopen(f"http://{host}:{port}/moto-api/reset", data=b"").close()
        server.stop()
        type(filesystem).clear_instance_cache()


def wait_for(store: Any, run: subprocess.Popen[Any], pattern: str) -> None:
    """Wait until two objects exist, while the command runs."""
    while len(store.glob(f"{BUCKET}/{pattern}")) < 2:
        assert run.poll() is None
        time.sleep(0.05)
        store.invalidate_cache()


def versions(store: Any, prefix: str) -> dict[str, set[str]]:
    """The checksums of every version of each key."""
    found: dict[str, set[str]] = {}
    for one in store.call_s3("list_object_versions", Bucket=BUCKET, Prefix=prefix)["Versions"]:
        found.setdefault(one["Key"], set()).add(one["ETag"])
    return found


def test_one_job(store: Any, model: Path, tmp_path: Path) -> None:
    soundfile.write(tmp_path / "dry.wav", noise(5000), 48000, subtype="FLOAT")
    store.put_file(tmp_path / "dry.wav", f"{BUCKET}/dry.wav")
    store.put_file(model, f"{BUCKET}/amp.nam")
    job = RenderJob(f"s3://{BUCKET}/amp.nam", f"s3://{BUCKET}/dry.wav", f"s3://{BUCKET}/deep/wet.wav")
    record = run_job(job)
    here = run_job(RenderJob(str(model), str(tmp_path / "dry.wav"), str(tmp_path / "wet.wav")))
    assert store.cat_file(f"{BUCKET}/deep/wet.wav") == (tmp_path / "wet.wav").read_bytes()
    for name in ("model", "input", "output"):
        assert record[name] == getattr(job, name)
        assert record[f"{name}_sha256"] == here[f"{name}_sha256"]


def test_what_is_wrong_is_named_by_its_url(store: Any, model: Path) -> None:
    wet = f"s3://{BUCKET}/wet.wav"
    with pytest.raises(FileNotFoundError) as missing:
        run_job(RenderJob(str(model), f"s3://{BUCKET}/none.wav", wet))
    assert missing.value.filename == f"s3://{BUCKET}/none.wav"
    store.pipe_file(f"{BUCKET}/bad.wav", b"no sound")
    with pytest.raises(nam_core.NamAudioError) as damaged:
        run_job(RenderJob(str(model), f"s3://{BUCKET}/bad.wav", wet))
    assert damaged.value.path == f"s3://{BUCKET}/bad.wav"
    assert str(damaged.value).startswith(f"s3://{BUCKET}/bad.wav: ")
    store.pipe_file(f"{BUCKET}/bad.nam", b"{}")
    with pytest.raises(nam_core.NamFileError, match=f"^s3://{BUCKET}/bad.nam: "):
        run_job(RenderJob(f"s3://{BUCKET}/bad.nam", f"s3://{BUCKET}/bad.wav", wet))
    assert not store.exists(wet)
    with pytest.raises(OSError, match="nope"):
        run_job(RenderJob(str(model), "nope://host/dry.wav", wet))


def test_a_batch_on_a_cluster_that_loses_a_worker(
    store: Any, model: Path, takes: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    processes = Processes()  # with the store's address in its environment
    try:
        store.put(str(takes), f"{BUCKET}/dry", recursive=True)
        given = ["render", str(model), "--input", f"s3://{BUCKET}/dry", "--output", f"s3://{BUCKET}/wet"]
        command = [*COMMAND, *given, "--name", "{input}", "--dask", processes.address]
        run = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        wait_for(store, run, "wet/*.wav")
        processes.workers[0].kill()
        printed, _ = run.communicate()
        assert (run.returncode, printed) == (0, f"s3://{BUCKET}/wet: 8 made, 0 kept, 0 failed\n")
    finally:
        processes.end()
    store.invalidate_cache()
    assert (
        main(
            [
                "render",
                str(model),
                "--input",
                str(takes),
                "--output",
                str(tmp_path / "wet"),
                "--name",
                "{input}",
            ]
        )
        == 0
    )
    for path in (tmp_path / "wet").glob("*.wav"):
        assert store.cat_file(f"{BUCKET}/wet/{path.name}") == path.read_bytes(), digest(path)
    written = versions(store, "wet/")
    assert {len(sums) for key, sums in written.items() if key.endswith(".wav")} == {1}
    manifest = json.loads(store.cat_file(f"{BUCKET}/wet/manifest.json"))
    assert len(manifest["outputs"]) == 8
    assert not store.glob(f"{BUCKET}/wet/manifest.jsonl/*")
    # Nothing is left to do, which is known without reading the recordings again.
    capsys.readouterr()
    assert main([*given, "--name", "{input}"]) == 0
    assert capsys.readouterr().out == f"s3://{BUCKET}/wet: 0 made, 8 kept, 0 failed\n"
    assert versions(store, "wet/0.wav") == {"wet/0.wav": written["wet/0.wav"]}


def test_a_killed_run_on_the_store_is_gone_on_with(
    store: Any, model: Path, takes: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    given = [
        "render",
        str(model),
        "--input",
        str(takes),
        "--output",
        f"s3://{BUCKET}/wet",
        "--name",
        "{input}",
    ]
    run = subprocess.Popen([*COMMAND, *given], stdout=subprocess.DEVNULL)
    wait_for(store, run, "wet/manifest.jsonl/*")
    run.kill()
    run.wait()
    assert main(given) == 0
    made, kept = (int(part.split()[0]) for part in capsys.readouterr().out.split(": ")[1].split(", ")[:2])
    assert made + kept == 8 and kept >= 2
