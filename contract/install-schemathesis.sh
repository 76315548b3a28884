#!/usr/bin/env bash
# Installs Schemathesis as contract/schemathesis/requirements.txt pins it (versions and hashes) into .comanda/schemathesis.
# Does nothing where it is there already. Needs python3 >= 3.11 with venv; as root on Debian it installs that too. Exit code 3
# where there is no such Python and none can be had.
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.comanda/schemathesis
pins=contract/schemathesis/requirements.txt
if [ -x "$venv/bin/schemathesis" ] && cmp -s "$pins" "$venv/requirements.txt"; then exit 0; fi
has_python() { python3 -c 'import ensurepip, venv, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }
if ! has_python && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3 python3-venv >/dev/null
fi
if ! has_python; then
  echo 'contract: Schemathesis needs python3 >= 3.11 with venv' >&2
  exit 3
fi
rm -rf "$venv"
python3 -m venv "$venv"
"$venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --only-binary :all: -r "$pins"
cp "$pins" "$venv/requirements.txt"
