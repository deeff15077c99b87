"""Unpack the libraries that the plug-ins and their tests are linked to on AArch64, and print the folder.

    python tools/plugin_libraries.py

They are Debian 12's, as those of plugin/install_debian.sh are.
"""

from __future__ import annotations

import debian

PACKAGES = (
    *("libsamplerate0-dev", "libsndfile1-dev", "libmd-dev", "lv2-dev"),
    # For windows.
    *("libgl-dev", "libx11-dev", "libxext-dev", "libxcursor-dev", "libxrandr-dev", "libgl1-mesa-dri"),
    # For the hosts of the tests.
    *("liblilv-dev", "libjack-jackd2-dev"),
)

if __name__ == "__main__":
    print(debian.libraries("plugins", "bookworm", "aarch64", PACKAGES))
