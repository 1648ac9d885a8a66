#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The explorer against the naive one on many generated scenarios: those of the test explore/reductions
# and more of their kind, with faults, notifications, processors, and clients that are like others or not.
# Each is searched with all reductions, with each half of them, with none, with all but one, and with names
# alone. All of it is under nice.
#
# usage: twins.sh [--build DIR] [SCENARIOS]	the default is build/release, which has to be built, and 100000
set -eu
cd "$(dirname "$0")/.."

build=build/release scenarios=100000
while [ $# -gt 0 ]; do
	case $1 in
	--build) [ $# -gt 1 ] || { echo "twins.sh: --build: no directory" >&2; exit 2; }; build=$2; shift 2 ;;
	*[!0-9]* | '' | 0) echo "twins.sh: '$1': not a number of scenarios; see the head" >&2; exit 2 ;;
	*) scenarios=$1; shift ;;
	esac
done
test=$build/tests/explore_reductions
[ -x "$test" ] || { echo "twins.sh: $test: no test; build it, or say --build DIR" >&2; exit 2; }

# Each part of the test takes as many.
parts=$(grep -c 'cmocka_unit_test(test_' tests/explore/test_reductions.c)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
TEEQ_SEEDS=$(((scenarios + parts - 1) / parts)) nice -n 10 "$test" >"$log" 2>&1 || status=$?
grep -vE '^\[ (RUN| +OK )' "$log" || true
awk '/ models, / {
		sub(/^[a-z]*: /, "")
		models += $1
		skipped += $3
		states += $5
	}
	END { printf "%d scenarios, of which %d had too many states, %d states\n", models, skipped, states }' "$log"
exit "$status"
