#!/usr/bin/env bash
# Makes the present document the promised one: part of a release, see contract/released/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."
cp services/order-api/openapi.json contract/released/openapi.json
: >contract/released/accepted-breaks.txt
