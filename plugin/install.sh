#!/usr/bin/env bash
# Copies the plug-ins from this script's folder to the user's plug-in folders. With --remove: deletes them there.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)

# Check for the libraries that the plug-ins need, besides the C and C++ libraries.
if [[ "${1:-}" != --remove ]]; then
  missing=$(ldd "$here/nam_core.lv2/nam_core.so" "$here/nam_core.clap" | awk '/not found/ { print $1 }' | sort -u)
  if [[ -n "$missing" ]]; then
    echo "missing: $missing" >&2
    echo "On Debian and Ubuntu: apt install libsndfile1 libsamplerate0 libgl1 libx11-6 libxext6 libxcursor1 libxrandr2" >&2
    exit 1
  fi
fi

for format in lv2 vst3 clap; do
  folder=$HOME/.$format
  for plugin in "$here"/nam_core*."$format"; do
    target=$folder/$(basename "$plugin")
    rm -rf -- "$target"
    [[ "${1:-}" == --remove ]] && continue
    mkdir -p -- "$folder"
    cp -r -- "$plugin" "$target"
    echo "$target"
  done
done
