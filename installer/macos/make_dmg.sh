#!/usr/bin/env bash
# Sign "dist/Territory Map.app", put it into a disk image, have Apple notarise it, and staple the ticket to it.
#
#   installer/macos/make_dmg.sh                  what the environment allows; says at the end what was left out
#   installer/macos/make_dmg.sh --show           print the commands, run none (on any system)
#
#   TERRITORYMAP_SIGN_IDENTITY   "Developer ID Application: NAME (TEAM)"; without it the app is signed for this Mac only
#   TERRITORYMAP_NOTARY_PROFILE  name of a keychain profile; made once, by hand, with
#                                xcrun notarytool store-credentials NAME --apple-id ID --team-id TEAM
#
# The app comes from installer/make_bundle.py, the version from src/territorymap/__init__.py.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
app="$root/dist/Territory Map.app"
identity=${TERRITORYMAP_SIGN_IDENTITY:--}
profile=${TERRITORYMAP_NOTARY_PROFILE:-}
keychain=()
[ -z "${TERRITORYMAP_NOTARY_KEYCHAIN:-}" ] || keychain=(--keychain "$TERRITORYMAP_NOTARY_KEYCHAIN")
show=no
case "${1:-}" in
  "") ;;
  --show) show=yes ;;
  *) echo "usage: make_dmg.sh [--show]" >&2; exit 2 ;;
esac

version=$(sed -n 's/^__version__ = "\(.*\)"$/\1/p' "$root/src/territorymap/__init__.py")
[ -n "$version" ] || { echo "no version in src/territorymap/__init__.py" >&2; exit 1; }
machine=$(uname -m)
dmg="$root/dist/territorymap-$version-macos-$machine.dmg"

# With --show, or to run: one command.
run() {
  if [ "$show" = yes ]; then
    printf '%q ' "$@"
    printf '\n'
  else
    "$@"
  fi
}

say() {
  [ "$show" = yes ] || printf '%s\n' "$@"
}

# A hardened runtime and a time stamp are what notarising asks for; a signature for this Mac only has no use for them.
sign() {
  local entitlements=$1
  shift
  local options=(--force --sign "$identity")
  [ "$identity" = "-" ] || options+=(--timestamp --options runtime)
  [ -z "$entitlements" ] || options+=(--entitlements "$entitlements")
  run codesign "${options[@]}" "$@"
}

# Whether a file is a program or library of macOS, whatever its name: the first four bytes say so.
is_code() {
  case "$(head -c 4 "$1" | od -An -tx1 | tr -d ' \n')" in
    cffaedfe | cafebabe | feedfacf) return 0 ;;
    *) return 1 ;;
  esac
}

if [ "$show" = no ]; then
  [ "$(uname -s)" = Darwin ] || { echo "a disk image is made on macOS; --show prints the steps here" >&2; exit 1; }
  [ -d "$app" ] || { echo "there is no $app: python installer/make_bundle.py" >&2; exit 1; }
fi

# 1. Sign from the inside out: libraries, the process that draws the map, frameworks, executables, the app.
if [ "$show" = yes ]; then
  sign "" "$app/Contents/Frameworks/EVERY.dylib" "$app/Contents/Frameworks/EVERY.so"
  sign "$here/webengine.entitlements" "$app/Contents/Frameworks/.../QtWebEngineProcess.app"
  sign "" "$app/Contents/Frameworks/.../EVERY.framework"
else
  while IFS= read -r -d '' file; do
    if is_code "$file"; then sign "" "$file"; fi
  done < <(find "$app/Contents" -type f \( -name '*.dylib' -o -name '*.so' -o -perm -100 \) \
    ! -path '*/Contents/MacOS/*' -print0)
  while IFS= read -r -d '' helper; do
    sign "$here/webengine.entitlements" "$helper"
  done < <(find "$app/Contents" -type d -name QtWebEngineProcess.app -print0)
  while IFS= read -r -d '' framework; do
    sign "" "$framework"
  done < <(find "$app/Contents" -depth -type d -name '*.framework' -print0)
fi
sign "$here/app.entitlements" "$app/Contents/MacOS/territorymap"
sign "$here/app.entitlements" "$app/Contents/MacOS/territorymap-gui"
sign "$here/app.entitlements" "$app"
run codesign --verify --deep --strict --verbose=2 "$app"

# 2. The disk image: the app, and the folder to drag it to.
stage="$root/build/dmg"
run rm -rf "$stage"
run mkdir -p "$stage"
run ditto "$app" "$stage/Territory Map.app"
run ln -s /Applications "$stage/Applications"
run rm -f "$dmg"
run hdiutil create -volname "Territory Map $version" -srcfolder "$stage" -fs HFS+ -format ULMO -ov "$dmg"
run rm -rf "$stage"

if [ "$identity" = "-" ]; then
  say "Made: $dmg" "Signed for this Mac only, not notarised: TERRITORYMAP_SIGN_IDENTITY is not set." \
    "On another Mac: xattr -dr com.apple.quarantine on the app, or Privacy & Security, Open anyway."
  exit 0
fi

# 3. Sign the image, have it notarised, staple the ticket, and ask Gatekeeper as a planner's Mac will.
sign "" "$dmg"
if [ -z "$profile" ]; then
  say "Made: $dmg" "Signed, not notarised: TERRITORYMAP_NOTARY_PROFILE is not set."
  exit 0
fi
run xcrun notarytool submit "$dmg" --keychain-profile "$profile" "${keychain[@]+"${keychain[@]}"}" --wait
run xcrun stapler staple "$dmg"
run xcrun stapler validate "$dmg"
run spctl --assess --type open --context context:primary-signature --verbose=2 "$dmg"
say "Made, signed, notarised and stapled: $dmg"
