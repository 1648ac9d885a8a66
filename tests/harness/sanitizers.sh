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

# Whatever a sanitizer reports comes with the schedule that leads there, and with status 1; also where
# it would let the program go on.
cp "$SOURCE_DIR/tests/harness/programs/reported.c" "$scratch"
cd "$scratch"
for options in "-fsanitize=address -DCASE=use_freed" \
	"-fsanitize=undefined -fno-sanitize-recover=all -DCASE=overflow" \
	"-fsanitize=undefined -DCASE=overflow"; do
	# shellcheck disable=SC2086
	"$CC" -g -O1 -std=gnu11 $options -I"$SOURCE_DIR/include" -I"$SOURCE_DIR/include/teeq/harness" \
		reported.c -L"$BINARY_DIR" -lteeq-harness -lteeq -pthread -o reported
	status=0
	./reported search >said 2>&1 || status=$?
	schedule=$(sed -n "s/^replay: '\(.*\)'$/\1/p" said | head -n 1)
	if [ $status -ne 1 ] || [ -z "$schedule" ] ||
		! grep -q '^teeq-harness: reported: step [0-9]*: b did what a sanitizer reports, since its last point, &mutex, in ' said; then
		echo "$options: status $status"
		cat said
		exit 1
	fi
	status=0
	./reported replay "$schedule" >again 2>&1 || status=$?
	if [ $status -ne 1 ] || ! grep -q 'ERROR: Addr\|runtime error:' again; then
		echo "$options: the replay: status $status"
		cat again
		exit 1
	fi
done
echo "reports come with their schedule"
