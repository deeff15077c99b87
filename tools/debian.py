"""Debian's packages, unpacked below build/: Pythons to compile with and to run, and libraries to link with.

Nothing is installed. Each release of Debian has one version of Python. Packages come from the server that
this machine's apt uses.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "build" / "debian"
# For each version of Python, the release of Debian that has it.
SUITES = {"3.11": "bookworm", "3.13": "trixie", "3.14": "forky"}
# Debian's names of processors.
ARCHITECTURES = {"aarch64": "arm64", "x86_64": "amd64"}

KEYS = "/usr/share/keyrings/debian-archive-keyring.gpg"
# Settings of apt for another machine, on which nothing is installed.
SETTINGS = """\
APT::Architecture "{architecture}";
APT::Architectures {{ "{architecture}"; }};
APT::Sandbox::User "";
Acquire::Languages "none";
Dir::Etc::sourcelist "{folder}/sources.list";
Dir::Etc::sourceparts "-";
Dir::State "{folder}/state";
Dir::State::status "{folder}/state/status";
Dir::Cache "{folder}/cache";
"""


def headers(version: str) -> Path:
    """The folder with the Python.h of a version of Python in SUITES. The headers serve every Linux of 64
    bits.
    """
    folder = FOLDER / f"headers-{version}"
    if not folder.exists():
        # Without the package that it depends on, the headers of the C library: the cross compiler has them.
        archives = _download(SUITES[version], "arm64", f"libpython{version}-dev", "download")
        unpacked = _unpack(archives, f"unpacking-headers-{version}") / "usr" / "include"
        # Debian's pyconfig.h includes the processor's pyconfig.h from another folder. The copy replaces it,
        # so that the compiler needs one folder only.
        own = unpacked / "aarch64-linux-gnu" / f"python{version}" / "pyconfig.h"
        shutil.copy(own, unpacked / f"python{version}" / "pyconfig.h")
        unpacked.rename(folder)
    return folder / f"python{version}"


def source(version: str) -> Path:
    """The archive of the sources of a version of Python in SUITES."""
    folder = FOLDER / f"source-{version}"
    if not folder.exists():
        archives = _download(SUITES[version], "arm64", f"python{version}", "source --download-only")
        archives.rename(folder)
    (archive,) = folder.glob("*.orig.tar.*")
    return archive


def system(version: str, processor: str) -> Path:
    """The root of a system for a processor, with a Python in usr/bin and all libraries that it is
    linked to.
    """
    packages = f"python{version}-minimal libpython{version}-stdlib libstdc++6"
    return _root(f"system-{version}-{processor}", SUITES[version], processor, packages)


def libraries(name: str, suite: str, processor: str, packages: tuple[str, ...]) -> Path:
    """The root of a system for a processor, with packages of a release and all packages that they depend on.

    A package lib*-dev does not depend on the headers of the C library: the cross compiler has them.
    """
    return _root(f"{name}-{processor}", suite, processor, " ".join(packages))


def _root(name: str, suite: str, processor: str, packages: str) -> Path:
    """The folder of this name. Packages and all packages that they depend on are unpacked into it."""
    folder = FOLDER / name
    if not folder.exists():
        command = "install --download-only --no-install-recommends"
        archives = _download(suite, ARCHITECTURES[processor], packages, command)
        unpacked = _unpack(archives, f"unpacking-{name}")
        # Releases from trixie on expect a merged /usr, which an installed system has, but unpacked packages
        # do not.
        for link in ("lib", "lib64"):
            if not (unpacked / link).exists() and (unpacked / "usr" / link).exists():
                (unpacked / link).symlink_to(f"usr/{link}")
        unpacked.rename(folder)
    return folder


def _download(suite: str, architecture: str, packages: str, command: str) -> Path:
    """Download packages of a release, and return their folder."""
    kind = "deb-src" if command.startswith("source") else "deb"
    folder = FOLDER / f"{suite}-{architecture}-{kind}"
    archives = folder / "archives" / command.partition(" ")[0]
    if archives.exists():
        shutil.rmtree(archives)
    (archives / "partial").mkdir(parents=True)
    environment = {**os.environ, "APT_CONFIG": str(_configure(folder, kind, suite, architecture))}
    subprocess.run(
        ["apt-get", *command.split(), "-qq", "-o", f"Dir::Cache::archives={archives}", *packages.split()],
        check=True,
        cwd=archives,
        env=environment,
    )
    return archives


def _configure(folder: Path, kind: str, suite: str, architecture: str) -> Path:
    """Return a configuration of apt for a release, with its lists of packages of the kind "deb" or
    "deb-src".
    """
    settings = folder / "apt.conf"
    if not settings.exists():
        (folder / "state" / "lists" / "partial").mkdir(parents=True, exist_ok=True)
        (folder / "state" / "status").touch()
        (folder / "sources.list").write_text(
            f"{kind} [signed-by={KEYS}] {_repository()} {suite} main\n", "utf-8"
        )
        unfinished = folder / "unfinished.conf"
        unfinished.write_text(SETTINGS.format(folder=folder, architecture=architecture), "utf-8")
        subprocess.run(
            ["apt-get", "update", "-qq"], check=True, env={**os.environ, "APT_CONFIG": str(unfinished)}
        )
        unfinished.rename(settings)
    return settings


def _repository() -> str:
    """The address from which this machine gets Debian's packages."""
    command = [
        "apt-get",
        "indextargets",
        "--format",
        "$(ORIGIN) $(LABEL) $(REPO_URI)",
        "Created-By: Packages",
    ]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    found = [line.split()[2] for line in printed.splitlines() if line.startswith("Debian Debian ")]
    if not found:
        raise SystemExit("This machine's apt does not get packages from Debian.")
    return found[0]


def _unpack(archives: Path, name: str) -> Path:
    folder = FOLDER / name
    shutil.rmtree(folder, ignore_errors=True)
    for archive in sorted(archives.glob("*.deb")):
        subprocess.run(["dpkg-deb", "--extract", archive, folder], check=True)
    return folder
