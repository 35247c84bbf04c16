#!/usr/bin/env bash
# The `exports` suite: what whydrop exports, run by DuckDB, Spark, Great Expectations and Evidently.
# Python packages go into a virtual environment outside of the clone, made once.
set -euo pipefail
cd "$(dirname "$0")/../.."
place=${XDG_CACHE_HOME:-$HOME/.cache}/whydrop/exports
stop() { # what, what to try
    printf 'exports: %s\n  try: %s\n' "$1" "$2" >&2
    echo "0 passed, 1 failed"
    exit 1
}

command -v python3 >/dev/null || stop "there is no python3" "install Python 3.10 or later"
python3 -c 'import sys; sys.exit(sys.version_info < (3, 10))' ||
    stop "$(python3 --version) is too old" "install Python 3.10 or later"
# Spark 4 runs on Java 17 and later.
java=${JAVA_HOME:+$JAVA_HOME/bin/}java
version=$("$java" -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1) || version=
[ "${version:-0}" -ge 17 ] || stop "Spark needs Java 17 or later, and there is ${version:-none}" \
    "apt-get install openjdk-17-jre-headless (or brew install openjdk@17), or set JAVA_HOME to one"

if ! cmp -s tests/exports/requirements.txt "$place/installed.txt"; then
    echo "exports: installing Python packages into $place (about 700 MB, once; log: $place/pip.log)"
    mkdir -p "$place"
    python3 -m venv "$place/venv" >"$place/pip.log" 2>&1 ||
        stop "a virtual environment could not be made: $(tail -n 1 "$place/pip.log")" \
            "apt-get install python3-venv"
    "$place/venv/bin/pip" install --quiet -r tests/exports/requirements.txt >>"$place/pip.log" 2>&1 ||
        stop "the packages could not be installed: $(tail -n 1 "$place/pip.log")" "look into $place/pip.log"
    cp tests/exports/requirements.txt "$place/installed.txt"
fi

cargo build --quiet --bin whydrop --example export_case
built=${CARGO_TARGET_DIR:-target}/debug
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$place/venv/bin/python" tests/exports/run.py "$built/whydrop" "$built/examples/export_case" "$work"
