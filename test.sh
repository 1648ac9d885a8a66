#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What run.sh does, then every test in every configuration, or in those that are named. The last line
# adds them all up; what fails outside a test (a build, the run itself) counts as one failure.
#
# usage: test.sh [--all] [release | driver | dev | dev-clang | asan | tsan | fuzz | mpi | package]...
#
# package, which makes Debian's packages, is part of --all only.
set -eu
cd "$(dirname "$0")"

passed=0
failed=0
skipped=0
disabled=0
jobs=$(nproc 2>/dev/null || echo 2)

blame()
{
	echo "test.sh: $1" >&2
	failed=$((failed + 1))
}

# add_up REPORT: add what ctest wrote of each test as JUnit. Its own totals take a test whose program
# is missing for one that was skipped; only one that ended with 77 said so itself.
add_up()
{
	counts=$(awk '
		/<testcase / { tests++; idle = /status="notrun"/ }
		/<testcase .*status="disabled"/ { disabled++ }
		/<testcase .*status="run"/ { passed++ }
		/<skipped message="SKIP_RETURN_CODE=77"/ && idle { skipped++; idle = 0 }
		END { print passed + 0, tests - passed - skipped - disabled,
			skipped + 0, disabled + 0 }' "$1")
	# Four numbers, meant to be split.
	# shellcheck disable=SC2086
	set -- $counts
	passed=$((passed + $1))
	failed=$((failed + $2))
	skipped=$((skipped + $3))
	disabled=$((disabled + $4))
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
	mkdir -p "${report%/*}"
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

# Its headers are needed to configure at all.
mpi()
{
	if command -v mpicc >/dev/null && command -v mpirun >/dev/null; then
		configuration mpi teeq_mpi_tests
	else
		echo 'mpi: no mpicc or no mpirun (Debian: libopenmpi-dev, openmpi-bin)'
		skipped=$((skipped + 1))
	fi
}

log=$(mktemp)
trap 'rm -f "$log"' EXIT

./run.sh || blame 'run.sh failed'
all=
if [ "${1:-}" = --all ]; then
	all=package
	shift
fi
scripts/setup.sh tests $all || blame 'what the tests want could not be installed'
# Nothing, or one word.
# shellcheck disable=SC2086
[ $# -gt 0 ] || set -- release driver dev dev-clang asan tsan fuzz mpi $all
for name; do
	case $name in
	release | dev | dev-clang | asan) configuration "$name" ;;
	driver | package) configuration "$name" teeq ;;
	tsan) configuration tsan teeq_thread_tests ;;
	fuzz) configuration fuzz teeq_fuzz_targets ;;
	mpi) mpi ;;
	*) blame "there is no configuration $name" ;;
	esac
done

echo
[ "$skipped" -eq 0 ] || echo "$skipped skipped: something that they need is missing"
[ "$disabled" -eq 0 ] || echo "$disabled not run: disabled in that configuration"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
