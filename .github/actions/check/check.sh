#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What action.yml runs.
#
# environment: TEEQ, FILES, OPTIONS, GITHUB_STEP_SUMMARY, GITHUB_ACTION_PATH
set -euo pipefail

if ! command -v "$TEEQ" >/dev/null; then
	tree=$GITHUB_ACTION_PATH/../../..
	"$tree/scripts/setup.sh"
	(cd "$tree" && cmake --preset release && cmake --build --preset release --target teeq)
	TEEQ=$tree/build/release/teeq
fi
status=0
table=$(mktemp)
# Both are words, and files may be patterns.
# shellcheck disable=SC2086
"$TEEQ" check $OPTIONS -- $FILES >"$table" 2>&1 || status=$?
cat "$table"
{
	echo '### teeq check'
	echo '```'
	cat "$table"
	echo '```'
} >>"$GITHUB_STEP_SUMMARY"
rm "$table"
exit "$status"
