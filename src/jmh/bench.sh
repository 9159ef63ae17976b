#!/usr/bin/env bash
# The end-to-end benchmark: src/jmh/bench.sh [--quick] [--NAME=VALUE…]; README.md beside this tells of the options.
set -euo pipefail
cd "$(dirname "$0")/../.."

[[ "$*" == *--jar=* ]] || [ -f target/dt-stream-router.jar ] || mvn -B -q -Dquick -DskipTests package

# Node.js' client of the broker, once; without it, or with --quick, its loop is left out
if [[ " $* " != *" --quick "* ]] && command -v npm >/dev/null 2>&1 && [ ! -d target/npm/node_modules/mqtt ]; then
    npm install --silent --no-fund --no-audit --prefix target/npm mqtt@5 || echo "mqtt could not be installed for Node.js" >&2
fi

exec mvn -B -q -Pjmh -Dquick ${MAVEN_ARGS:-} test-compile exec:exec \
    -Djmh.main=io.github.dtstream.benchmark.Benchmark "-Djmh.args=$*"
