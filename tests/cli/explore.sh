#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# teeq explore.
. "$(dirname "$0")/_common.sh"
write_rpmb
write_nested
write_violation

# large COUNT: tasks that all differ, so that there are many states and no failure.
large()
{
	local i=0

	printf 'teeq: 1\nname: large\nsecure: {threads: 2}\ncommands:\n  c: [{rpc: s}]\n'
	printf 'services:\n  s: {by: caller, do: []}\nclients:\n'
	while [ $i -lt "$1" ]; do
		printf '  a%d: {do: [{repeat: {times: %d, do: [{call: {command: c}}]}}]}\n' $i $((i + 1))
		i=$((i + 1))
	done
}

# Every schedule ends well: and every one was tried.
expect 0 explore rpmb.yaml
has out 'scenario rpmb-scmi, policy mainline, model '
has out 'search breadth-first, symmetry on, reduction on, 64-bit fingerprints'
has_line out 'done: no schedule ends otherwise'
tail -n 1 out | grep -q '^exhausted: every one of [0-9]* states was visited; chance that one' ||
	fail 'no claim'
has err ' seconds'
lacks out second

# Whole states leave nothing to chance.
expect 0 explore rpmb.yaml --exact
tail -n 1 out | grep -q '^exhausted: .*; exact$' || fail 'not exact'

# A counterexample, the shortest, with a command that leads there.
expect 1 explore rpmb.yaml --policy untracked --trace text
has_line out 'deadlock: a counterexample of 9 steps, and none is shorter'
has out 'deadlock after 9 steps'
has out 'Why nothing moves:'
has out '     8  app.'
tail -n 1 out | grep -q '^bounded: stopped at the first counterexample' || fail 'too large a claim'
replay=$(sed -n 's/^replay: //p' out)
status=0
eval "$replay" >replayed 2>err || status=$?
[ "$status" -eq 1 ] || fail "$replay: status $status"
has replayed 'deadlock after 9 steps'

# All of them; the depth-first one may be longer, and is not called the shortest.
expect 1 explore rpmb.yaml --policy untracked --all
tail -n 1 out | grep -q '^exhausted: ' || fail 'not all'
has out 'ends: done 1, deadlock '
# The most severe end is told: a milder one is nearer, and nothing else is said of it.
has out 'lost-wakeup: a counterexample of '
has out ' steps, and none that ends so is shorter'
lacks out 'none is shorter'
expect 1 explore rpmb.yaml --policy untracked --search depth
has out 'search depth-first'
lacks out 'none is shorter'

# Without the reductions there are more states, and the same ends.
expect 1 explore nested.yaml --no-symmetry --no-reduction
has out 'symmetry off, reduction off'
has out 'lost-wakeup: a counterexample of 8 steps, and none is shorter'
expect 1 explore nested.yaml
has out 'lost-wakeup: a counterexample of 8 steps, and none is shorter'
expect 1 explore violation.yaml
has out 'violation: '
has out 'broken: '

# The same bytes however many work on it, and every time.
large 3 >large.yaml
for options in '' --all --exact '--no-symmetry --all' '--no-reduction' --json; do
	for file in rpmb large; do
		# shellcheck disable=SC2086
		"$TEEQ" explore $file.yaml --policy v9 $options >one 2>err
		for workers in 1 2 5; do
			# shellcheck disable=SC2086
			"$TEEQ" explore $file.yaml --policy v9 $options --workers $workers >out 2>err
			same out one
		done
	done
done

# A budget: nothing is claimed, and it can be gone on with.
expect 0 explore large.yaml
cp out whole
states=$(sed -n 's/^states \([0-9]*\),.*/\1/p' out)
[ "$states" -gt 500 ] || fail "only $states states"
expect 3 explore large.yaml --max-states 100
has_line out 'limit: no counterexample so far'
tail -n 1 out | grep -q '^bounded: a budget ended the search' || fail 'too large a claim'
lacks out states
has err '--checkpoint'
expect 3 explore large.yaml --max-states 100 --checkpoint saved
has err 'go on with --resume saved'
expect 3 explore large.yaml --max-states 200 --resume saved --checkpoint saved --workers 3
expect 0 explore large.yaml --resume saved
same out whole
expect 3 explore large.yaml --max-memory 16K
refuse 'another scenario or policy' explore large.yaml --policy v9 --resume saved --json
refuse 'other settings' explore large.yaml --exact --resume saved --json
refuse 'teeq: rpmb.yaml: checkpoint: the file is not a checkpoint' \
	explore large.yaml --resume rpmb.yaml --json
refuse 'cannot be read' explore large.yaml --resume missing --json
head -c 3000 saved >cut
refuse 'teeq: cut: checkpoint: the file is damaged' explore large.yaml --resume cut --json
# Where none can be left, that is told before the search.
cp rpmb.yaml mine
refuse ': checkpoint: ' explore large.yaml --max-states 100 --checkpoint mine --json
refuse "'': no file has an empty name" explore large.yaml --max-states 100 --checkpoint '' --json
refuse 'teeq: no/folder: No such file' explore large.yaml --max-states 100 --checkpoint no/folder --json
same mine rpmb.yaml
# And where it can no longer be written in the end, what was found is told all the same.
status=0
(
	ulimit -f 2
	trap '' XFSZ
	exec "$TEEQ" explore large.yaml --max-states 400 --checkpoint full >out 2>err
) || status=$?
[ "$status" -eq 2 ] || fail "no room for the checkpoint: status $status"
has_line out 'limit: no counterexample so far'
has err 'states '
lacks err 'checkpoint written'
[ "$(tail -n 1 err)" = 'teeq: large.yaml: checkpoint: full cannot be written' ] || fail 'not why'
[ ! -e full ] || fail 'half a checkpoint'

refuse 'not a plain file' explore large.yaml --max-states 100 --checkpoint /dev/null
refuse 'is the same file as' explore large.yaml --max-states 100 --checkpoint large.yaml

# An interruption ends it cleanly, and is not lost either.
large 12 >huge.yaml
"$TEEQ" explore huge.yaml --checkpoint saved2 >out 2>err &
pid=$!
for _ in $(seq 1000); do
	grep -q 'search breadth-first' out && break
	sleep 0.01
done
kill -TERM $pid || fail 'it ended before it could be interrupted'
status=0
wait $pid || status=$?
[ "$status" -eq 3 ] || fail "interrupted: status $status"
tail -n 1 out | grep -q '^bounded: an interruption ended the search' || fail 'no word of it'
[ -s saved2 ] || fail 'no checkpoint'
expect 3 explore huge.yaml --resume saved2 --max-states 1
has out 'bounded: a budget'
rm saved2

# Progress, where it is asked for.
expect 3 explore huge.yaml --search depth --max-seconds 2 --progress
has err ', frontier '
! grep -q "$(printf '\r')" err || fail 'a return in what is no terminal'

# JSON says the same; a trace in JSON makes all of it JSON.
expect 1 explore rpmb.yaml --policy untracked --json
lines out 1
has out '"verdict":"deadlock","claim":"bounded"'
has out '"replay":"teeq replay rpmb.yaml '
has out '"cycle":['
expect 1 explore rpmb.yaml --policy untracked --trace json
lines out 10
expect 0 explore rpmb.yaml --json
has out '"verdict":"done","claim":"exhausted"'
expect 3 explore large.yaml --max-states 100 --json
has out '"verdict":"limit","claim":"bounded","states":105,"actions":424,"depth":16,"ends":{}'

# What is out of range says what the range is.
refuse "--workers: '0' is not a number from 1 to 64" explore rpmb.yaml --workers 0
refuse "--workers: '65' is not a number from 1 to 64" explore rpmb.yaml --workers 65
refuse 'a depth-first search has one worker' explore rpmb.yaml --workers 2 --search depth
refuse "--search: 'width' is not breadth or depth" explore rpmb.yaml --search width
refuse "--max-states: '-1' is not a number from 1" explore rpmb.yaml --max-states=-1
for size in 0 -1 1T 1KK K '' 1.5G 1073741825G 99999999999999999999; do
	refuse "--max-memory: '$size' is not a number of bytes" explore rpmb.yaml "--max-memory=$size"
done
refuse 'number from 1 to 1000000000' explore rpmb.yaml --max-seconds 0
refuse 'do not go together' explore rpmb.yaml --json --trace text
refuse 'one FILE is needed, not 0' explore
refuse 'one FILE is needed, not 2' explore rpmb.yaml nested.yaml
expect 0 explore rpmb.yaml --max-memory 1G --max-seconds 100 --max-states 10000

# What the reduction puts first does not make a violation late, whatever else is asked for.
printf '%s\n' 'teeq: 1' 'name: late' 'secure: {threads: 1, locks: [s]}' 'events: [e]' \
	'commands: {k: [{unlock: s}]}' 'devices: {d: {}}' 'clients:' \
	'  a: {do: [{signal: e}]}' >late.yaml
cp late.yaml later.yaml
echo '  b: {do: [{power-off: d}]}' >>late.yaml
echo '  b: {do: [{call: {command: k}}]}' >>later.yaml
for options in '' --exact --no-symmetry '--workers 2' --all --no-reduction; do
	word='and none is shorter'
	[ "$options" != --all ] || word='and none that ends so is shorter'
	# shellcheck disable=SC2086
	expect 1 explore late.yaml $options
	has_line out "violation: a counterexample of 1 step, $word"
	# shellcheck disable=SC2086
	expect 1 explore later.yaml $options
	has_line out "violation: a counterexample of 3 steps, $word"
done
expect 1 explore later.yaml --json
has out '"steps":3,"shortest":true,'
# A deadlock that is met first is not the nearest where a violation is nearer.
sed 's/^  a:.*/  a: {do: [{call: {}}, {call: {}}]}/' late.yaml >never.yaml
echo '  c: {do: [{await: e}]}' >>never.yaml
expect 1 explore never.yaml
has_line out 'violation: a counterexample of 1 step, and none is shorter'

# A refused resume may come earlier than right before it is met: while all processors are kept it could not
# strike then; and a call that it ends counts no more for the limit of its guest.
cat >kept.yaml <<'EOF'
teeq: 1
name: kept
secure: {threads: 4, locks: [l]}
cpus: 1
resched: false
commands:
  plain: [{rpc: s}]
  locked: [{lock: l}, {interrupt: true}, {unlock: l}]
  taker: [{lock: l}, {unlock: l}]
services: {s: {by: caller}}
clients:
  v: {do: [{call: {command: plain}}]}
  u: {do: [{call: {command: locked}}]}
  w: {do: [{call: {command: taker}}]}
faults: {refused: {kind: resume-refused}}
EOF
cat >limit.yaml <<'EOF'
teeq: 1
name: limit
secure: {threads: 4}
events: [e, f, g]
guests: {one: {call-limit: 2}}
commands:
  held: [{rpc: hold}]
  told: [{rpc: tell}]
services:
  hold: {do: [{signal: g}, {await: f}]}
  tell: {do: [{signal: e}]}
clients:
  x: {guest: one, do: [{call: {command: held}}]}
  t: {guest: one, do: [{await: g}, {try: {do: [{call: {command: told}}, {call: {}}], on-error: {communication: []}}}]}
  u: {guest: one, do: [{await: e}, {call: {}}, {signal: f}]}
faults: {refused: {kind: resume-refused}}
EOF
for options in '' '--without surroundings' --no-reduction '--no-reduction --no-symmetry'; do
	# shellcheck disable=SC2086
	expect 1 explore kept.yaml --all $options
	has_line out 'deadlock: a counterexample of 16 steps, and none that ends so is shorter'
	# shellcheck disable=SC2086
	expect 1 explore limit.yaml --all $options
	has_line out 'lost-wakeup: a counterexample of 13 steps, and none that ends so is shorter'
done
exit 0
