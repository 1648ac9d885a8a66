#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# SPIN, rumur and teeq on the same work, in turns, on this machine: medians, and medians of the ratios of
# neighbouring runs. Everything is built in a temporary directory; what is asked of each row, and
# whether it was met, is printed beside it. bench/README.md says what the rows are.
#
# usage: bench/compare.sh [--runs N] [--rows LIST] [--with-spin-large] [--build DIR]
#
# Rows are functions that are called by their number; expressions in single quotes are awk's.
# shellcheck disable=SC2016,SC2317
set -eu

usage() {
	sed -n 's/^# usage: /usage: /p' "$0"
	exit 2
}

runs=5
rows_all='1 2 3 4 5 6 7'
rows=$rows_all
spin_large=no
build=
while [ $# -gt 0 ]; do
	case $1 in
	--runs) runs=${2:-} ;;
	--rows) rows=${2:-} ;;
	--build) build=${2:-} ;;
	--with-spin-large) spin_large=yes; shift; continue ;;
	*) usage ;;
	esac
	[ $# -ge 2 ] || usage
	shift 2
done
case $runs in '' | *[!0-9]* | 0) usage ;; esac
for row in $rows; do
	case " $rows_all " in *" $row "*) ;; *)
		echo "compare: --rows: '$row' is none of $rows_all" >&2
		exit 2
		;;
	esac
done

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

# ------------------------------------------- set-up -------------------------------------------

for tool in spin rumur; do
	command -v $tool >/dev/null && continue
	as_root=
	[ "$(id -u)" -eq 0 ] || as_root=sudo
	echo "compare: installing $tool" >&2
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q </dev/null >&2
	$as_root env DEBIAN_FRONTEND=noninteractive \
		apt-get install -q -y --no-install-recommends $tool </dev/null >&2
done

# The tree is not written to: a release build of it, and a name for each program used here.
if [ -z "$build" ]; then
	build=$work/build
	cmake -S "$top" -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release -DTEEQ_TESTS=OFF \
		-DTEEQ_SCENARIO=OFF >"$work/log" || { cat "$work/log" >&2; exit 1; }
	cmake --build "$build" >>"$work/log" || { cat "$work/log" >&2; exit 1; }
fi
case $build in /*) ;; *) build=$PWD/$build ;; esac
explore=$build/bench/explore
measure=$build/bench/measure
for program in "$explore" "$measure"; do
	[ -x "$program" ] && continue
	echo "compare: $program is not there: --build names a folder that was built with" \
		'cmake --preset release && cmake --build --preset release' >&2
	exit 2
done

# not_made TOOL: what it wrote is in the file log.
not_made() {
	cat log >&2
	echo "compare: $1 made no verifier" >&2
	exit 2
}

# pan NAME SPIN-OPTIONS PAN-OPTIONS: one verifier; how long it took to make goes to the table.
pan() {
	mkdir "$work/$1"
	(
		cd "$work/$1"
		# The options are words on purpose.
		# shellcheck disable=SC2086
		"$measure" spin -a $2 "$top/bench/spin/callqueue.pml" >log 2>&1 || not_made spin
		spin_seconds=$(sed -n 's/.*wall=\([0-9.]*\).*/\1/p' log)
		# shellcheck disable=SC2086
		"$measure" cc -w -O2 -DSAFETY $3 -o pan pan.c 2>log || not_made cc
		cc_seconds=$(sed -n 's/.*wall=\([0-9.]*\).*/\1/p' log)
		echo "$spin_seconds $cc_seconds" | awk '{ printf "%.2f\n", $1 + $2 }' >compile
	)
}

# rumur_pan NAME CLIENTS: the same of the model in Murphi, 4 threads, one core.
rumur_pan() {
	mkdir "$work/$1"
	sed "s/^const N: .*/const N: $2; T: 4;/" "$top/bench/rumur/callqueue.m" >"$work/$1/callqueue.m"
	(
		cd "$work/$1"
		"$measure" rumur callqueue.m --output pan.c --threads 1 --deadlock-detection stuck \
			--counterexample-trace off 2>log || not_made rumur
		made=$(sed -n 's/.*wall=\([0-9.]*\).*/\1/p' log)
		"$measure" cc -w -std=c11 -O2 -o pan pan.c -lpthread 2>log || not_made cc
		sed -n 's/.*wall=\([0-9.]*\).*/\1/p' log |
			awk -v made="$made" '{ printf "%.2f\n", $1 + made }' >compile
	)
}

# ------------------------------------------ measuring -----------------------------------------

# Each run leaves one line "states seconds megabytes length" in a file of its tool and row.
run_spin() { # ROW PAN OPTIONS...
	row=$1 name=$2
	shift 2
	(
		cd "$work/$name"
		"$measure" ./pan "$@" >"$work/out" 2>"$work/cost" || true
	)
	# With -DBFS: "pan:1: invalid end state (at depth 13)".
	awk -v cost="$(tail -n 1 "$work/cost")" '
		/ states, stored/ { states = $1 }
		/errors: / { errors = $NF }
		/\(at depth / && !length_ { length_ = $0; gsub(/.*at depth |\).*/, "", length_) }
		END {
			split(cost, part, /[ =]/)
			printf "%d %.6f %.3f %d %d\n", states, part[2], part[6] / 1024, length_, errors
		}' "$work/out" >>"$work/spin.$row"
}

run_rumur() { # ROW NAME
	(
		cd "$work/$2"
		"$measure" ./pan >"$work/out" 2>"$work/cost"
	)
	awk -v cost="$(tail -n 1 "$work/cost")" '
		/ states, .* rules fired/ { states = $1 }
		END {
			split(cost, part, /[ =]/)
			printf "%d %.6f %.3f\n", states, part[2], part[6] / 1024
		}' "$work/out" >>"$work/rumur.$1"
}

run_teeq() { # ROW ARGUMENTS...
	row=$1
	shift
	"$measure" "$explore" "$@" >"$work/out" 2>"$work/cost"
	awk -v cost="$(tail -n 1 "$work/cost")" '
		{
			for (i = 1; i <= NF; i++) {
				split($i, pair, "=")
				value[pair[1]] = pair[2]
			}
		}
		END {
			split(cost, part, /[ =]/)
			printf "%d %.6f %.3f %d %d %d\n", value["states"], part[2], part[6] / 1024,
			       value["coarse"], value["deadlock"] + value["lost"], value["schedule"]
		}' "$work/out" >>"$work/teeq.$row"
}

# Median of the numbers on standard input.
median() {
	sort -g | awk '
		{ v[NR] = $1 }
		END { print NR % 2 ? v[(NR + 1) / 2] : (v[NR / 2] + v[NR / 2 + 1]) / 2 }'
}

column() { # FILE EXPRESSION-OF-AWK: the median of it
	awk "{ print $2 }" "$1" | median
}

# The same over pairs of runs: states, time and memory are sa, ta, ma of the first file's run, and
# sb, tb, mb of the second's.
ratio() { # FILE FILE EXPRESSION
	paste -d ' ' "$1" "$2" | awk -v width="$(awk '{ print NF; exit }' "$1")" '
		{
			sa = $1; ta = $2; ma = $3
			sb = $(width + 1); tb = $(width + 2); mb = $(width + 3)
			print '"$3"'
		}' | median
}

tell() { # TOOL FILE NOTE
	printf '    %-7s %11.0f states %11.0f states/s %11.4f s %10.1f MB  %s\n' "$1" \
		"$(column "$2" '$1')" "$(column "$2" '$1 / $2')" "$(column "$2" '$2')" \
		"$(column "$2" '$3')" "$3"
}

failed=0
demand() { # NAME VALUE OPERATOR LIMIT: one line, met or not
	if awk -v value="$2" -v limit="$4" "BEGIN { exit !(value $3 limit) }"; then
		verdict=met
	else
		verdict='NOT MET'
		failed=1
	fi
	printf '    %-40s %10.4g   asked: %s %.4g   %s\n' "$1" "$2" "$3" "$4" "$verdict"
}

# NAME VALUE DIVISOR [TOOL]: a ratio of at most 1/DIVISOR, printed the other way round
demand_at_most() {
	demand "$1: ${4:-spin}/teeq" "$(awk -v r="$2" 'BEGIN { print 1 / r }')" '>=' "$3"
}

turns() { # the rows' commands: spin_turn and teeq_turn
	i=0
	while [ "$i" -lt "$runs" ]; do
		spin_turn
		teeq_turn
		i=$((i + 1))
	done
}

has_row() {
	case " $rows " in *" $1 "*) return 0 ;; esac
	return 1
}

# -------------------------------------------- rows --------------------------------------------

flagship='-DSCEN=1 -DT=4 -DN=5'

row_1() {
	echo '1. flagship, mainline, 4 threads, 5 clients: the whole space, one core'
	pan 1 "-DPOL=1 $flagship" ''
	spin_turn() { run_spin 1 1 -E -m10000 -w25; }
	teeq_turn() { run_teeq 1 4 5 mainline all 1; }
	turns
	tell SPIN "$work/spin.1" "and $(cat "$work/1/compile") s to compile"
	tell teeq "$work/teeq.1" ''
	demand_at_most time "$(ratio "$work/spin.1" "$work/teeq.1" 'tb / ta')" 40
	demand_at_most memory "$(ratio "$work/spin.1" "$work/teeq.1" 'mb / ma')" 20
}

row_2() {
	echo '2. the same without symmetry and reduction in either: states per second'
	pan 2 "-DPOL=1 $flagship" -DNOREDUCE
	spin_turn() { run_spin 2 2 -E -m10000 -w25; }
	teeq_turn() { run_teeq 2 4 5 mainline plain-all 1; }
	turns
	tell SPIN "$work/spin.2" "and $(cat "$work/2/compile") s to compile"
	tell teeq "$work/teeq.2" 'finer steps, hence more states'
	demand 'states/s: teeq/spin' \
		"$(ratio "$work/spin.2" "$work/teeq.2" '(sb / tb) / (sa / ta)')" '>=' 1
}

row_3() {
	echo '3. flagship, untracked, 4 threads, 5 clients: all deadlocks'
	pan 3 "-DPOL=0 $flagship" ''
	spin_turn() { run_spin 3 3 -c0 -m10000 -w25; }
	teeq_turn() { run_teeq 3 4 5 untracked all 1; }
	turns
	tell SPIN "$work/spin.3" "$(column "$work/spin.3" '$5') ends in deadlock"
	tell teeq "$work/teeq.3" "$(column "$work/teeq.3" '$5'), up to symmetry"
	demand_at_most time "$(ratio "$work/spin.3" "$work/teeq.3" 'tb / ta')" 40
}

# The two of row 4, each a search in breadth that stops at the first counterexample.
shortest() { # NAME SPIN-OPTIONS TEEQ-ARGUMENTS...
	name=$1
	pan "$name" "$2 -DBFSV" '-DBFS -DNOREDUCE'
	shift 2
	arguments=$*
	spin_turn() { run_spin "$name" "$name" -m10000 -w25; }
	# shellcheck disable=SC2086
	teeq_turn() { run_teeq "$name" $arguments; }
	turns
	tell SPIN "$work/spin.$name" "$(column "$work/spin.$name" '$4') steps"
	tell teeq "$work/teeq.$name" \
		"$(column "$work/teeq.$name" '$4') of SPIN's steps, $(column "$work/teeq.$name" '$6') of its own"
	demand "SPIN's steps on the way there" "$(column "$work/teeq.$name" '$4')" '<=' \
		"$(column "$work/spin.$name" '$4')"
	demand_at_most time "$(ratio "$work/spin.$name" "$work/teeq.$name" 'tb / ta')" 10
}

row_4() {
	echo '4. the shortest counterexample: flagship, untracked, 4 threads, 5 clients'
	shortest 4a "-DPOL=0 $flagship" 4 5 untracked first 1
	echo '   the same: nested-system-small, mainline'
	shortest 4b '-DPOL=1 -DSCEN=2 -DK=1 -DM=1 -DT=2' nested-system-small mainline first 1
}

row_5() {
	echo '5. flagship, mainline, 4 threads, 9 clients: the whole space'
	spin_turn() { :; }
	teeq_turn() { run_teeq 5 4 9 mainline all 1; }
	turns
	if [ "$spin_large" = yes ]; then
		pan 5 '-DPOL=1 -DSCEN=1 -DT=4 -DN=9' ''
		run_spin 5 5 -E -m100000 -w30
		tell SPIN "$work/spin.5" "once; $(sed -n 's/^pan: reached.*/&/p' "$work/out")"
	else
		echo '    SPIN    not tried: it would need over 20 GB (--with-spin-large tries)'
	fi
	tell teeq "$work/teeq.5" ''
	demand 'seconds' "$(column "$work/teeq.5" '$2')" '<' 60
	demand 'megabytes' "$(column "$work/teeq.5" '$3')" '<' 2000
}

row_6() {
	echo '6. flagship, mainline, 4 threads, 11 clients: two workers against one'
	if [ "$(getconf _NPROCESSORS_ONLN)" -lt 2 ]; then
		echo '    not measured: there is only one core'
		return
	fi
	spin_turn() { run_teeq 6.one 4 11 mainline all 1; }
	teeq_turn() { run_teeq 6.two 4 11 mainline all 2; }
	turns
	tell 'one' "$work/teeq.6.one" ''
	tell 'two' "$work/teeq.6.two" ''
	demand 'time: one/two' "$(ratio "$work/teeq.6.one" "$work/teeq.6.two" 'ta / tb')" '>=' 1.7
}

row_7() {
	echo '7. as row 1 and with 6 clients, beside rumur, which takes like clients for interchangeable, too'
	for clients in 5 6; do
		rumur_pan "7.$clients" "$clients"
		spin_turn() { run_rumur "7.$clients" "7.$clients"; }
		teeq_turn() { run_teeq "7.$clients" 4 "$clients" mainline all 1; }
		turns
		tell rumur "$work/rumur.7.$clients" "and $(cat "$work/7.$clients/compile") s to compile"
		tell teeq "$work/teeq.7.$clients" ''
		demand_at_most states "$(ratio "$work/rumur.7.$clients" "$work/teeq.7.$clients" 'sb / sa')" 4 rumur
		demand_at_most time "$(ratio "$work/rumur.7.$clients" "$work/teeq.7.$clients" 'tb / ta')" 20 rumur
	done
}

echo "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), $(getconf _NPROCESSORS_ONLN) cores;" \
	"$(cc --version | head -n 1); $(spin -V | head -n 1); $(rumur --version | head -n 1); medians of $runs"
for row in $rows_all; do
	if has_row "$row"; then
		"row_$row"
	fi
done
exit "$failed"
