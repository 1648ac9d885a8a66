#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Which lines of src/core and src/model the corpora of the fuzz targets reach, by gcov: one line for
# each file, then the total. Exit status 1 when that is below 95 %.
#
# usage: coverage.sh [BUILD-DIRECTORY]		the default is build/coverage
set -eu
cd "$(dirname "$0")/.."

build=${1:-build/coverage}
least=95

cmake --preset coverage -B "$build" >/dev/null
cmake --build "$build" --target teeq_fuzz_targets >/dev/null
find "$build" -name '*.gcda' -exec rm -f {} +
(cd "$build" && ctest -L '^fuzz$' --output-on-failure >/dev/null)

reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT
for room in core model; do
	find "$build" -path "*/teeq_objects.dir/src/$room/*" -name '*.gcno' | sort |
		while read -r notes; do
			gcov -n -s "$PWD" -r "$notes" 2>/dev/null
		done
done >"$reports/gcov"

# gcov names a file, and in the next line says "Lines executed:98.21% of 112".
awk -v least="$least" '
	/^File / {
		file = $2
		gsub(/\047/, "", file)
	}
	/^Lines executed:/ && file ~ /^src\/(core|model)\/.*\.c$/ {
		split($0, part, /[:%]| of /)
		lines = part[length(part)]
		reached = part[2] * lines / 100
		printf "%6.2f %%  %4d lines  %s\n", part[2], lines, file
		all += lines
		hit += reached
		file = ""
	}
	END {
		if (all == 0) {
			print "coverage: gcov found nothing"
			exit 1
		}
		percent = 100 * hit / all
		printf "%6.2f %%  %4d lines  in all\n", percent, all
		exit percent < least
	}' "$reports/gcov"
