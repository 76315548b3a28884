#!/usr/bin/env bash
# Compares services/order-api/openapi.json with the document of the last release; exit 1 where a client would break.
# oasdiff (Apache-2.0) comes as Go source of one pinned version, whose checksum Go's own database confirms.
set -euo pipefail
cd "$(dirname "$0")/.."
version=v1.36.0
tool=$PWD/.comanda/oasdiff/$version/oasdiff
if [ ! -x "$tool" ]; then
  if ! command -v go >/dev/null; then
    echo 'contract: comparing with the last release needs Go >= 1.24, to build oasdiff' >&2
    exit 1
  fi
  echo "contract: building oasdiff $version ..."
  GOBIN=$(dirname "$tool") go install "github.com/oasdiff/oasdiff@$version"
fi
OASDIFF_NO_TELEMETRY=1 "$tool" breaking contract/released/openapi.json services/order-api/openapi.json \
  --err-ignore contract/released/accepted-breaks.txt --warn-ignore contract/released/accepted-breaks.txt \
  --fail-on WARN --format singleline --color never
