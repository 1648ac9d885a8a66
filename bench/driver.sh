#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# A kernel's own driver beside the model of it: random runs, and searches in breadth and in depth, of the same
# scenarios, by seconds of the processor. What is printed of a search is what it visits without symmetry and
# reduction: the driver has neither.
#
# usage: bench/driver.sh [--runs N] BUILD DRIVER.so [SCENARIO...]
#
# BUILD is a folder, made with cmake --preset release; DRIVER.so comes from teeq driver build. Without
# scenarios: two clients with one call each, and the flagship with two and with three clients, on two threads.
set -eu

usage() {
	sed -n 's/^# usage: /usage: /p' "$0"
	exit 2
}

runs=200000
while [ $# -gt 2 ] && [ "$1" = --runs ]; do
	runs=$2
	shift 2
done
[ $# -ge 2 ] || usage
case $runs in '' | *[!0-9]* | 0) usage ;; esac
teeq=$1/teeq
measure=$1/bench/measure
driver=$2
shift 2
for program in "$teeq" "$measure"; do
	[ -x "$program" ] || {
		echo "driver.sh: $program is not there: cmake --build --preset release" >&2
		exit 2
	}
done
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
corpus=$(CDPATH='' cd -- "$(dirname "$0")/.." && pwd)/examples/scenarios

if [ $# -eq 0 ]; then
	cat >"$scratch/two-calls.yaml" <<-'END'
		teeq: 1
		name: two-calls
		summary: Two clients, a call each.
		secure: {threads: 2}
		commands: {hello: []}
		clients:
		  app:
		    count: 2
		    do:
		      - call: {command: hello}
	END
	cp "$corpus/rpmb-scmi.yaml" "$scratch/flagship-2.yaml"
	sed 's/count: 2/count: 3/' "$corpus/rpmb-scmi.yaml" >"$scratch/flagship-3.yaml"
	set -- "$scratch/two-calls.yaml" "$scratch/flagship-2.yaml" "$scratch/flagship-3.yaml"
fi
"$teeq" driver show "$driver" >"$scratch/show"
version=$(sed -n 's/.*: Linux \([0-9]*\.[0-9]*\)\..*/\1/p' "$scratch/show")
case $version in
6.[1-7]) policy=untracked ;;
*) policy=mainline ;;
esac

# cpu COMMAND...: the processor's seconds, on stdout; the command's own words go to $scratch/said.
cpu()
{
	"$measure" "$@" >"$scratch/said" 2>"$scratch/cost" || [ $? -eq 1 ]
	sed -n 's/.* cpu=\([0-9.]*\) .*/\1/p' "$scratch/cost" | tail -n 1
}

# rate COUNT SECONDS [LESS]: a second, without what it takes to begin; - where that leaves too little.
rate()
{
	awk -v n="$1" -v s="$2" -v less="${3:-0}" \
		'BEGIN { t = s - less; if (t < 0.02) print "-"; else printf "%.0f", n / t }'
}

# searched SECONDS: the states that the search visited which was run last, and how many a second.
searched()
{
	states=$(sed -n 's/.*[^0-9]\([0-9][0-9]*\) states.*/\1/p; s/^states \([0-9]*\).*/\1/p' \
		"$scratch/said" | head -n 1)
	printf '  %-8s %-8s %9s states in %8s s %9s states/s\n' "$what" "$order" "$states" "$1" \
		"$(rate "${states:-0}" "$1" "$one")"
}

# rows WHAT SCENARIO COMMAND...: COMMAND is run's and explore's options
rows()
{
	what=$1 file=$2
	shift 2
	one=$(cpu "$teeq" run "$@" --runs 2 "$file")
	all=$(cpu "$teeq" run "$@" --runs "$runs" "$file")
	steps=$(sed -n 's/^.* runs, \([0-9]*\) \(steps\|actions\).*/\1/p' "$scratch/said")
	printf '  %-8s %-8s %9s runs/s %10s steps/s\n' "$what" runs "$(rate "$runs" "$all" "$one")" \
		"$(rate "${steps:-0}" "$all" "$one")"
	plain=
	[ "$what" = model ] && plain='--no-symmetry --no-reduction'
	for order in breadth depth; do
		# shellcheck disable=SC2086
		searched "$(cpu "$teeq" explore "$@" $plain --search "$order" "$file")"
	done
}

cat "$scratch/show"
for file; do
	echo "$(basename "$file" .yaml):"
	rows driver "$file" --driver "$driver"
	rows model "$file" --policy "$policy"
done
