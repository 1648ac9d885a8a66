#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The tests of one configuration beside ten processes that do nothing but run: no test may depend on
# how fast it is, and a limit in seconds is for what hangs. All of it is under nice. In the end it says
# how long the longest test was, and what it was allowed, and which came nearest to that.
#
# usage: loaded.sh [PRESET [CTEST-ARGUMENT...]]		the default is release, which has to be built
set -u -m
cd "$(dirname "$0")/.." || exit 2

[ -n "${TEEQ_NICE-}" ] || TEEQ_NICE=1 exec nice -n 10 scripts/loaded.sh "$@"
preset=${1:-release}
[ $# -eq 0 ] || shift
report=$PWD/build/$preset/loaded.xml
busy=()

tests=
# Those alone that were started here: each is a process group, with what it has started itself.
stop()
{
	for pid in $tests "${busy[@]}"; do
		kill -- "-$pid" 2>/dev/null
		wait "$pid" 2>/dev/null
	done
	tests=
	busy=()
}
trap stop EXIT
trap 'exit 130' INT TERM

for _ in 1 2 3 4 5 6 7 8 9 10; do
	while :; do :; done &
	busy+=($!)
done
echo "${#busy[@]} busy processes on $(nproc) processors: ${busy[*]}"

rm -f "$report"
status=0
# In the background, so that a signal is heeded at once.
ctest --preset "$preset" -j "$(nproc)" --output-junit "$report" "$@" </dev/null &
tests=$!
wait "$tests" || status=$?
tests=
stop

# NAME LIMIT of each test, from its properties.
limits()
{
	ctest --preset "$preset" "$@" --show-only=json-v1 | awk -F'"' '
		/^      "name" :/ { name = $4 }
		wanted { gsub(/[^0-9.]/, ""); print name, $0 }
		{ wanted = /"name" : "TIMEOUT"/ }'
}

[ -f "$report" ] || { echo "loaded.sh: ctest wrote no report" >&2; exit 2; }
limits "$@" | awk '
	FNR == NR { limit[$1] = $2; next }
	/<testcase / {
		name = time = $0
		sub(/.*<testcase name="/, "", name)
		sub(/".*/, "", name)
		sub(/.* time="/, "", time)
		sub(/".*/, "", time)
		tests++
		passed += /status="run"/
		idle += /status="(notrun|disabled)"/
		if (time + 0 > longest) {
			longest = time + 0
			which = name
		}
		if (limit[name] > 0 && time / limit[name] > nearest) {
			nearest = time / limit[name]
			at = name
		}
	}
	END {
		printf "%d tests, %d passed, %d failed, %d not run\n", tests, passed, tests - passed - idle, idle
		printf "longest: %s, %.0f s of %d s\n", which, longest, limit[which]
		printf "nearest to its limit: %s, %.1f %%\n", at, 100 * nearest
	}' - "$report"
exit "$status"
