#!/usr/bin/env bash
# Packs the plug-ins that `cmake --build --preset plugins` has built: package.sh BUILD TARGET.tar.gz
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

name=$(basename "$2" .tar.gz)
mkdir "$folder/$name"
for plugin in nam_core.lv2 nam_core{,_stereo}.vst3 nam_core{,_stereo}.clap; do
  cp -r "$build/$plugin" "$folder/$name"
done
find "$folder/$name" \( -name '*.so' -o -name '*.clap' \) -exec "${STRIP:-strip}" --strip-unneeded {} +
cp "$here/install.sh" "$here/../docs/plugins.md" "$here/../LICENSE" "$folder/$name"
cp -r "$here/../third_party/licences" "$folder/$name/licences"
# Licences of the libraries that are linked in, from the places where Debian keeps them.
for package in libmd-dev dpf-source lv2-dev; do
  cp "/usr/share/doc/$package/copyright" "$folder/$name/licences/$package.txt"
done
# No dates and no user names, so that the same build always gives the same file.
tar --create --gzip --file "$2" --directory "$folder" --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner "$name"
