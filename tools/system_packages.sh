#!/bin/sh
# Installs the Debian packages named as arguments where that is possible, else prints the one line that does.
# Anywhere but on Debian and its like there is nothing to do.
command -v dpkg-query >/dev/null 2>&1 || exit 0
missing=""
for package in "$@"; do
  # Newer releases renamed libasound2 to libasound2t64.
  if ! dpkg-query -W -f='${Status}\n' "$package" "${package}t64" 2>/dev/null | grep -q '^install ok installed'; then
    missing="$missing $package"
  fi
done
[ -z "$missing" ] && exit 0
if [ "$(id -u)" -eq 0 ]; then
  echo "Installing what Qt needs:$missing"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq && apt-get install -y -qq --no-install-recommends $missing >/dev/null
else
  echo "Qt WebEngine needs some system libraries. Please run once:"
  echo "  sudo apt-get update && sudo apt-get install -y --no-install-recommends$missing"
  echo "and then the same command again."
  exit 1
fi
