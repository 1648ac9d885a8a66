#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# asks.sh COMPILER: a driver of Linux 6.12 under each command: check decides by states and says what it rests on, all
# say the same in JSON, and the boot and the removal are asked about like all else.
#
# environment: SOURCE_DIR, TEEQ
. "$SOURCE_DIR/tests/cli/_common.sh"
. "$SOURCE_DIR/tests/driver/_tree.sh"

prepare 6.12 "$1"
build driver.so

# json LINES: each line an object; a reader that is not ours confirms it where there is one.
json()
{
	lines out "$1"
	! grep -qv '^{".*}$' out || fail 'a line is not an object'
	command -v python3 >/dev/null || return 0
	python3 -c 'import json, sys
for line in sys.stdin:
    json.loads(line)' <out || fail 'not JSON'
}

# In breadth states are come to by what steps changed; in depth nothing is made again. There are as many.
for bound in '' '--preemptions 2'; do
	# Two words, or none.
	# shellcheck disable=SC2086
	expect 0 explore --driver driver.so $bound "$scenarios/two-requests.yaml"
	broad=$(sed -n 's/^in breadth: \(.*\), depth [0-9]*$/\1/p' out)
	# shellcheck disable=SC2086
	expect 0 explore --driver driver.so --search depth $bound "$scenarios/two-requests.yaml"
	[ "$(sed -n 's/^in depth: \(.*\), depth [0-9]*$/\1/p' out)" = "$broad" ] || fail "not $broad in depth"
	[ "${broad%% *}" -gt 4000 ] || fail "$broad are no test"
done

# ------------------------------------------------ check -------------------------------------------------
expect 1 explore --driver driver.so "$corpus/system-absorbs.yaml"
steps=$(sed -n 's/^lost-wakeup after \([0-9]*\) steps$/\1/p' out)
hash=$(sed -n 's/^event hash //p' out)
expect 0 explore --driver driver.so "$corpus/close-last-session.yaml"
states=$(sed -n 's/^in breadth: \([0-9]*\) states.*/\1/p' out)
[ -n "$steps" ] && [ -n "$states" ] || fail 'no figures of the search'
expect 0 check --driver driver.so "$corpus/system-absorbs.yaml" "$corpus/close-last-session.yaml"
has out "system-absorbs.yaml: lost-wakeup, as expected of mainline: found after $steps steps, in "
has_line out "$corpus/close-last-session.yaml: done, as expected of mainline: all $states states"
has_line out '2 of 2 files ran: 2 as expected, 0 not, 0 undecided'
expect 0 check --driver driver.so --preemptions 1 "$corpus/close-last-session.yaml"
grep -q ': all [0-9]* states within the bound on preemptions$' out || fail 'the bound is not told'
# What a search that is cut does not find, a run at random may; that none does decides nothing.
expect 0 check --driver driver.so --max-states 20 "$corpus/system-absorbs.yaml"
grep -q ': by a run at random, seed [0-9]*, after [0-9]* steps$' out || fail 'a run at random does not decide'
expect 3 check --driver driver.so --max-states 20 --runs 5 "$corpus/close-last-session.yaml"
has out 'undecided: not in 20 states and 5 runs at random; limit: --max-states 20; nothing is claimed'
has_line out '1 of 1 files ran: 0 as expected, 0 not, 1 undecided'
# The first hang that is met is no lost wake-up, and another one is: that is what is asked for.
sed 's/mainline: .*/mainline: lost-wakeup/' "$corpus/not-registered.yaml" >other.yaml
expect 1 check --driver driver.so other.yaml
has out 'expected lost-wakeup of mainline, found: deadlock after'
sed 's/mainline: .*/mainline: deadlock/' "$corpus/system-absorbs.yaml" >other.yaml
expect 0 check --driver driver.so other.yaml
has out 'other.yaml: lost-wakeup, as expected of mainline: '
sed 's/mainline: .*/mainline: done/' "$corpus/system-absorbs.yaml" >other.yaml
expect 1 check --driver driver.so other.yaml
has out 'expected done of mainline, found: lost-wakeup after'
grep -q '^replay: teeq replay ' out || fail 'no command that replays it'
sed 's/mainline: .*/mainline: deadlock/' "$corpus/close-last-session.yaml" >other.yaml
expect 1 check --driver driver.so other.yaml
has out "expected deadlock of mainline, found done: all $states states"
expect 3 check --driver driver.so --preemptions 1 other.yaml
has out 'expected deadlock of mainline, undecided: all '
expect 2 check --driver driver.so --search schedules other.yaml

# ----------------------------------------------- in JSON ------------------------------------------------
expect 1 run --driver driver.so --json --seed 1 "$corpus/system-absorbs.yaml"
json 1
has out '"verdict":"lost-wakeup"'
has out '"replay":"teeq replay --driver driver.so '
expect 1 run --driver driver.so --json --runs 10 "$corpus/system-absorbs.yaml"
json 1
has out '"runs":10,"steps":260,"verdicts":{"lost-wakeup":10},"first":{"file":'
expect 0 run --driver driver.so --json --runs 10 "$corpus/rpmb-scmi.yaml"
json 1
has out '"verdicts":{"done":10},"first":null}'
expect 1 run --driver driver.so --json --remove end --starve --runs 1 "$scenarios/page-owner.yaml"
json 1
has out '"ways":[{"file":'
expect 1 explore --driver driver.so --json "$corpus/system-absorbs.yaml"
json 1
has out '"search":"breadth","preemptions":null,"states":'
has out "\"verdict\":\"lost-wakeup\",\"steps\":$steps,\"event_hash\":\"$hash\""
schedule=$(sed -n 's/.*"schedule":"\([^"]*\)".*/\1/p' out)
expect 1 replay --driver driver.so --json "$corpus/system-absorbs.yaml" "$schedule"
json 1
has out "\"event_hash\":\"$hash\""
expect 0 explore --driver driver.so --json "$corpus/close-last-session.yaml"
json 1
has out "\"states\":$states,"
has out '"exhausted":true,"limit":null,"verdict":"done"}'
expect 3 explore --driver driver.so --json --max-states 10 "$corpus/close-last-session.yaml"
has out '"exhausted":false,"limit":"states","verdict":"limit"}'
expect 0 explore --driver driver.so --json --search schedules --preemptions 0 "$corpus/close-last-session.yaml"
json 1
has out '"search":"schedules","preemptions":0,"runs":'
expect 3 check --driver driver.so --json --max-states 20 --runs 5 "$corpus/system-absorbs.yaml" \
	"$corpus/close-last-session.yaml"
json 3
has out '"decided":"sampled","limit":"states","states":20,"runs":5,"result":"undecided"}'
has_line out '{"files":2,"ran":2,"expectations":2,"ok":1,"failed":0,"undecided":1}'
expect 1 conform --driver driver.so --json --runs 3 --policy untracked "$corpus/absorbed-wake.yaml" \
	"$corpus/busy-ta.yaml"
json 3
grep -q '"difference":{"seed":1,"key":.*,"again":"teeq conform .*,"replay":"teeq replay ' out ||
	fail 'no difference'
has out '{"files":2,"ran":2,"agree":'
expect 0 explain --driver driver.so --json --runs 20 "$corpus/system-absorbs.yaml"
json 1
has out '"no_return":{"from_start":true,"runs":20}'
has out '"changes":[{"change":"1 thread more: 3","possible":true,"verdict":null,"steps":null,"states":'
has out '"waits":"Returned: third, starter.'
expect 0 shrink --driver driver.so --json --runs 20 --clients --out few.yaml "$corpus/system-absorbs.yaml"
json 1
has out '"verdict":"lost-wakeup","before":{"steps":'
has out '"out":"few.yaml","schedule":"harness:2:'
expect 2 run --driver driver.so --json --trace text "$corpus/rpmb-scmi.yaml"
has err 'do not go together'
build threads.so --threads
expect 1 stress --driver threads.so --json --runs 3 "$corpus/field-mmc-rpmb-ftpm.yaml"
json 1
has out '"verdicts":{"deadlock":3},"first":{"file":'

# --------------------------------------- boot and removal -----------------------------------------------
# Found, explained, shrunk and replayed with the options that it needs, which the commands tell.
expect 2 check --driver driver.so "$scenarios/page-owner.yaml"
has err 'page-owner.yaml: expects nothing of mainline'
{
	cat "$scenarios/page-owner.yaml"
	echo 'expect: {mainline: done}'
} >owner.yaml
expect 0 check --driver driver.so owner.yaml
expect 1 check --driver driver.so --remove end --max-states 200 owner.yaml
has out 'expected done of mainline, found: violation after'
for command in explain shrink; do
	expect 0 "$command" --driver driver.so --boot alone --remove end --runs 10 "$scenarios/page-owner.yaml"
	line=$(sed -n 's/^replay: teeq //p' out)
	case $line in
	'replay --driver driver.so --boot alone --remove end '*) ;;
	*) fail "$command: not with its options: $line" ;;
	esac
	status=0
	eval "'$TEEQ' $line" >again 2>err || status=$?
	[ "$status" -eq 1 ] || fail "'$line' ended with $status: $(cat err)"
	# By states the shortest, which only reads what was freed before; at random another.
	grep -qE '^  remove: (&optee->shm_arg_cache.mutex was not initialised|uses freed memory: )' again ||
		fail "'$line' breaks elsewhere: $(cat again)"
done
expect 2 explain --driver driver.so --runs 10 "$scenarios/page-owner.yaml"
expect 2 conform --driver driver.so --boot alone "$scenarios/two-waves.yaml"
has err 'a model has no boot, no removal'
