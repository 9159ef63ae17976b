#!/usr/bin/env bash
# The end-to-end benchmark: src/jmh/bench.sh [--quick | --goals] [--NAME=VALUE…]; README.md beside this tells of the options.
set -euo pipefail
cd "$(dirname "$0")/../.."

jar=target/dt-stream-router.jar
if [[ " $* " == *" --goals "* && "$*" != *--jar=* ]]; then
    # of what is in the checkout now, with the archive of its classes
    if [ ! -f target/dt-stream-router.jsa ] || [ -n "$(find src/main pom.xml -newer "$jar" -print -quit)" ]; then
        mvn -B -q -DskipTests -DskipITs ${MAVEN_ARGS:-} package
    fi
fi
[[ "$*" == *--jar=* ]] || [ -f "$jar" ] || mvn -B -q -Dquick -DskipTests package

# Node.js' client of the broker, once; without it, or where it takes no part, its loop is left out
if [[ " $* " != *" --quick "* && " $* " != *" --goals "* ]] && command -v npm >/dev/null 2>&1 && [ ! -d target/npm/node_modules/mqtt ]; then
    npm install --silent --no-fund --no-audit --prefix target/npm mqtt@5 || echo "mqtt could not be installed for Node.js" >&2
fi

exec mvn -B -q -Pjmh -Dquick ${MAVEN_ARGS:-} test-compile exec:exec \
    -Djmh.main=io.github.dtstream.benchmark.Benchmark "-Djmh.args=$*"
