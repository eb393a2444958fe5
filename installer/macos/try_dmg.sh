#!/usr/bin/env bash
# Mount the disk image, copy the app out of it as a planner does, check its signature, and let it do its round.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$root/src/territorymap/__init__.py")
dmg="$root/dist/territorymap-$version-macos-$(uname -m).dmg"
[ -f "$dmg" ] || { echo "there is no $dmg: installer/macos/make_dmg.sh" >&2; exit 1; }

work=$(mktemp -d)
mount="$work/mount"
app="$work/Territory Map.app"
finish() {
  hdiutil detach -quiet "$mount" 2> /dev/null || true
  rm -rf "$work"
}
trap finish EXIT

hdiutil attach -quiet -nobrowse -readonly -mountpoint "$mount" "$dmg"
[ -L "$mount/Applications" ] || { echo "the image has no link to Applications" >&2; exit 1; }
ditto "$mount/Territory Map.app" "$app"
codesign --verify --deep --strict "$app"

plist="$app/Contents/Info.plist"
said=$(/usr/libexec/PlistBuddy -c 'Print :CFBundleShortVersionString' "$plist")
[ "$said" = "$version" ] || { echo "the app says $said, the source $version" >&2; exit 1; }
[ "$(/usr/libexec/PlistBuddy -c 'Print :CFBundleExecutable' "$plist")" = territorymap-gui ]

# In a folder of its own, with nothing of this machine's Python on the way.
cd "$work"
env -i HOME="$HOME" TMPDIR="$work" LANG=en_US.UTF-8 PATH=/usr/bin:/bin QT_QPA_PLATFORM="${QT_QPA_PLATFORM:-}" \
  "$app/Contents/MacOS/territorymap" --self-test
echo "so: the app of $dmg does its round"
