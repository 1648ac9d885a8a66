#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Help, version, and everything about a command line that can be wrong.
. "$(dirname "$0")/_common.sh"
write_rpmb

expect 0 --help
has out 'usage: teeq COMMAND'
has out 'exit status:'
is_empty err
expect 0 --version
version=$(sed -n 's/^teeq \([0-9]*\.[0-9]*\.[0-9]*\)$/\1/p' out)
[ -n "$version" ] || fail 'no version'

for command in run replay step check conform stress diagnose trace policies show; do
	expect 0 "$command" --help
	has out "usage: teeq $command"
	is_empty err
	expect 0 "$command" --version
	has_line out "teeq $version"
	refuse "teeq $command: unknown option '--frobnicate' (try 'teeq $command --help')" \
		"$command" --frobnicate
	refuse "(try 'teeq $command --help')" "$command" -x
	refuse "'--help=x': the option --help takes no value" "$command" --help=x
	refuse "unknown option '--hlep': did you mean --help?" "$command" --hlep
	expect 0 help "$command"
	cp out one
	expect 0 "$command" --help
	same out one
done

expect 2
is_empty out
has err 'usage: teeq COMMAND'
refuse "unknown command 'frobnicate'; there are run, replay," frobnicate
refuse "unknown command '--frobnicate'" --frobnicate
refuse "unknown command 'shwo': did you mean show?" shwo
refuse "unknown command 'explroe': did you mean explore?" help explroe
refuse 'help: one command at most, not 2' help run show
expect 0 --help
cp out one
for words in help 'help help' 'help --help'; do
	# shellcheck disable=SC2086
	expect 0 $words
	same out one
done
refuse "unknown option '--polcy': did you mean --policy?" run rpmb.yaml --polcy mainline
refuse "unknown option '--polcy=v9': did you mean --policy?" run rpmb.yaml --polcy=v9
refuse "ambiguous option '--max': there are --max-states, --max-memory, --max-seconds" \
	check rpmb.yaml --max 3
refuse "ambiguous option '--max=3'" check rpmb.yaml --max=3
refuse "unknown policy 'mainlien': did you mean mainline?" run rpmb.yaml --policy mainlien

refuse 'one FILE is needed, not 0 arguments' run
refuse 'one FILE is needed, not 2 arguments' run rpmb.yaml rpmb.yaml
refuse 'one FILE and one SCHEDULE are needed, not 1 arguments' replay rpmb.yaml
refuse 'no scenario file is named' check
refuse 'no file of recordings is named' conform
refuse 'one FILE is needed, not 0 arguments' show
refuse "takes no argument, but there is 'x'" policies x

refuse "'--policy' needs a value" run rpmb.yaml --policy
refuse "unknown policy 'main'; there are untracked, v1," run rpmb.yaml --policy main
refuse "unknown policy ''" run rpmb.yaml --policy ''
refuse "--strategy: 'frobnicate' is not" run rpmb.yaml --strategy frobnicate
refuse "--trace: 'xml' is not text, json or none" run rpmb.yaml --trace xml

# Numbers are read strictly, and the message says what may stand there.
for bad in 0 -1 +1 1x 0x10 ' 1' '1 ' '' 1e3 100000001 18446744073709551616 \
	99999999999999999999999999999999; do
	refuse "--steps: '$bad' is not a number from 1 to 100000000" run rpmb.yaml "--steps=$bad"
done
for bad in 0 -1 1.5 18446744073709551616; do
	refuse "--runs: '$bad' is not a number from 1 to 18446744073709551615" \
		run rpmb.yaml "--runs=$bad"
	refuse "--runs: '$bad' is not a number from 1 to 18446744073709551615" \
		check rpmb.yaml "--runs=$bad"
done
refuse "--seed: '-1' is not a number from 0 to 18446744073709551615" run rpmb.yaml --seed=-1
expect 0 run rpmb.yaml --seed=18446744073709551615
expect 0 run rpmb.yaml --seed=0

refuse '--trace shows one run' run rpmb.yaml --runs 2 --trace text
refuse '--schedule already says every choice' run rpmb.yaml --schedule x --seed 1
refuse '--json and --trace text do not go together' run rpmb.yaml --json --trace text
refuse '--json and --trace text do not go together' replay rpmb.yaml x --json --trace text

# Files that are not what they should be.
refuse 'missing.yaml' run missing.yaml
refuse 'missing.yaml' show missing.yaml
refuse 'missing.jsonl' conform missing.jsonl
printf 'teeq: 1\nname: Bad Name\n' >bad.yaml
refuse 'bad.yaml:2:' run bad.yaml
printf '\0' >bad.yaml
refuse 'bad.yaml' run bad.yaml
refuse '/' run /

# Options and operands in any order, whatever the environment says; an operand may look like one.
expect 0 run --policy mainline rpmb.yaml --seed 3
cp out one
POSIXLY_CORRECT=1 expect 0 run rpmb.yaml --seed 3 --policy mainline
same out one
cp rpmb.yaml ./-rpmb.yaml
expect 0 run --seed 3 -- -rpmb.yaml
same out one
expect 0 run --see 3 --pol mainline rpmb.yaml
same out one
"$TEEQ" run - --seed 3 <rpmb.yaml >out || fail 'a scenario on standard input'
same out one

# Output that does not arrive is an error.
if [ -w /dev/full ]; then
	for command in 'run rpmb.yaml' 'run rpmb.yaml --json' 'run rpmb.yaml --trace json' policies \
		'show rpmb.yaml' --help 'run --help' 'check rpmb.yaml --runs 3'; do
		status=0
		# The words are meant to be split.
		# shellcheck disable=SC2086
		"$TEEQ" $command >/dev/full 2>err || status=$?
		[ "$status" -eq 2 ] || fail "teeq $command >/dev/full: status $status"
		has err 'teeq: standard output: '
	done
fi
if [ -w /dev/full ]; then
	# Also where it was to be seen before the end.
	"$TEEQ" check rpmb.yaml >/dev/full 2>err
	has_line err 'teeq: standard output: No space left on device'
fi
status=0
"$TEEQ" policies >&- 2>err || status=$?
[ "$status" -eq 2 ] || fail "closed standard output: status $status"

expect 0 policies
for policy in untracked v1 v4 v7 v8 v9 v10 mainline repaired; do
	grep -q "^$policy  *[a-z]" out || fail "policies does not list $policy"
done
expect 0 policies --json
lines out 9
has out '{"policy":"mainline","summary":"'
expect 0 conform "$SOURCE_DIR/tests/recordings/linux-6.12.jsonl" --json
grep -q '"recordings":\([0-9]*\),"matched":\1,"steps":[0-9]*}$' out || fail 'no object for the file'
lines out 1
expect 1 conform "$SOURCE_DIR/tests/recordings/linux-6.12.jsonl" --json --policy untracked
has out '"line":'
has out '"key":"'
expect 0 show rpmb.yaml --json
lines out 1
has out '{"scenario":"rpmb-scmi","file":"rpmb.yaml","warnings":[],"text":"teeq: 1\nname: rpmb-scmi\n'
exit 0
