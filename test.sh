#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What run.sh does, then every test in every configuration. The last line adds them all up; what
# fails outside a test (a build, the run itself) counts as one failure.
set -eu
cd "$(dirname "$0")"

passed=0
failed=0
skipped=0
jobs=$(nproc 2>/dev/null || echo 2)

blame()
{
	echo "test.sh: $1" >&2
	failed=$((failed + 1))
}

# add_up REPORT: add the counts that ctest wrote as JUnit.
add_up()
{
	counts=$(awk -v RS='[ \t\n>]+' '
		/^(tests|failures|disabled|skipped)="[0-9]+"$/ {
			split($0, pair, "\"")
			sub(/=$/, "", pair[1])
			# The totals stand in the head of the file; test cases have no such fields.
			if (!(pair[1] in n))
				n[pair[1]] = pair[2]
		}
		END {
			idle = n["skipped"] + n["disabled"]
			print n["tests"] - n["failures"] - idle, n["failures"] + 0, idle
		}' "$1")
	# Three numbers, meant to be split.
	# shellcheck disable=SC2086
	set -- $counts
	passed=$((passed + $1))
	failed=$((failed + $2))
	skipped=$((skipped + $3))
}

# ThreadSanitizer cannot place its shadow where the kernel randomises too much.
without_randomisation()
{
	if setarch "$(uname -m)" -R true 2>/dev/null; then
		setarch "$(uname -m)" -R "$@"
	else
		"$@"
	fi
}

# configuration PRESET [TARGET]: configure, build, test.
configuration()
{
	preset=$1
	target=${2:-all}
	report=$PWD/build/$preset/report.xml
	echo
	echo "== $preset"
	if ! cmake --preset "$preset" >"$log" 2>&1; then
		cat "$log"
		blame "$preset does not configure"
		return
	fi
	if ! cmake --build --preset "$preset" --target "$target"; then
		blame "$preset does not build"
		return
	fi
	rm -f "$report"
	wrong=0
	without_randomisation ctest --preset "$preset" -j "$jobs" --output-junit "$report" \
		</dev/null || wrong=$?
	before=$failed
	if [ -f "$report" ]; then
		add_up "$report"
	fi
	if [ "$wrong" -ne 0 ] && [ "$failed" -eq "$before" ]; then
		blame "$preset: ctest ended with status $wrong"
	fi
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT

./run.sh || blame 'run.sh failed'
configuration release
configuration dev
configuration dev-clang
configuration asan
configuration tsan teeq_thread_tests
configuration fuzz teeq_fuzz_targets

echo
[ "$skipped" -eq 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
