#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Are the tests good for anything? Seeds one small fault after the other into src/core, in a scratch copy
# of the tree, and runs the unit tests, the stories and the recordings, then the corpora of the fuzz
# targets, and, where nothing has caught it yet, a minute of fuzzing. Prints who caught what; exit status 1
# when a fault survives, 2 when one cannot be seeded any more.
#
# usage: [QUICK=1] run.sh [NAME...]	the faults of faults.txt with these names; default: all
#
# With QUICK, what the corpora catch is not shown to the tests any more: much faster.
set -euo pipefail
source=$(cd "$(dirname "$0")/../.." && pwd)
scratch=$(mktemp -d "${TMPDIR:-/tmp}/teeq-mutation-XXXXXX")
trap 'rm -rf "$scratch"' EXIT
trap 'exit 2' INT TERM
tree=$scratch/tree
minute=${MINUTE:-60}
jobs=$(nproc)

copy_tree()
{
	mkdir "$tree"
	(cd "$source" && git ls-files --cached --others --exclude-standard -z |
		while IFS= read -r -d '' file; do
			[ ! -e "$file" ] || printf '%s\0' "$file"
		done | tar --null -T - -cf -) | tar -xf - -C "$tree"
}

# What the tests are, by the files that they come from.
test_targets()
{
	for folder in unit stories conformance; do
		for file in "$tree/tests/$folder"/test_*.c; do
			name=$(basename "$file" .c)
			echo "${folder}_${name#test_}"
		done
	done
}

# Two builds: by gcc with the tests and the plain targets, and by clang with libFuzzer.
configure()
{
	(cd "$tree" && cmake --preset dev -B "$scratch/dev" -DTEEQ_WERROR=OFF &&
		cmake --preset fuzz-fast -B "$scratch/fuzz" -DTEEQ_WERROR=OFF) >/dev/null
}

# build TARGET...: in the first of the two; a seeded fault must not end it.
build()
{
	cmake --build "$scratch/dev" -j "$jobs" --target "$@" >"$scratch/log" 2>&1 ||
		{ cat "$scratch/log" >&2; exit 2; }
}

build_tests()
{
	# A list of words.
	# shellcheck disable=SC2046
	build teeq $(test_targets)
}

build_fuzz()
{
	cmake --build "$scratch/fuzz" -j "$jobs" --target fuzz_reserve_release fuzz_smc \
		>"$scratch/log" 2>&1
}

# by_ctest LABELS: print the first test with one of these labels that fails.
by_ctest()
{
	(cd "$scratch/dev" && ctest -j "$jobs" -L "$1" --timeout 120 --stop-on-failure) \
		>"$scratch/log" 2>&1 &&
		return 0
	sed -n 's/^[ \t]*[0-9]* - \([^ ]*\) (.*$/\1/p' "$scratch/log" | head -n 1
}

# Fuzz until something is found or the time is over; print what was found.
by_fuzzing()
{
	build_fuzz || { cat "$scratch/log" >&2; exit 2; }
	for target in smc reserve_release; do
		mkdir -p "$scratch/new/$target"
		(cd "$scratch" && fuzz/fuzz/fuzz_$target -seed=1 -entropic=0 -max_len=200 \
			-max_total_time="$minute" \
			"new/$target" "$tree/fuzz/corpus/$target") >"$scratch/log" 2>&1 &&
			continue
		echo "$target: $(sed -n 's/^finding: //p; s/^[^ ]*: fails: //p; s/^teeq: bug: //p' "$scratch/log" |
			head -n 1)"
		return
	done
}

# fault NAME FILE SCRIPT: seed it, look for it, take it out again.
fault()
{
	local path=$tree/src/core/$2 caught corpus fuzzed

	cp -p "$path" "$scratch/whole"
	sed -i "$3" "$path"
	if cmp -s "$path" "$scratch/whole"; then
		echo "$1: src/core/$2 has no such place" >&2
		exit 2
	fi
	build teeq_fuzz_targets
	corpus=$(by_ctest '^fuzz$')
	caught=
	if [ -z "$corpus" ] || [ -z "${QUICK:-}" ]; then
		build_tests
		caught=$(by_ctest '^(unit|stories|conformance)$')
	fi
	fuzzed=
	[ -n "$caught$corpus" ] || fuzzed=$(by_fuzzing)
	printf '%-34s %-30s %-26s %s\n' "$1" "${caught:--}" "${corpus:--}" "${fuzzed:--}"
	[ -n "$caught$corpus$fuzzed" ] || survivors="$survivors $1"
	cp "$scratch/whole" "$path"
	count=$((count + 1))
}

copy_tree
configure
build teeq_fuzz_targets
build_tests
if ! (cd "$scratch/dev" && ctest -j "$jobs" -L '^(unit|stories|conformance|fuzz)$') \
	>"$scratch/log" 2>&1; then
	cat "$scratch/log" >&2
	echo 'mutation: the tests fail before any fault is seeded' >&2
	exit 2
fi

survivors=
count=0
printf '%-34s %-30s %-26s %s\n' fault test corpus "fuzzing, where needed"
while IFS=$'\t' read -r name file script <&3; do
	case $name in '' | '#'*) continue ;; esac
	[ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
	fault "$name" "$file" "$script"
done 3<"$source/tests/mutation/faults.txt"

if [ "$count" -eq 0 ]; then
	echo "mutation: no such fault" >&2
	exit 2
fi
echo "$count faults, survivors:${survivors:- none}"
[ -z "$survivors" ]
