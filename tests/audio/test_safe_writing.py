"""Files are written whole or not at all, and never over an input."""

from __future__ import annotations

import errno
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nam_core.audio.safe_writing import check_outputs, refuse_clashes, replace_file, write_file


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """An existing file, alone in its folder."""
    path = tmp_path / "out" / "old.json"
    path.parent.mkdir()
    path.write_bytes(b"old")
    return path


def test_the_file_appears_whole(old: Path) -> None:
    with replace_file(old) as file:
        file.write(b"new")
        file.write(b" content")
        file.seek(0)
        file.write(b"NEW")
        assert old.read_bytes() == b"old"
        assert len(list(old.parent.iterdir())) == 2
    assert old.read_bytes() == b"NEW content"
    assert list(old.parent.iterdir()) == [old]


@pytest.mark.parametrize("error", [RuntimeError, KeyboardInterrupt, GeneratorExit, SystemExit])
def test_the_old_file_survives_any_exception(old: Path, error: type[BaseException]) -> None:
    with pytest.raises(error), replace_file(old) as file:
        file.write(b"half")
        raise error
    assert old.read_bytes() == b"old"
    assert list(old.parent.iterdir()) == [old]


def test_the_old_file_survives_a_killed_process(old: Path) -> None:
    code = (
        "import os, signal, sys; from nam_core.audio.safe_writing import replace_file\n"
        "with replace_file(sys.argv[1]) as file: file.write(b'half'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(old)], env=environment(), check=False)
    assert done.returncode == -signal.SIGKILL
    assert old.read_bytes() == b"old"


def environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}


@pytest.mark.parametrize("existing", [True, False])
def test_a_full_disk_is_called_by_its_name(old: Path, existing: bool) -> None:
    # A limit on the size of files stands for the full disk: the same failed write, another number.
    code = (
        "import resource, sys; from nam_core.audio.safe_writing import write_file\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1000, resource.RLIM_INFINITY))\n"
        "try: write_file(sys.argv[1], bytes(5000))\n"
        "except OSError as error: print(error.errno, error.filename)"
    )
    if not existing:
        old.unlink()
    done = subprocess.run(
        [sys.executable, "-c", code, str(old)], env=environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{errno.EFBIG} {old}\n"
    assert list(old.parent.iterdir()) == ([old] if existing else [])
    assert not existing or old.read_bytes() == b"old"


def test_links_and_permissions_stay(old: Path, tmp_path: Path) -> None:
    old.chmod(0o640)
    link = tmp_path / "link.json"
    link.symlink_to(old)
    write_file(link, "new")
    assert link.is_symlink()
    assert old.read_text() == "new"
    assert stat.S_IMODE(old.stat().st_mode) == 0o640


def test_text_that_has_no_utf8_costs_its_character_only(old: Path) -> None:
    write_file(old, "gr\udcfcn, \N{SNOWMAN}")
    assert old.read_text("utf-8") == "gr?n, \N{SNOWMAN}"


def names_of(path: Path) -> dict[str, Path]:
    """Other names for the same file."""
    folder = path.parent
    (folder / "link").symlink_to(path)
    (folder / "hard").hardlink_to(path)
    (folder.parent / "folder link").symlink_to(folder)
    return {
        "itself": path,
        "link": folder / "link",
        "hard link": folder / "hard",
        "linked folder": folder.parent / "folder link" / path.name,
        "detour": folder / ".." / folder.name / path.name,
        "relative": Path(os.path.relpath(path)),
    }


@pytest.mark.parametrize("name", ["itself", "link", "hard link", "linked folder", "detour", "relative"])
def test_an_input_is_never_an_output(old: Path, name: str) -> None:
    path = names_of(old)[name]
    with pytest.raises(FileExistsError, match="this is also an input") as caught:
        check_outputs([path], [old.parent / "missing", old])
    assert caught.value.filename == os.fspath(path)
    with pytest.raises(FileExistsError, match="this is also an input"):
        check_outputs([old], [path])


def test_thousands_of_names_are_looked_at_once_each(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = [tmp_path / f"{number}.wav" for number in range(3000)]
    looked = 0
    ask = os.stat

    def count(*arguments: Any, **options: Any) -> os.stat_result:
        nonlocal looked
        looked += 1
        return ask(*arguments, **options)

    monkeypatch.setattr(os, "stat", count)
    refuse_clashes(names, names)
    assert looked <= 2 * len(names)


def test_two_outputs_have_two_names(tmp_path: Path) -> None:
    for second in ("new.json", "NEW.json", "./new.json"):
        with pytest.raises(FileExistsError, match="two outputs have this name"):
            check_outputs([tmp_path / "new.json", f"{tmp_path}/{second}"])
    (tmp_path / "old.json").touch()
    with pytest.raises(FileExistsError, match="two outputs have this name"):
        check_outputs([tmp_path / "old.json", tmp_path / "OLD.json"])
    # Where the disk tells cases apart, these are two files.
    (tmp_path / "OLD.json").touch()
    if len(list(tmp_path.iterdir())) == 2:
        check_outputs([tmp_path / "old.json", tmp_path / "OLD.json"])
        (tmp_path / "OLD.json").unlink()
    (tmp_path / "old.json").unlink()
    check_outputs([tmp_path / "new.json", tmp_path / "new.csv"], [tmp_path / "in.json"])
    assert list(tmp_path.iterdir()) == []


def hopeless(folder: Path) -> dict[str, tuple[Any, int]]:
    """Names that cannot be written, each with its error number."""
    (folder / "file").write_bytes(b"")
    (folder / "loop").symlink_to(folder / "loop")
    os.mkfifo(folder / "pipe")
    return {
        "folder": (folder, errno.EISDIR),
        "slash": (f"{folder}/new/", errno.EISDIR),
        "empty": ("", errno.EISDIR),
        "no folder": (folder / "none" / "new", errno.ENOENT),
        "below a file": (folder / "file" / "new", errno.ENOTDIR),
        "long": (folder / ("n" * 300), errno.ENAMETOOLONG),
        "loop": (folder / "loop", errno.ELOOP),
        "pipe": (folder / "pipe", errno.EINVAL),
        "device": ("/dev/null", errno.EINVAL),
        "standard output": ("-", errno.EINVAL),
    }


@pytest.mark.parametrize(
    "kind",
    [
        *("folder", "slash", "empty", "no folder", "below a file", "long", "loop", "pipe", "device"),
        "standard output",
    ],
)
def test_what_cannot_be_written_is_refused_before_the_work(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path, number = hopeless(tmp_path)[kind]
    before = set(tmp_path.iterdir())
    for is_write in (False, True):
        with pytest.raises(OSError) as caught:
            write_file(path, b"new") if is_write else check_outputs([path])
        assert caught.value.errno == number
        assert caught.value.filename == os.fspath(path)
    assert set(tmp_path.iterdir()) == before


def test_read_only_files_and_folders_are_refused(old: Path) -> None:
    # Nothing is read-only for root, who therefore becomes somebody else.
    code = (
        "import os, sys; from nam_core.audio.safe_writing import check_outputs\n"
        "if os.geteuid() == 0: os.setgid(65534); os.setuid(65534)\n"
        "for path in sys.argv[1:]:\n"
        "    try: check_outputs([path])\n"
        "    except OSError as error: print(type(error).__name__, error.filename == path)"
    )
    for folder in old.parents[:5]:
        if folder.owner() == old.owner():
            folder.chmod(folder.stat().st_mode | 0o755)
    locked = old.parent / "locked"
    locked.mkdir()
    locked.chmod(0o555)
    old.chmod(0o444)
    done = subprocess.run(
        [sys.executable, "-c", code, str(old), str(locked / "new.json")],
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    locked.chmod(0o755)
    assert done.stdout == "PermissionError True\n" * 2
    assert old.read_bytes() == b"old"
