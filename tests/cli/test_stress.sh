#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# teeq stress: what it prints, what it refuses, and what becomes of a hang. How fast threads are, and
# which of several schedules they take, decides nothing here.
. "$(dirname "$0")/_common.sh"
write_rpmb
write_nested
write_violation

# A round that comes to its end: two writes, each with one call inside.
expect 0 stress rpmb.yaml --rounds 3
is_empty err
has out 'scenario rpmb-scmi, policy mainline, 2 threads, seed 1, model '
has_line out 'session scmi asked to be a system session: granted'
has out 'rounds 3, calls 12, actions '
grep -q '^time [0-9.]* s, [0-9]* calls/s$' out || fail 'no calls a second'
grep -q '^waits [0-9]*, mean [0-9.]* us, longest [0-9.]* us$' out || fail 'no waits'
grep -q '^as in the model: [0-9]* actions of 3 rounds$' out || fail 'not compared'
has_line out done
expect 0 stress rpmb.yaml --rounds 3 --no-yield --seed 7
has out ', seed 7, no yield, model '

# The same as one object; numbers that a machine's speed decides are there, and nothing else is.
expect 0 stress rpmb.yaml --rounds 3 --seed 7 --no-yield --json
lines out 1
is_empty err
has out '{"scenario":"rpmb-scmi","policy":"mainline","model":"'
has out '"system_sessions":[{"session":"scmi","answer":0}],"threads":2,"seed":"7","yield":false,'
has out '"rounds":3,"calls":12,"actions":'
has out '"compared_rounds":3,"compared_actions":'
has out '"mismatch":null,"not_compared":null,"verdict":"done","interrupted":false,"given_up":null,'
lacks out '"schedule"'

# Nobody else could wake this one: the only thread is held by the call it is made from.
cat >alone.yaml <<'END'
teeq: 1
name: alone
secure: {threads: 1}
locks: [l]
commands: {outer: [{rpc: serve}]}
services: {serve: {by: caller, do: [{lock: l}, {call: {}}]}}
clients: {a: {do: [{call: {command: outer}}]}}
END
expect 1 stress alone.yaml --policy untracked --record alone.jsonl
has_line out 'deadlock in round 1'
has_line out 'Exhaustion: no thread is free.'
has_line out "  a, in its nested call, waits for a thread: thread 0 is held by its own call outer, suspended in its RPC"

mv out text
expect 1 stress alone.yaml --policy untracked --json
lines out 1
has out '"rounds":1,"calls":0,"actions":6,'
has out '"verdict":"deadlock","interrupted":false,"given_up":null,"explanation":"'
has out '"steps":6,"event_hash":"'
has out '"schedule":"teeq:1:untracked:'
has out '"replay":"teeq replay alone.yaml '
has out '"stuck":[{"task":"a","level":1,"at":"wait","object":null}],"edges":['
has out '"exhausted":true,"lost_wakeup":false,'
mv text out

# What threads found replays in the model, and the report is the same.
sed -n '/^deadlock after/,/^replay:/p' out >threads
sed -n 's/^replay: //p' out >command
status=0
bash command >replayed || status=$?
[ "$status" -eq 1 ] || fail "replay: status $status"
sed -n '/^deadlock after/,/^replay:/p' replayed >model
same threads model

# The recording is one of that policy, and of no other driver's.
expect 0 conform alone.jsonl
has_line out 'alone.jsonl: 1 of 1 recordings match, 6 steps'
expect 1 conform alone.jsonl --policy mainline
has out 'alone.jsonl:1: step 0: free: recorded 1, modelled 0'
sed 's/"owners":\[0\]/"owners":[-1]/' alone.jsonl >changed.jsonl
expect 1 conform changed.jsonl
has out 'changed.jsonl:1: step 1: owners[0]: recorded -1, modelled 0'
sed 's/threads: 1/threads: 77/' alone.jsonl >changed.jsonl
refuse 'changed.jsonl:1: scenario:' conform changed.jsonl
sed 's/"driver"/"threads":1,"driver"/' alone.jsonl >changed.jsonl
refuse 'changed.jsonl:1: unknown key "threads", allowed: id, driver, scenario,' conform changed.jsonl
sed 's/"scenario":"[^"]*"/"scenario":7/' alone.jsonl >changed.jsonl
refuse 'changed.jsonl:1: scenario: found 7, expected the text of a scenario file' \
	conform changed.jsonl
sed 's/teeq-rt-untracked/teeq-rt-mine/' alone.jsonl >changed.jsonl
refuse "no policy is known for 'teeq-rt-mine'" conform changed.jsonl

# A race that mainline loses, sooner or later; a policy that does not.
expect 1 stress nested.yaml --rounds 20000
has out 'lost-wakeup in round '
has out ', waits for a wake, which its own call outer absorbed without being asleep'
expect 0 stress nested.yaml --rounds 200 --policy repaired

# Sessions, stages, events and barriers; a barrier that more may arrive at than it wants.
cat >steps.yaml <<'END'
teeq: 1
name: steps
secure: {threads: 2}
events: [go]
barriers: {meet: 2}
sessions: {s: {}}
clients:
  a: {do: [{barrier: meet}, {open: s}, {reserve: s}, {call: {session: s}}, {close: s}, {signal: go}]}
  b: {do: [{signal: go}, {barrier: meet}, {call: {session: s}}, {release: s}]}
  c: {stage: 2, do: [{await: go}, {repeat: {times: 3, do: [{call: {}}]}}]}
END
for policy in untracked v1 v4 v7 v8 v9 v10 mainline repaired; do
	expect 0 stress steps.yaml --policy $policy --rounds 30 --record steps.jsonl
	expect 0 conform steps.jsonl
done
sed 's/meet: 2/meet: 1/' steps.yaml >one-by-one.yaml
expect 0 stress one-by-one.yaml --rounds 30 --record one-by-one.jsonl
has out 'as in the model: '
expect 0 conform one-by-one.jsonl

# What else a command, a service and tee-supplicant do. A request in a request, and a lock.
cat >grown.yaml <<'END'
teeq: 1
name: grown
secure: {threads: 5}
supplicant: {threads: 4}
locks: [l]
commands:
  write:
    - work: 20
    - rpc: file
    - interrupt: true
    - repeat: {times: 2, do: [{rpc: time}, {invoke: inner}]}
    - suspend: 30
  inner: [{work: 5}, {repeat: {times: 2, do: [{rpc: plain}]}}]
  small: [{rpc: disk}]
services:
  file: {by: supplicant, do: [{lock: l}, {call: {command: small}}, {unlock: l}, {sleep: 10}]}
  disk: {by: supplicant}
  time: {by: caller, kind: get-time}
  plain: {by: caller, do: [{sleep: 3}]}
clients:
  app: {count: 2, do: [{sleep: 10}, {call: {command: write}}]}
  late: {stage: 2, do: [{call: {command: small}}]}
END
for policy in untracked v1 v4 v7 v8 v9 v10 mainline repaired; do
	expect 0 stress grown.yaml --policy $policy --rounds 20 --record grown.jsonl
	# Each of the 100 calls has an RPC, which `repaired` notes.
	case $policy in
	repaired) actions=2300 ;;
	*) actions=2200 ;;
	esac
	has out "as in the model: $actions actions of 20 rounds"
	expect 0 conform grown.jsonl
done
sed 's/"smc":"interrupted"/"smc":"working"/' grown.jsonl >changed.jsonl
expect 1 conform changed.jsonl
has out 'smc: recorded working, modelled interrupted'

# Nobody serves: the report says who waits, and a recording of it conforms.
sed 's/supplicant: {threads: 4}/supplicant: {threads: 0}/' grown.yaml >unserved.yaml
expect 1 stress unserved.yaml --rounds 1 --record unserved.jsonl
has_line out 'deadlock in round 1'
has unserved.jsonl '"outcome":"deadlock","blocked":[[0,"reply"],[1,"reply"],[2,"reply"]]'
expect 0 conform unserved.jsonl

# Under every policy: as in the model, and a recording that conforms.
stress_everywhere() # FILE
{
	for policy in untracked v1 v4 v7 v8 v9 v10 mainline repaired; do
		rm -f round.jsonl
		status=0
		"$TEEQ" stress "$1" --policy $policy --rounds 40 --record round.jsonl >out 2>err </dev/null ||
			status=$?
		[ $status -le 1 ] || fail "$1, $policy: status $status: $(cat err)"
		has out 'as in the model: '
		lacks out 'not compared'
		expect 0 conform round.jsonl
	done
}

# Notifications: one that is early, one that comes too late, and a key that somebody else waits for.
cat >keys.yaml <<'END'
teeq: 1
name: keys
secure: {threads: 4}
notifications: [early, late, busy, go]
commands:
  early: [{wait: early}, {notify: go}]
  late: [{wait: {key: late, timeout: 30}}]
  busy: [{wait: busy}, {notify: late}]
clients:
  a: {do: [{notify: early}, {call: {command: early}}, {call: {command: late}}]}
  b: {do: [{call: {command: busy}}]}
  c: {stage: 2, do: [{call: {command: busy}}, {notify: busy}]}
END
stress_everywhere keys.yaml
expect 0 stress keys.yaml --rounds 40 --record keys.jsonl
has keys.jsonl '"at":"notif-wake"'
has keys.jsonl '"task":0,"at":"sleep"'
sed 's/"at":"notif-wait"/"at":"notif-send"/' keys.jsonl >changed.jsonl
expect 1 conform changed.jsonl
has out 'at: recorded notif-send, modelled notif-wait'
sed 's/, {notify: busy}\]/]/' keys.yaml >unsent.yaml
expect 1 stress unsent.yaml --rounds 1 --record unsent.jsonl
has out '  b, in its call busy, waits for notification busy (key 3)'
has unsent.jsonl '"outcome":"deadlock","blocked":[[1,"notif-wake"]]'
expect 0 conform unsent.jsonl
# One that comes about when the time is over: before, after, or in between, where it is lost.
cat >race.yaml <<'END'
teeq: 1
name: race
secure: {threads: 2}
notifications: [n]
commands: {wait: [{wait: {key: n, timeout: 20}}]}
clients:
  w: {do: [{call: {command: wait}}, {call: {command: wait}}]}
  s: {do: [{sleep: 20}, {notify: n}]}
END
stress_everywhere race.yaml

# Locks of the secure world: who waits for one keeps its thread; readers, conditions and TAs.
cat >locks.yaml <<'END'
teeq: 1
name: locks
secure: {threads: 4, locks: [m, q], conditions: [full], tas: {one: {}, two: {single-instance: true}}}
commands:
  write: [{lock: m}, {work: 5}, {rpc: disk}, {unlock: m}]
  read: [{read-lock: m}, {rpc: disk}, {unlock: m}]
  take: [{lock: q}, {cond-wait: {condition: full, lock: q}}, {unlock: q}]
  put: [{lock: q}, {cond-broadcast: full}, {unlock: q}]
  outer: {ta: one, do: [{rpc: disk}, {invoke: inner}]}
  inner: {ta: two, do: [{interrupt: true}]}
services: {disk: {by: caller, do: [{sleep: 3}]}}
clients:
  r: {count: 2, do: [{call: {command: read}}, {call: {command: outer}}]}
  w: {count: 2, do: [{call: {command: write}}, {call: {command: inner}}]}
  t: {stage: 2, do: [{call: {command: take}}]}
  p: {stage: 3, do: [{call: {command: put}}]}
END
stress_everywhere locks.yaml
expect 0 stress locks.yaml --rounds 40
cat >circle.yaml <<'END'
teeq: 1
name: circle
secure: {threads: 2, locks: [m]}
locks: [l]
commands: {hold: [{lock: m}, {rpc: disk}, {unlock: m}]}
services: {disk: {by: caller, do: [{lock: l}, {unlock: l}]}}
clients:
  a: {do: [{lock: l}, {call: {}}]}
  b: {stage: 2, do: [{call: {command: hold}}]}
  c: {stage: 3, do: [{call: {command: hold}}]}
END
expect 1 stress circle.yaml --rounds 1 --record circle.jsonl
has_line out 'deadlock in round 1'
has circle.jsonl '"blocked":[[1,"lock"],[2,"notif-wake"]]'
expect 0 conform circle.jsonl
cat >unheld.yaml <<'END'
teeq: 1
name: unheld
secure: {threads: 1, locks: [m]}
commands: {c: [{unlock: m}]}
clients: {a: {do: [{call: {command: c}}]}}
END
expect 1 stress unheld.yaml --rounds 1
has_line out 'violation in round 1'
has_line out 'broken: a secure thread unlocked a mutex that nobody holds'

# TEE contexts, channels and devices: drivers of the kernel, as the model has them.
cat >drivers.yaml <<'END'
teeq: 1
name: drivers
secure: {threads: 3}
contexts: [agent, app]
sessions: {scmi: {context: agent}, mine: {context: app, system: true}}
channels: {tx: {session: scmi, config: ask}}
devices: {mmc: {session: mine, on: [ask], off: [ask]}}
commands: {ask: [{interrupt: true}], write: [{rpc: rpmb}]}
services: {rpmb: {by: caller, do: [{power-on: mmc}, {power-off: mmc}]}}
clients:
  agent: {context: agent, do: [{setup: tx}, {call: {session: scmi}}, {call: {session: mine}}, {teardown: tx}]}
  app: {count: 2, do: [{call: {command: write}}]}
END
stress_everywhere drivers.yaml
expect 0 stress drivers.yaml --rounds 40
cat >released.yaml <<'END'
teeq: 1
name: released
secure: {threads: 2}
contexts: [agent]
sessions: {s: {context: agent}}
clients: {a: {context: agent, do: [{reserve: s}, {call: {session: s}}, {call: {}}, {close-context: agent}]}}
END
stress_everywhere released.yaml
expect 0 stress released.yaml --rounds 40
sed 's/a: {context/a: {count: 2, context/' released.yaml >shared.yaml
# With v4 the loop of releases may have no end; everywhere else it has.
for policy in v9 mainline repaired; do
	expect 0 stress shared.yaml --policy $policy --rounds 40 --record shared.jsonl
	has out 'as in the model: '
	expect 0 conform shared.jsonl
done

# The shared-memory cache, asynchronous notifications, a bottom half, requests that fail, a cancel.
cat >around.yaml <<'END'
teeq: 1
name: around
secure: {threads: 2, bottom-half: half}
supplicant: {threads: 0}
notifications: [irq]
sessions: {s: {}}
commands:
  half: [{work: 5}]
  work: [{async: irq}, {wait: irq}, {bottom-half: true}]
  file: [{rpc: file}, {work: 9}]
  long: [{suspend: 900}]
services: {file: {by: supplicant}}
clients:
  a: {supplicant-nowait: true, do: [{call: {command: work}}, {call: {command: file}}]}
  b: {do: [{shm-cache: probe}, {bottom-half: true}]}
  c: {do: [{call: {session: s, command: long}}]}
  d: {do: [{cancel: s}]}
END
stress_everywhere around.yaml
expect 0 stress around.yaml --rounds 40 --record around.jsonl
for word in '"at":"async"' '"at":"interrupt"' '"smc":"again"' '"smc":"ok"'; do
	has around.jsonl "$word"
done

# Tasks that are killed, frozen and started again; processors, faults, guests, polls; what fails by name.
cat >signals.yaml <<'END'
teeq: 1
name: signals
secure: {threads: 2}
supplicant: {threads: 1}
commands: {file: [{rpc: file}, {work: 9}]}
services: {file: {by: supplicant}}
clients:
  a: {do: [{repeat: {times: 3, do: [{call: {command: file}}]}}]}
  b: {do: [{freeze: a}, {call: {}}, {thaw: a}]}
  c: {stage: 2, do: [{kill: tee-supplicant}, {start: tee-supplicant}, {call: {command: file}}]}
END
stress_everywhere signals.yaml
expect 0 stress signals.yaml --rounds 40 --record signals.jsonl
for word in freeze thaw kill start-supplicant; do
	has signals.jsonl "\"at\":\"$word\""
done
cat >machine.yaml <<'END'
teeq: 1
name: machine
cpus: 1
secure: {threads: 2}
events: [go]
commands: {c: [{interrupt: true}, {poll: go}], d: [{work: 9}]}
faults: {f: {kind: interrupt, times: 3}, g: {kind: reserve-refused}}
clients:
  a: {do: [{call: {command: c}}]}
  b: {do: [{call: {command: d}}, {signal: go}]}
END
stress_everywhere machine.yaml
cat >domains.yaml <<'END'
teeq: 1
name: domains
secure: {threads: 2}
guests: {one: {}, two: {threads: 1, call-limit: 1}}
commands: {c: [{try: {do: [{fail: access-denied}], on-error: {access-denied: [{work: 3}]}}}]}
clients:
  a: {guest: one, count: 2, do: [{call: {command: c}}]}
  b: {guest: two, count: 2, do: [{call: {command: c}}]}
END
stress_everywhere domains.yaml

# A mistake of the scenario's own.
expect 1 stress violation.yaml --rounds 2
has_line out 'violation in round 1'
has_line out 'broken: a task unlocked a mutex that it does not hold'
expect 2 stress violation.yaml --rounds 2 --record violation.jsonl
has err 'violation.jsonl: not written: a recording has no word for the verdict violation'

# One clear line.
refuse 'one FILE is needed, not 0 arguments' stress
refuse "--rounds: '0' is not a number" stress rpmb.yaml --rounds 0
refuse "--seconds: '0' is not a number from 1 to 86400" stress rpmb.yaml --seconds 0
for seconds in nan inf 1e3 -1 '' 86401 99999999999999999999 ' 5' 5s; do
	refuse "--seconds: '$seconds' is not a number from 1 to 86400" stress rpmb.yaml "--seconds=$seconds"
done
refuse "--watchdog: '0' is not a number from 1 to 3600000" stress rpmb.yaml --watchdog 0
refuse "--seed: '-1' is not a number" stress rpmb.yaml --seed=-1
refuse "unknown policy 'main'" stress rpmb.yaml --policy main
refuse 'rpmb.yaml: is the same file' stress rpmb.yaml --rounds 1 --record rpmb.yaml
refuse 'missing.yaml' stress missing.yaml

# A round that lasts, and somebody who does not wait for it. (A shell would have its background jobs
# ignore an interruption, so this is the other signal.)
cat >long.yaml <<'END'
teeq: 1
name: long
secure: {threads: 2}
clients:
  a: {count: 2, do: [{repeat: {times: 65535, do: [{repeat: {times: 65535, do: [{call: {}}]}}]}}]}
END
expect 3 stress long.yaml --seconds 1
has_line out 'limit in round 1'
has_line out 'It was not over after twice the time: nothing is claimed of this round.'
rm out
"$TEEQ" stress long.yaml --rounds 1 >out 2>err </dev/null &
until grep -qs '^scenario' out; do :; done
kill -TERM $!
status=0
wait $! || status=$?
[ $status -eq 3 ] || fail "interrupted: status $status"
has_line out 'Interrupted: nothing is claimed of this round.'

# What lasts longer than the watchdog waits is no hang; where it stands is told.
cat >slow.yaml <<'END'
teeq: 1
name: slow
secure: {threads: 1}
commands: {slow: [{work: 65535}]}
clients: {a: {do: [{call: {command: slow}}]}, b: {stage: 2, do: [{call: {}}]}}
END
expect 3 stress slow.yaml --rounds 1 --watchdog 5
has_line out "Nothing happened for the watchdog's time: nothing is claimed of this round."
has_line out 'Tasks could still move: nothing is claimed.'
grep -q '^ *0  ACTIVE *a ' out || fail 'who runs is not told'
expect 0 stress slow.yaml --rounds 1

# Where the recording cannot be written, or the system gives no more threads. (A sanitizer would have
# no memory for itself.)
expect 2 stress rpmb.yaml --rounds 1 --record /dev/full
has err '/dev/full'
expect 2 stress rpmb.yaml --rounds 1 --record no/such/folder/x.jsonl
has err 'no/such/folder/x.jsonl'
cat >crowd.yaml <<'END'
teeq: 1
name: crowd
secure: {threads: 2}
arguments: {slots: 60}
clients: {a: {count: 60, do: [{call: {}}]}}
END
if { (ulimit -v 200000 && "$TEEQ" --version); } >/dev/null 2>&1; then
	status=0
	(ulimit -v 200000 && exec "$TEEQ" stress crowd.yaml --rounds 1) >out 2>err || status=$?
	[ $status -eq 2 ] || fail "without room for threads: status $status"
	has err ' could not be created: '
fi
exit 0
