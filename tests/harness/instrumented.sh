#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Code under test that is compiled for finding data races, and linked without the compiler's runtime:
# what is a race is found with both places, what is none is not, and the schedule shows it again.
#
# environment: SOURCE_DIR, BINARY_DIR, CC
set -eu

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export LD_LIBRARY_PATH="$BINARY_DIR"
include="-I$SOURCE_DIR/include -I$SOURCE_DIR/include/teeq/harness"
cp "$SOURCE_DIR/tests/harness/programs/races.c" "$scratch"
cd "$scratch"

fail() {
	echo "$1: $2"
	cat said
	exit 1
}

# build OPTIMISATION CASE
build() {
	# shellcheck disable=SC2086
	"$CC" -g "$1" -std=gnu11 -Wall $include -DCASE="$2" -fsanitize=thread -c races.c -o races.o
	"$CC" races.o -L"$BINARY_DIR" -lteeq-harness -lteeq -pthread -o races
}

# said WHAT...: in what was printed, in this order and in lines of their own
said() {
	local text
	text=$(cat said)
	for what in "$@"; do
		case $text in
		*"$what"*) text=${text#*"$what"} ;;
		*) return 1 ;;
		esac
	done
}

line() {
	grep -n "/\* $1 \*/" races.c | head -n 1 | cut -d: -f1
}

for optimisation in -O0 -O2; do
	for case in plain list marked_and_plain free_and_use init_late half flag; do
		build $optimisation "$case"
		status=0
		./races search >said 2>&1 || status=$?
		[ $status -eq 1 ] || fail "$case $optimisation" "status $status, expected 1"
		said 'data race: nothing orders these two:' \
			"at races.c:$(line "$case, first")" || fail "$case $optimisation" "first side"
		said 'data race: nothing orders these two:' \
			"at races.c:$(line "$case, second")" || fail "$case $optimisation" "second side"
		schedule=$(sed -n "s/^replay: .* replay '\(.*\)'$/\1/p" said)
		./races replay "$schedule" >again 2>&1 && fail "$case" "the replay is done"
		diff <(grep -A 2 '^  data race' said) <(grep -A 2 '^  data race' again) ||
			fail "$case" "the replay says something else"
		[ $optimisation = -O0 ] || continue
		./races random >said 2>&1 && fail "$case" "random finds nothing"
	done
	for case in locked completed woken marked counted other_half initialised; do
		build $optimisation "$case"
		./races search 3 >said 2>&1 || fail "$case $optimisation" "is no race"
		said 'exhausted' || fail "$case $optimisation" "not exhausted"
		if said 'not looked for'; then
			fail "$case" "says that it did not look"
		fi
	done
done

# Without the hooks, it is said that nobody looked.
# shellcheck disable=SC2086
"$CC" -g -O1 -std=gnu11 $include -DCASE=plain races.c -L"$BINARY_DIR" -lteeq-harness -lteeq -pthread \
	-o races
./races search >said 2>&1 || fail plain "found without being instrumented"
said 'data races were not looked for' || fail plain "does not say that it did not look"
echo "races are found, and what is none is not"
