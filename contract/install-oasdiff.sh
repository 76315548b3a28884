#!/usr/bin/env bash
# Builds oasdiff (Apache-2.0) from the Go source of one pinned version, whose checksum Go's own database confirms. Does
# nothing where it is there already. Exit code 3 where there is no Go.
set -euo pipefail
cd "$(dirname "$0")/.."
version=v1.36.0
folder=$PWD/.comanda/oasdiff/$version
if [ -x "$folder/oasdiff" ] && [ "$(readlink .comanda/oasdiff/pinned)" = "$version" ]; then exit 0; fi
if ! command -v go >/dev/null; then
  echo 'contract: comparing with the last release needs Go >= 1.24, to build oasdiff' >&2
  exit 3
fi
echo "contract: building oasdiff $version ..."
GOBIN=$folder go install "github.com/oasdiff/oasdiff@$version"
ln -sfn "$version" .comanda/oasdiff/pinned
