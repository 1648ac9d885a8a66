#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Assertions of teeq/test.h in programs of users', built with the installed package: with cmocka, with a
# framework of their own and with none; what holds is silent, and what does not says so at its line, with a
# command that replays it.
#
# environment: SOURCE_DIR, BINARY_DIR, CC, TEEQ
. "$SOURCE_DIR/tests/cli/_common.sh"
here=$SOURCE_DIR/tests/install
export CC

cmake --install "$BINARY_DIR" --prefix "$scratch/prefix" >log 2>&1 || fail "$(cat log)"
PKG_CONFIG_PATH=$(dirname "$(find "$scratch/prefix" -name teeq.pc)")
LD_LIBRARY_PATH=$(dirname "$PKG_CONFIG_PATH")
PATH=$scratch/prefix/bin:$PATH
export PKG_CONFIG_PATH LD_LIBRARY_PATH PATH
write_rpmb
line=$(grep -n 'ASSERTION;' "$here/asserts.c" | cut -d: -f1)

# build KIND ASSERTION
build()
{
	local libraries=teeq-scenario options=-DPLAIN
	case $1 in
	cmocka) libraries='teeq-scenario cmocka' options=-DCMOCKA ;;
	own) options=-DOWN ;;
	esac
	# Words that are meant to be split.
	# shellcheck disable=SC2046,SC2086
	"$CC" -std=c11 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror $options "-DASSERTION=$2" \
		$(pkg-config --cflags $libraries) "$here/asserts.c" -o program $(pkg-config --libs $libraries) ||
		fail "$1: $2 does not compile"
}

# holds ASSERTION; breaks TEXT ASSERTION: under each of the three.
holds()
{
	for kind in plain own cmocka; do
		build "$kind" "$1"
		./program >out 2>err || fail "$kind: $1 does not hold"
		[ "$kind" = cmocka ] || { is_empty out; is_empty err; }
	done
}

breaks()
{
	for kind in plain own cmocka; do
		build "$kind" "$2"
		# The shell says who was aborted, and that is no matter here.
		{ ./program >out 2>err; } 2>/dev/null && fail "$kind: $2 holds"
		has err "$1"
		case $kind in
		plain) grep -q "^$here/asserts.c:$(echo $line | cut -d ' ' -f 2): $1" err ;;
		own) grep -q "^own: $here/asserts.c:$(echo $line | cut -d ' ' -f 2): $1" err ;;
		cmocka) grep -q "^$here/asserts.c:$(echo $line | cut -d ' ' -f 1): $1" err &&
			grep -q "asserts.c:$(echo $line | cut -d ' ' -f 1): error: Failure!" err &&
			has_line out '[       OK ] test_behind' ;;
		esac || fail "$kind: $2 does not fail at its line"
	done
}

holds 'TEEQ_ASSERT_NEVER_HANGS("rpmb.yaml", "mainline")'
holds 'TEEQ_ASSERT_NEVER_HANGS("rpmb.yaml", "mainline", .max_states = 100, .workers = 2)'
holds 'TEEQ_ASSERT_HANGS("rpmb.yaml", "untracked", TEEQ_VERDICT_DEADLOCK)'
holds 'TEEQ_ASSERT_HANGS(&board, "mainline", TEEQ_VERDICT_DEADLOCK)'
breaks 'fails: rpmb.yaml under mainline: no schedule ends in deadlock' \
	'TEEQ_ASSERT_HANGS("rpmb.yaml", "mainline", TEEQ_VERDICT_DEADLOCK)'
breaks 'limit: rpmb.yaml under mainline: ' 'TEEQ_ASSERT_NEVER_HANGS("rpmb.yaml", "mainline", .max_states = 2)'
breaks 'bad input: ' 'TEEQ_ASSERT_NEVER_HANGS("missing.yaml", "mainline")'
breaks 'bad input: ' 'TEEQ_ASSERT_DRIVER_NEVER_HANGS("./missing.so", "rpmb.yaml")'

# replays: what err says last leads to the same end, in the words of a shell.
replays()
{
	local status=0
	sed -n '/^replay: /,/^END$/p' err | sed -e 's/^replay: //' >command
	bash ./command >replayed 2>&1 || status=$?
	[ "$status" -eq 1 ] || fail "the replay ends with $status: $(cat command replayed)"
	grep -q "^deadlock after $1 steps" replayed || fail "the replay ends otherwise: $(head -n 5 replayed)"
}
breaks 'fails: rpmb.yaml under untracked: deadlock after 9 steps, expected done' \
	'TEEQ_ASSERT_NEVER_HANGS("rpmb.yaml", "untracked")'
has err 'The cycle:'
sed -i '/^replay: /q' err
replays 9
schedule=$(sed -n "s/.*'\(teeq:1:.*\)'$/\1/p" command)
breaks 'fails: board under mainline: deadlock after ' 'TEEQ_ASSERT_NEVER_HANGS(&board, "mainline")'
replays "$(sed -n 's/.*deadlock after \([0-9]*\) steps, expected.*/\1/p' err)"
holds "TEEQ_ASSERT_REPLAYS(\"rpmb.yaml\", \"$schedule\", TEEQ_VERDICT_DEADLOCK)"
breaks 'fails: rpmb.yaml under untracked: the schedule ends' \
	"TEEQ_ASSERT_REPLAYS(\"rpmb.yaml\", \"$schedule\", TEEQ_VERDICT_DONE)"

# The test of docs/testing.md is that short, and right.
mv rpmb.yaml board.yaml
sed -n '/^    #include <teeq\/test.h>$/,/^    }$/s/^    //p' "$SOURCE_DIR/docs/testing.md" >test.c
[ "$(wc -l <test.c)" -le 10 ] || fail 'it takes more than ten lines'
# shellcheck disable=SC2046
"$CC" test.c $(pkg-config --cflags --libs teeq-scenario) -o program || fail 'the test of the page does not compile'
./program || fail 'the test of the page fails'
