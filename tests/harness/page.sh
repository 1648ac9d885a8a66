#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The commands that docs/harness.md shows with the example print what the page says.
#
# environment: SOURCE_DIR, BINARY_DIR, TEEQ
set -eu

page=$SOURCE_DIR/docs/harness.md
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/examples"
ln -s "$BINARY_DIR/examples/callq" "$BINARY_DIR/examples/callq-repaired" "$scratch/examples"
ln -s "$TEEQ" "$scratch/teeq"
cd "$scratch/examples"

# Up to where the reader's own code comes in. Indented is a command behind "$ ", then its output, to
# the next command or plain line.
awk -v to="$scratch/case" '
	/^## Your/ { exit }
	/^    \$ (\.\/callq|\.\.\/teeq|echo)/ {
		file = sprintf("%s-%03d", to, ++count)
		print substr($0, 7) >(file ".command")
		printf "" >(file ".expected")
		next
	}
	/^    / && !/^    \$ / && file { print substr($0, 5) >(file ".expected"); next }
	{ file = "" }
' "$page"

status=0
count=0
for command in "$scratch"/case-*.command; do
	(
		# "echo $?" is about the command before it.
		eval "(exit $status); $(cat "$command")"
	) >"$scratch/found" && status=0 || status=$?
	if ! diff -u "${command%.command}.expected" "$scratch/found"; then
		echo "docs/harness.md: $(cat "$command")"
		exit 1
	fi
	count=$((count + 1))
done
if [ "$count" -lt 8 ]; then
	echo "docs/harness.md: only $count commands found"
	exit 1
fi
echo "$count commands of docs/harness.md print what it says"
