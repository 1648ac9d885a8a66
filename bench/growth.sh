#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# How the cost of an exhaustive search of the flagship grows with clients and threads: writes
# docs/growth.md and docs/growth.svg. A search that takes more of the processor's time than the cap,
# or more memory than the limit, ends its column: the larger ones are not tried.
#
# usage: bench/growth.sh [--cap SECONDS] [--memory MB] [--build DIR] [--output DIR]
set -eu

usage() {
	sed -n 's/^# usage: /usage: /p' "$0"
	exit 2
}

cap=60
memory=8000
build=
top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
output=$top/docs
while [ $# -gt 0 ]; do
	[ $# -ge 2 ] || usage
	case $1 in
	--cap) cap=$2 ;;
	--memory) memory=$2 ;;
	--build) build=$2 ;;
	--output) output=$2 ;;
	*) usage ;;
	esac
	shift 2
done
clients_max=10
threads_max=8

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

if [ -z "$build" ]; then
	build=$work/build
	cmake -S "$top" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTEEQ_TESTS=OFF \
		-DTEEQ_SCENARIO=OFF >"$work/log" || { cat "$work/log" >&2; exit 1; }
	cmake --build "$build" >>"$work/log" || { cat "$work/log" >&2; exit 1; }
fi

# One search: appends "policy threads clients states seconds megabytes verdict". False at the cap.
search() { # POLICY THREADS CLIENTS
	(
		# Every sh at hand has these two (dash, bash, busybox).
		# shellcheck disable=SC3045
		ulimit -v $((memory * 1024))
		# shellcheck disable=SC3045
		ulimit -t "$cap"
		exec "$build/bench/measure" "$build/bench/explore" "$2" "$3" "$1" all
	) >"$work/out" 2>"$work/cost" || return 1
	awk -v cost="$(tail -n 1 "$work/cost")" -v at="$1 $2 $3" '
		{
			for (i = 1; i <= NF; i++) {
				split($i, pair, "=")
				value[pair[1]] = pair[2]
			}
		}
		END {
			split(cost, part, /[ =]/)
			print at, value["states"], part[4], part[6] / 1024, value["verdict"]
		}' "$work/out" >>"$work/data"
}

for policy in mainline untracked; do
	threads=1
	while [ "$threads" -le "$threads_max" ]; do
		clients=2
		while [ "$clients" -le "$clients_max" ] && search "$policy" "$threads" "$clients"; do
			clients=$((clients + 1))
		done
		echo "growth: $policy, $threads threads: up to $((clients - 1)) clients" >&2
		threads=$((threads + 1))
	done
done

# table POLICY COLUMN FORMAT: clients down, threads across; an empty cell was not reached.
table() {
	awk -v policy="$1" -v column="$2" -v form="$3" -v clients_max=$clients_max \
		-v threads_max=$threads_max '
		$1 == policy { value[$2, $3] = $column }
		END {
			line = "| clients |"
			rule = "| ---: |"
			for (t = 1; t <= threads_max; t++) {
				line = line " " t (t == 1 ? " thread |" : " threads |")
				rule = rule " ---: |"
			}
			print line
			print rule
			for (c = 2; c <= clients_max; c++) {
				line = "| " c " |"
				for (t = 1; t <= threads_max; t++)
					line = line " " ((t, c) in value ? sprintf(form, value[t, c]) : "") " |"
				print line
			}
		}' "$work/data"
}

verdicts() { # POLICY
	awk -v policy="$1" '$1 == policy { verdict[$2] = verdict[$2] " " $7 }
		END { for (t in verdict) print t verdict[t] }' "$work/data" | sort -n | awk '
		{
			list = ""
			for (i = 2; i <= NF; i++)
				if (!(($1, $i) in seen)) {
					seen[$1, $i] = 1
					list = list (list == "" ? "" : ", ") "`" $i "`"
				}
			print "* " $1 ($1 == 1 ? " thread: " : " threads: ") list
		}'
}

section() { # POLICY
	printf '\n## %s\n\nStates kept:\n\n' "$1"
	table "$1" 4 '%d'
	printf '\nProcessor seconds:\n\n'
	table "$1" 5 '%.3g'
	printf '\nMemory, MB of the whole process:\n\n'
	table "$1" 6 '%.3g'
	printf '\nVerdicts over all these numbers of clients:\n\n'
	verdicts "$1"
}

{
	cat <<'TEXT'
<!-- SPDX-License-Identifier: BSD-2-Clause -->
# How the cost grows

The flagship (`bench/flagship.h`): every client makes one call whose RPC takes a lock and makes
another call. Each cell is one exhaustive search by one worker, with symmetry and reduction, that
goes on behind counterexamples. States are the same on every machine; a teeq of a later day may need fewer. Seconds
are those of the processor, the start of the process included, of one run each.

TEXT
	cat <<TEXT
Measured on $(LC_ALL=C date -u '+%-d %B %Y'): $(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(getconf _NPROCESSORS_ONLN) cores,
$(cc --version | head -n 1), \`-O2\` across files. An empty cell would have taken more than $cap
seconds or $memory MB, or lies behind one that did. \`bench/growth.sh\` writes this page.

TEXT
	echo '![States by clients, one line for each number of threads](growth.svg)'
	section mainline
	section untracked
} >"$output/growth.md"
awk -f "$top/bench/growth.awk" "$work/data" >"$output/growth.svg"
