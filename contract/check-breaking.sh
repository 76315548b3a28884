#!/usr/bin/env bash
# Compares services/order-api/openapi.json with the document of the last release; exit 1 where a client would break.
set -euo pipefail
cd "$(dirname "$0")/.."
OASDIFF_NO_TELEMETRY=1 .comanda/oasdiff/pinned/oasdiff breaking contract/released/openapi.json services/order-api/openapi.json \
  --err-ignore contract/released/accepted-breaks.txt --warn-ignore contract/released/accepted-breaks.txt \
  --fail-on WARN --format singleline --color never
