#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Code under test that is instrumented, with a library that is not: runs that are left in the middle
# of a function must not look like errors.
#
# environment: SOURCE_DIR, BINARY_DIR, CC
set -eu

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
example=$SOURCE_DIR/examples/harness
export LD_LIBRARY_PATH="$BINARY_DIR"

for sanitizer in address,undefined thread; do
	for queue in callq callq-repaired; do
		"$CC" -g -O1 -std=gnu11 -fsanitize=$sanitizer -fno-sanitize-recover=all \
			-I"$SOURCE_DIR/include" -I"$SOURCE_DIR/include/teeq/harness" \
			"$example/main.c" "$example/driver.c" "$example/$queue.c" \
			-L"$BINARY_DIR" -lteeq-harness -lteeq -pthread -o "$scratch/$queue"
	done
	status=0
	"$scratch/callq" random >"$scratch/said" 2>&1 || status=$?
	if [ $status -ne 1 ] || ! grep -q '^run 12, seed 11: lost-wakeup' "$scratch/said" ||
		grep -q 'ERROR:\|SUMMARY:\|runtime error:' "$scratch/said"; then
		echo "$sanitizer: status $status"
		cat "$scratch/said"
		exit 1
	fi
	"$scratch/callq-repaired" search
done
