#!/usr/bin/env bash
# Installs what building and testing the plug-ins needs, on Debian 12. Must be run as root.
set -euo pipefail
packages=(libsamplerate0-dev libsndfile1-dev libmd-dev lv2-dev dpf-source pkg-config)
# For windows.
packages+=(libgl-dev libx11-dev libxext-dev libxcursor-dev libxrandr-dev)
# For the tests: hosts, and a screen.
packages+=(liblilv-dev sordi binutils jackd2 libjack-jackd2-dev libportaudio2 xvfb libgl1-mesa-dri)
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${packages[@]}"
