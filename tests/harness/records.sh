#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What a driver waits for besides its queue is recorded, too, and teeq conform says what it made of it.
#
# environment: SOURCE_DIR, BINARY_DIR, CC, TEEQ
set -eu

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
example=$SOURCE_DIR/examples/harness
export LD_LIBRARY_PATH="$BINARY_DIR"
cd "$scratch"

# expect CASE TEXT...: each of them a line of the summary, as a pattern
expect() {
	local case=$1
	shift
	"$CC" -g -O1 -std=gnu11 -DCASE="$case" -I"$SOURCE_DIR/include" \
		-I"$SOURCE_DIR/include/teeq/harness" -I"$example" \
		"$SOURCE_DIR/tests/harness/programs/waits.c" "$example/callq.c" \
		-L"$BINARY_DIR" -lteeq-harness -lteeq -pthread -o waits
	./waits record 200 >recordings
	"$TEEQ" conform recordings >said || true
	for line in "$@"; do
		if ! grep -qx "$line" said; then
			echo "case $case: not said: $line"
			cat said
			exit 1
		fi
	done
	if [ "$(wc -l <said)" -ne $# ]; then
		echo "case $case: said more"
		cat said
		exit 1
	fi
	echo "case $case: $(head -n 1 said)"
}

passed='recordings: 200 steps more were passed over: waits that the model has no step for'
expect 0 'recordings: 200 of 200 recordings match, [0-9]* steps' "$passed"
expect 1 'recordings: 200 of 200 recordings match, [0-9]* steps' "$passed"
expect 2 'recordings: 200 of 200 recordings match, [0-9]* steps' "$passed"
expect 3 'recordings: 200 of 200 recordings match, [0-9]* steps' \
	'recordings: [0-9]* steps more were passed over: waits that the model has no step for' \
	'recordings: the end of [0-9]* was not compared, of the first as: a wait in the queue ended by a signal or a timeout'
