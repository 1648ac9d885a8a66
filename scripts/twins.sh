#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The explorer against the naive one on many generated scenarios: those of the test explore/reductions
# and more of their kind, with faults, notifications, processors, and clients that are like others or not.
# Each is searched with all reductions, with each half of them, with none, with all but one, whichever that is, and
# with names alone. What has more than so many states is passed over, so that there are many. All of it is under nice.
#
# usage: twins.sh [--build DIR] [--states N] [--first N] [SCENARIOS]
#
#	--build DIR	build/release, which has to be built
#	--states N	5000
#	--first N	the number of the first scenario of each kind: 0; another run tells where it ended
#	SCENARIOS	100000
set -eu
cd "$(dirname "$0")/.."

build=build/release states=5000 first=0 scenarios=100000

refuse() {
	echo "twins.sh: $*; see the head" >&2
	exit 2
}

# A number from $1 up.
number() {
	[[ $2 =~ ^[0-9]{1,9}$ ]] && [ "$2" -ge "$1" ] || refuse "'$2': not a number from $1 up"
}

while [ $# -gt 0 ]; do
	case $1 in
	--build | --states | --first) [ $# -gt 1 ] || refuse "$1: nothing behind it" ;;&
	--build) build=$2; shift 2 ;;
	--states) number 1 "$2"; states=$2; shift 2 ;;
	--first) number 0 "$2"; first=$2; shift 2 ;;
	*) number 1 "$1"; scenarios=$1; shift ;;
	esac
done
test=$build/tests/explore_reductions
[ -x "$test" ] || { echo "twins.sh: $test: no test; build it, or say --build DIR" >&2; exit 2; }

# Each part of the test takes as many.
parts=$(grep -c 'cmocka_unit_test(test_' tests/explore/test_reductions.c)
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
TEEQ_STATES=$states TEEQ_FIRST=$first TEEQ_SEEDS=$(((scenarios + parts - 1) / parts)) \
	nice -n 10 "$test" >"$log" 2>&1 || status=$?
grep -vE '^\[ (RUN| +OK )' "$log" || true
awk '/ models, / {
		sub(/^[a-z ]*: /, "")
		models += $1
		skipped += $3
		states += $5
	}
	END { printf "%d scenarios of %d states; %d more had too many\n", models, states, skipped }' "$log"
exit "$status"
