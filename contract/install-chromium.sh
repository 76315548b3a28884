#!/usr/bin/env bash
# Installs Debian's Chromium for the check of the documentation page, where it is missing and apt is there. Exit code 3 where it is not.
set -euo pipefail
if command -v chromium >/dev/null; then exit 0; fi
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo 'contract: the check of /docs needs Chromium as "chromium" on the PATH' >&2
  exit 3
fi
apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >/dev/null
