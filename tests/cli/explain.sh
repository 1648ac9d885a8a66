#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# teeq explain.
. "$(dirname "$0")/_common.sh"
write_rpmb
write_nested

# shortest FILE POLICY: the shortest failing schedule, into the file schedule.
shortest()
{
	"$TEEQ" explore "$1" --policy "$2" --json 2>err |
		sed -n 's/.*"schedule":"\(teeq:[^"]*\)".*/\1/p' >schedule
	[ -s schedule ] || fail "$1 does not fail under $2"
}

# ruling CHANGE VERDICT: a row of the table.
ruling()
{
	grep -q "^  $1  *$2  *[0-9-]" out || fail "expected a row: $1 ... $2"
}

shortest rpmb.yaml untracked
expect 0 explain rpmb.yaml @schedule
is_empty err
has out 'deadlock after 9 steps'
has_line out 'The step of no return:'
# Which of the two is the first depends on how a state is laid out in memory.
grep -qx 'It could still have ended well had app\.[01] moved there instead\.' out ||
	fail 'nothing that could have been done instead'
# What is said is so: up to that step something else can be done, with it nothing.
step=$(sed -n 's/^  step \([0-9]*\), app\.[01]: .*/\1/p' out)
[ -n "$step" ] || fail 'no step'
ruling '1 thread more: 3' 'ruled out'
ruling '2 threads more: 4' 'ruled out'
ruling 'policy mainline' 'ruled out'
ruling 'policy v1' 'ruled out'
lacks out 'policy untracked '
cp out one
expect 0 explain rpmb.yaml @schedule
same out one

# What helps two may not help three: what is ruled out is tried with one more.
has_line out 'With one thing changed, and with 2 of app:'
grep -q '^  1 thread more: 3 .*  but with 3 of app: deadlock$' out || fail 'three are not tried'
grep -q '^  2 threads more: 4 .*  also with 3 of app$' out || fail 'three are not tried'
grep -q '^  a thread for each system session  *ruled out .*  also with 3 of app$' out ||
	fail 'no thread for each session'
sed 's/count: 2/count: 4/' rpmb.yaml >large.yaml
expect 0 explain rpmb.yaml @schedule --whole large.yaml
grep -q '^  2 threads more: 4 .*  also with 3 of app; but in large.yaml: deadlock$' out ||
	fail 'the whole is not tried'
grep -q '^  policy mainline .*  also with 3 of app; also in large.yaml$' out ||
	fail 'the whole is not tried'
expect 0 explain rpmb.yaml @schedule --whole large.yaml --json
has out '"clients":{"app":2},"changes":[{"change":"1 thread more: 3","verdict":"ruled out","states":'
has out '"elsewhere":[{"verdict":"deadlock","states":'
has out '"steps":12,"client":"app","count":3}'
has out '"file":"large.yaml"}]'
expect 2 explain rpmb.yaml @schedule --whole missing.yaml

# Where one system call needs another, one thread kept back is not enough, and two are.
cat >chain.yaml <<'END'
teeq: 1
name: chain
secure: {threads: 3}
sessions: {reg: {system: true}, clk: {system: true}}
commands: {store: [{rpc: rpmb}], reg-on: [{rpc: i2c}], clk-on: []}
services:
  rpmb: {do: [{lock: emmc}, {call: {session: reg, command: reg-on}}, {unlock: emmc}]}
  i2c: {do: [{call: {session: clk, command: clk-on}}]}
locks: [emmc]
clients: {app: {count: 3, do: [{call: {command: store}}]}}
END
for policy in mainline v1; do
	shortest chain.yaml $policy
	expect 0 explain chain.yaml @schedule
	ruling 'a thread for each system session' 'ruled out'
done
ruling 'static-system: 2' 'ruled out'
shortest chain.yaml mainline
expect 0 explain chain.yaml @schedule
ruling 'policy v1, static-system: 2' 'ruled out'
ruling 'policy v1' 'deadlock'

shortest rpmb.yaml untracked
shortest nested.yaml mainline
expect 0 explain nested.yaml @schedule
has out 'Lost wake-up: thread 1 is free'
ruling 'policy repaired' 'ruled out'
ruling 'policy v9' 'lost-wakeup'
ruling '1 thread more: 3' 'ruled out'

# What surrounds the queue is changed too, where there is such a thing.
lacks out 'tee-supplicant'
lacks out 'CPU'
cat >hang.yaml <<'END'
teeq: 1
name: hang
cpus: 1
secure: {threads: 2}
supplicant: {threads: 0, wait: uninterruptible}
commands:
  c: [{rpc: f}]
services:
  f: {by: supplicant}
clients:
  app: {do: [{call: {command: c}}]}
  user: {stage: 2, do: [{kill: app}]}
END
shortest hang.yaml mainline
expect 0 explain hang.yaml @schedule
has out 'app (killed), in its call c, waits for tee-supplicant to take its request f'
ruling 'tee-supplicant: runs' 'ruled out'
ruling 'tee-supplicant: killable wait' 'ruled out'
ruling 'tee-supplicant: interruptible wait' 'ruled out'
ruling 'client app: supplicant-nowait' 'ruled out'
ruling '1 CPU more: 2' 'deadlock'
sed -i 's/threads: 0, wait: uninterruptible/threads: 1/; s/by: supplicant/by: supplicant, do: [{await: go}]/
	s/^cpus: 1/events: [go]/' hang.yaml
sed -i '/^  user/d' hang.yaml
shortest hang.yaml mainline
expect 0 explain hang.yaml @schedule
ruling 'tee-supplicant: 1 thread more: 2' 'deadlock'
lacks out 'killable'

# Nothing can be done, but to say that the call is a system call.
cat >lost.yaml <<'END'
teeq: 1
name: lost
secure: {threads: 2}
events: [clk]
sessions:
  scmi: {system: false}
commands:
  c: [{rpc: s}]
services:
  s: {by: caller, do: [{await: clk}]}
clients:
  user: {count: 2, do: [{call: {command: c}}]}
  giver: {stage: 2, do: [{call: {}}, {signal: clk}]}
  named: {stage: 2, do: [{call: {session: scmi}}]}
END
shortest lost.yaml mainline
expect 0 explain lost.yaml @schedule
has out 'There is no step of no return: every schedule of this scenario fails.'
ruling 'client giver: system calls' 'ruled out'
ruling 'client user: system calls' 'deadlock'
ruling 'session scmi: system session' 'deadlock'
lacks out 'client named'

# Beyond the budget nothing is ruled out.
expect 3 explain lost.yaml @schedule --max-states 2
has out 'The step of no return is undecided'
ruling '1 thread more: 3' 'undecided'
lacks out 'ruled out'
has out '--max-states N allows more'

# Where no thread can be added.
sed 's/threads: 2/threads: 16/; s/count: 2/count: 16/' lost.yaml >full.yaml
shortest full.yaml mainline
expect 3 explain full.yaml @schedule --max-states 500
ruling '1 thread more: 17' 'not possible'

expect 0 explain lost.yaml "$(shortest lost.yaml mainline; cat schedule)" --json
lines out 1
has out '"step_of_no_return":{"from_start":true}'
has out '{"change":"client giver: system calls","verdict":"ruled out"'

good=$("$TEEQ" run nested.yaml --policy repaired --json |
	sed -n 's/.*"schedule":"\(teeq:[^"]*\)".*/\1/p')
refuse 'there is no failure to explain' explain nested.yaml "$good"
refuse 'one FILE and one SCHEDULE' explain nested.yaml
refuse 'is not a number from 1' explain nested.yaml "$good" --max-states 0
expect 2 explain rpmb.yaml "$good"

# A livelock goes on behind the end of its schedule: which steps come again, who is kept out, what helps.
cat >kept-out.yaml <<'END'
teeq: 1
name: kept-out
secure: {threads: 2}
locks: [l]
events: [e]
commands: {write: [{rpc: frame}, {fail: busy}], next: []}
services: {frame: {do: [{lock: l}, {call: {command: next}}, {unlock: l}]}}
clients:
  app: {do: [{retry: {times: always, do: [{call: {command: write}}]}}]}
  b: {do: [{lock: l}, {unlock: l}]}
  c: {do: [{await: e}]}
  d: {stage: 2, do: [{signal: e}]}
faults: {k: {kind: client-killed, client: app}}
END
once="teeq:1:mainline:$("$TEEQ" run kept-out.yaml --steps 1 | sed -n 's/.*, model //p')"
expect 3 replay kept-out.yaml "$once app*27"
has_line out 'The last 13 steps lead back to where they began, and may come again for ever: a livelock.'
# One round is enough to tell of it.
has_line out "explain: teeq explain kept-out.yaml '$once app*14'"
expect 3 run kept-out.yaml --strategy round-robin --steps 500
has out 'and may come again for ever: a livelock.'
expect 3 run kept-out.yaml --steps 500
has out 'and may come again for ever: a livelock.'
expect 3 replay kept-out.yaml "$once app*27" --json
has out "\"loop\":{\"from\":14,\"length\":13,\"explain\":\"teeq explain kept-out.yaml '$once app*14'\"}"
expect 3 replay kept-out.yaml "$once app*12"
lacks out 'a livelock.'
refuse 'there is no failure to explain' explain kept-out.yaml "$once app*12"
expect 0 explain kept-out.yaml "$once app*14"
is_empty err
has out 'livelock after 14 steps'
has out 'The loop: after these 13 steps all is as it was before them'
[ "$(sed -n '/^The loop/,/^Round/p' out | grep -c '^  step [0-9]*, app: ')" -eq 13 ] ||
	fail 'the steps of the loop are not told'
has out 'Round and round goes app.'
has_line out 'Meanwhile these never get on: b (can move now and then, and need not be let), c (waits), d (has not begun).'
has_line out 'What leads out of it, until all have finished:'
has out ', k: fault: app is killed'
has_line out 'There is no step of no return: even after the last one all can still finish.'
expect 0 explain kept-out.yaml "$once app*14" --json
has out '"loop":{"from":1,"length":13,"movers":["app"],"left_out":[{"task":"b","why":"can move"},{"task":"c","why":"waits"},{"task":"d","why":"not begun"}],"steps":[{"step":1,"task":"app",'
has out '"leads_out":"something","way_out":[{"step":14,'
has out '"step_of_no_return":{"from_start":false,"way_out":true}'

# Without the fault nothing leads out; a budget does not tell.
sed -i '/^faults/d' kept-out.yaml
once="teeq:1:mainline:$("$TEEQ" run kept-out.yaml --steps 1 | sed -n 's/.*, model //p')"
expect 0 explain kept-out.yaml "$once app*14"
has_line out 'Nothing leads out of it to an end at which all have finished.'
has_line out 'There is no step of no return: every schedule of this scenario fails.'
expect 0 explain kept-out.yaml "$once app*14" --json
has out '"leads_out":"nothing","way_out":[]'
expect 3 explain kept-out.yaml "$once app*14" --max-states 2
has_line out 'Whether anything leads out of it is undecided: no way was found within 2 states.'

# A violation ends a schedule; what is behind it is not looked at.
cat >broken.yaml <<'END'
teeq: 1
name: broken
secure: {threads: 2, locks: [m]}
supplicant: {threads: 1}
commands:
  take: [{lock: m}]
  give: [{unlock: m}]
clients:
  a: {do: [{call: {command: take}}, {call: {command: give}}]}
faults:
  f: {kind: call-fails}
END
shortest broken.yaml mainline
expect 0 explain broken.yaml "$(cat schedule) a*40"
has_line out '  step 1, f: fault: the next call fails'
exit 0
