#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Two builds of teeq on the same work, in turns: how much longer the second takes than the first. The
# median of the ratios of neighbouring runs, in seconds of the processor, for random runs, searches and
# checks. Only scenarios that an older build can read and that mean the same to it are worth comparing:
# where the two print different results, the row says so and counts for nothing.
#
# usage: bench/compare-builds.sh [--runs N] [--limit RATIO] BASE_BUILD NEW_BUILD
#
# The builds are folders, made with cmake --preset release. Status 1: a ratio is above the limit (1.05).
set -eu

usage() {
	sed -n 's/^# usage: /usage: /p' "$0"
	exit 2
}

runs=9
limit=1.05
while [ $# -gt 2 ]; do
	case $1 in
	--runs) runs=$2 ;;
	--limit) limit=$2 ;;
	*) usage ;;
	esac
	shift 2
done
[ $# -eq 2 ] || usage
case $runs in '' | *[!0-9]* | 0) usage ;; esac
case $limit in '' | *[!0-9.]* | *.*.*) usage ;; esac

for build in "$1" "$2"; do
	for program in teeq bench/explore bench/measure; do
		[ -x "$build/$program" ] && continue
		echo "compare-builds: $build/$program is not there: name folders that were built with" \
			'cmake --preset release && cmake --build --preset release' >&2
		exit 2
	done
done
base=$(CDPATH='' cd -- "$1" && pwd)
new=$(CDPATH='' cd -- "$2" && pwd)
scenarios=$(CDPATH='' cd -- "$(dirname -- "$0")/../examples/scenarios" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# Eight clients on four threads; no call is made inside of another one.
cat >"$work/crowd.yaml" <<'END'
teeq: 1
name: crowd
summary: Eight clients on four threads, with a lock taken in each call's RPC.
secure: {threads: 4}
locks: [emmc]
sessions:
  keys: {system: true}
commands:
  write:
    - rpc: store
  sign: []
services:
  store:
    by: caller
    do:
      - lock: emmc
      - unlock: emmc
clients:
  writer:
    count: 6
    do:
      - call: {command: write}
  signer:
    count: 2
    do:
      - call: {command: sign}
END

# Notifications: every one is sent once, and remembered where nobody waits for it yet.
cat >"$work/keys.yaml" <<'END'
teeq: 1
name: keys
summary: Calls that wait for notifications which other calls send.
secure: {threads: 5}
notifications: [ready, spare]
commands:
  wait-ready:
    - wait: ready
  wait-spare:
    - wait: spare
  send-both:
    - notify: ready
    - notify: spare
  quick: []
clients:
  ready:
    do:
      - call: {command: wait-ready}
  spare:
    do:
      - call: {command: wait-spare}
  sender:
    do:
      - call: {command: send-both}
  other:
    do:
      - call: {command: quick}
END

# once BUILD NAME PROGRAM ARGUMENTS...: what it prints but for times, and a line of its cost
once() {
	build=$1 name=$2 program=$3
	shift 3
	status=0
	"$base/bench/measure" "$build/$program" "$@" >"$work/out" 2>"$work/cost" || status=$?
	sed 's/ seconds=.*//; s/ memory=[0-9]*//; s/ coarse=[0-9]*//' "$work/out" >"$work/$name.out"
	# 0 and 1 are answers; what else there is ends before the work is done.
	[ "$status" -le 1 ] || echo "status $status" >"$work/$name.out"
	sed -n 's/^wall=.* cpu=\([0-9.]*\) .*/\1/p' "$work/cost" >>"$work/$name.seconds"
}

median() {
	sort -g | awk '
		{ v[NR] = $1 }
		END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

failed=0
row() { # WHAT PROGRAM ARGUMENTS...
	what=$1
	shift
	rm -f "$work"/*.seconds
	i=0
	# The first pair warms up.
	while [ "$i" -le "$runs" ]; do
		once "$base" base "$@"
		once "$new" new "$@"
		[ "$i" -gt 0 ] || rm -f "$work"/*.seconds
		i=$((i + 1))
	done
	if ! cmp -s "$work/base.out" "$work/new.out" || grep -q '^status' "$work/base.out"; then
		printf '%-46s not the same work for both: not compared\n' "$what"
		return
	fi
	ratio=$(paste -d ' ' "$work/base.seconds" "$work/new.seconds" | awk '{ print $2 / $1 }' | median)
	verdict=
	if awk "BEGIN { exit !($ratio > $limit) }"; then
		verdict="above $limit"
		failed=1
	fi
	printf '%-46s %8.3f s %8.3f s   %5.3f  %s\n' "$what" "$(median <"$work/base.seconds")" \
		"$(median <"$work/new.seconds")" "$ratio" "$verdict"
}

random() { # FILE RUNS
	row "run $(basename "$1" .yaml), $2 times" teeq run --strategy random --runs "$2" "$1"
}

search() { # FILE OPTIONS...
	file=$1
	shift
	row "explore $(basename "$file" .yaml) $*" teeq explore --all --trace none "$@" "$file"
}

printf '%-46s %10s %10s   %5s\n' "medians of $runs, seconds of the processor" base new ratio
random "$scenarios/rpmb-scmi.yaml" 100000
random "$scenarios/absorbed-wake.yaml" 150000
random "$scenarios/bottom-half.yaml" 200000
random "$scenarios/field-4438-watchdog-mended.yaml" 100000
random "$work/crowd.yaml" 15000
random "$work/keys.yaml" 30000
row 'flagship, untracked, 4 threads, 5 clients' bench/explore 4 5 untracked all 1
row 'flagship, mainline, 4 and 4, no reduction' bench/explore 4 4 mainline plain-all 1
search "$work/crowd.yaml"
search "$work/keys.yaml" --no-symmetry --no-reduction
exit "$failed"
