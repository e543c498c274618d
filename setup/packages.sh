#!/bin/sh
# Installs the Debian packages of setup/packages where that is possible, and says what follows where it is not.
set -u
cd "$(dirname "$0")/.."
missing=
for package in $(sed 's/#.*//' setup/packages); do
    dpkg-query --show --showformat='${Status}\n' "$package" 2>/dev/null | grep -q ' installed$' || missing="$missing $package"
done
[ -n "$missing" ] || exit 0
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    echo "packages: installing$missing ..." >&2
    # One by one: a package that this system does not have takes no other with it.
    apt-get update -qq >&2 || true
    for package in $missing; do
        apt-get install -y -qq --no-install-recommends "$package" >/dev/null ||
            echo "packages: $package cannot be installed, so tests that need it are passed over" >&2
    done
else
    echo "packages: tests that need these are passed over; install them as root with apt-get:$missing" >&2
fi
