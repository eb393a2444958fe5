#!/usr/bin/env bash
# For CI: put the certificate into a keychain of its own and keep the notary's profile there, for make_dmg.sh.
# From the environment: CERTIFICATE (a .p12 in base64), CERTIFICATE_PASSWORD, IDENTITY, APPLE_ID, APPLE_TEAM,
# APPLE_PASSWORD (one for this app only). Without a certificate there is nothing to do: the app is signed ad hoc.
set -euo pipefail

if [ -z "${CERTIFICATE:-}" ]; then
  echo "No certificate: the app will be signed for one Mac only, and not notarised."
  exit 0
fi

keychain="$RUNNER_TEMP/signing.keychain-db"
password=$(openssl rand -hex 24)
file="$RUNNER_TEMP/certificate.p12"
trap 'rm -f "$file"' EXIT
printf '%s' "$CERTIFICATE" | base64 --decode > "$file"

security create-keychain -p "$password" "$keychain"
security set-keychain-settings -lut 21600 "$keychain"
security unlock-keychain -p "$password" "$keychain"
security import "$file" -k "$keychain" -P "$CERTIFICATE_PASSWORD" -T /usr/bin/codesign
security set-key-partition-list -S apple-tool:,apple: -s -k "$password" "$keychain" > /dev/null
security list-keychains -d user -s "$keychain" login.keychain-db
echo "TERRITORYMAP_SIGN_IDENTITY=$IDENTITY" >> "$GITHUB_ENV"

if [ -n "${APPLE_ID:-}" ]; then
  xcrun notarytool store-credentials territorymap --keychain "$keychain" \
    --apple-id "$APPLE_ID" --team-id "$APPLE_TEAM" --password "$APPLE_PASSWORD"
  echo "TERRITORYMAP_NOTARY_PROFILE=territorymap" >> "$GITHUB_ENV"
  echo "TERRITORYMAP_NOTARY_KEYCHAIN=$keychain" >> "$GITHUB_ENV"
fi
