#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# teeq check and teeq show.
. "$(dirname "$0")/_common.sh"
write_rpmb
write_nested

# row FILE POLICY EXPECTED WORD: a row of the table, and how it ends.
row()
{
	grep -q "^$1  *$2  *$3  .*  *$4\$" out || fail "expected a row: $1 $2 $3 ... $4"
}

expect 0 check rpmb.yaml nested.yaml --runs 500
is_empty err
row rpmb.yaml untracked deadlock ok
row rpmb.yaml mainline done ok
row nested.yaml mainline lost-wakeup ok
row nested.yaml repaired done ok
has out 'rpmb.yaml    untracked   deadlock     deadlock                found'
has out 'rpmb.yaml    mainline    done         done                    exhausted'
has_line out '4 expectations, 4 ok, 0 failed; each was decided by exhaustive search'

# Where a budget says so, and where it is asked for, it samples, says it, and claims no 'done'.
expect 3 check rpmb.yaml nested.yaml --runs 500 --max-states 3
tail -n 1 out | grep -q '^4 expectations, 2 ok, 0 failed, 2 undecided: sampled only (.*; 4 sampled by' ||
	fail 'no sum that says it sampled'
row rpmb.yaml untracked deadlock ok
row rpmb.yaml mainline done undecided
row nested.yaml repaired done undecided
expect 0 check rpmb.yaml nested.yaml --runs 500 --max-states 3 --sampled-ok
tail -n 1 out | grep -q '^4 expectations, 4 ok, 0 failed; 4 sampled by at most 500 schedules each' ||
	fail 'no sum that says it sampled'
row rpmb.yaml mainline done ok
row rpmb.yaml untracked deadlock ok
has out '  sampled           -      seed '
expect 0 check rpmb.yaml nested.yaml --runs 500 --max-states 22 --sampled-ok
tail -n 1 out | grep -q '; 1 sampled by .*; the others were decided by exhaustive search$' ||
	fail 'no sum that says it sampled'
row nested.yaml repaired done ok
expect 3 check rpmb.yaml nested.yaml --runs 500 --sample
cp out one
lacks out exhausted
expect 3 check rpmb.yaml nested.yaml --runs 500 --max-memory 1
same out one

# That no random schedule fails refutes no 'deadlock' either, unless that is asked for.
sed 's/repaired: done/repaired: deadlock/' nested.yaml >luck.yaml
expect 1 check luck.yaml
expect 3 check luck.yaml --runs 50 --sample
row luck.yaml repaired deadlock undecided
expect 1 check luck.yaml --runs 50 --sample --sampled-ok
row luck.yaml repaired deadlock FAIL
refuse 'it does not go with' check rpmb.yaml --sample --max-states 9
refuse 'is not a number of bytes' check rpmb.yaml --max-memory 1T

# A lost wake-up is a deadlock; a deadlock is not a lost wake-up.
sed 's/mainline: lost-wakeup/mainline: deadlock/' nested.yaml >kind.yaml
expect 0 check kind.yaml --runs 500
row kind.yaml mainline deadlock ok
sed 's/threads: 2/threads: 1/; s/untracked: deadlock/untracked: lost-wakeup/' rpmb.yaml >kind.yaml
for options in '' '--sample --runs 500 --sampled-ok'; do
	# shellcheck disable=SC2086
	expect 1 check kind.yaml $options
	row kind.yaml untracked lost-wakeup FAIL
done

# What fails says how to see it.
sed 's/untracked: deadlock/untracked: done/; s/mainline: done/mainline: deadlock/' rpmb.yaml >bad.yaml
expect 1 check bad.yaml --runs 500
row bad.yaml untracked done FAIL
row bad.yaml mainline deadlock FAIL
tail -n 1 out | grep -q '^2 expectations, 0 ok, 2 failed' || fail 'no sum'
sed -n 's/^ *see: //p' out >hints
lines hints 2
has_line hints 'teeq explore bad.yaml --policy=mainline'
hint=$(head -n 1 hints)
case $hint in
'teeq replay bad.yaml '*) ;;
*) fail "another hint: $hint" ;;
esac
status=0
eval "$hint" >out 2>err || status=$?
[ "$status" -eq 1 ] || fail "$hint: status $status"
expect 1 check bad.yaml --runs 500 --sample
has out 'see: teeq run bad.yaml --policy=untracked --seed=1'

# One policy only.
expect 0 check nested.yaml --policy repaired --runs 50
row nested.yaml repaired done ok
lacks out mainline
expect 0 check nested.yaml --policy repaired --policy mainline
row nested.yaml repaired done ok
row nested.yaml mainline lost-wakeup ok

# A file of which nothing is checked does not pass, alone or beside others.
sed '/^expect/,$d' rpmb.yaml >silent.yaml
for files in silent.yaml 'silent.yaml nested.yaml' 'nested.yaml silent.yaml'; do
	# shellcheck disable=SC2086
	expect 2 check $files
	has_line err "teeq: silent.yaml: no expectation to check ('expect: {mainline: done}' in the file would be one; teeq explore asks without)"
done
row nested.yaml repaired done ok
expect 2 check rpmb.yaml nested.yaml --policy repaired --runs 50
row nested.yaml repaired done ok
has_line err 'teeq: rpmb.yaml: no expectation to check for policy repaired'
expect 2 check rpmb.yaml --policy v9 --policy v8
has_line err 'teeq: rpmb.yaml: no expectation to check for policy v9 or v8'

# A misspelt policy, or a file that cannot be read, does not pass; the others are still checked.
sed 's/mainline: done/main-line: done/' rpmb.yaml >misspelt.yaml
expect 2 check misspelt.yaml missing.yaml nested.yaml --runs 500
has err 'misspelt.yaml:21: expect.main-line: no policy of that name is built in or loaded; did you mean'
has err 'missing.yaml'
row misspelt.yaml untracked deadlock ok
lacks out main-line
row nested.yaml repaired done ok
# Whoever only runs it is told.
expect 0 run misspelt.yaml
has err 'misspelt.yaml:21: warning: expect.main-line: no policy of that name is built in or loaded'
lines err 1

# One object for each row, and one for all.
expect 1 check bad.yaml nested.yaml --json
lines out 5
has out '{"file":"bad.yaml","line":20,"policy":"untracked","expected":"done","found":"deadlock","decided":"found"'
has out '"result":"FAIL","states":'
has out '"see":"teeq replay bad.yaml '
has out '{"file":"nested.yaml","line":16,"policy":"repaired","expected":"done","found":null,"decided":"exhausted"'
has_line out '{"expectations":4,"ok":2,"failed":2,"undecided":0,"sampled":0}'
expect 3 check rpmb.yaml --policy mainline --sample --runs 9 --json
has out '"decided":"sampled","ends":{"done":9},"result":"undecided"}'

# show: what it prints says the same.
expect 0 show "$SOURCE_DIR/examples/scenarios/rpmb-scmi.yaml"
for line in '  lost: 0' '  static-system: 1' '  rpc-arg: true' '  session-lock: true' 'abi: smc' \
	'    kind: other' '  threads: 0' '  wait: killable' '    stage: 1' '    supplicant-nowait: false'; do
	has_line out "$line"
done
cat >least.yaml <<'END'
teeq: 1
name: least
secure: {threads: 1, tas: {t: {}}}
sessions: {s: {}}
services: {v: {}}
commands: {c: {ta: t, do: [{rpc: v}]}}
clients: {a: {do: [{call: {session: s, command: c}}]}}
faults: {f: {kind: call-fails}}
END
expect 0 show least.yaml
for line in '      single-instance: false' '    system: false' '    by: caller' '    kind: other' \
	'    count: 1' '    times: 1'; do
	has_line out "$line"
done
for file in rpmb nested least; do
	expect 0 show $file.yaml
	cp out shown.yaml
	expect 0 run $file.yaml --runs 100 --policy repaired
	cp out one
	expect 0 run shown.yaml --runs 100 --policy repaired
	same out one
	expect 0 show shown.yaml
	same out shown.yaml
done

# What can hardly be meant is said, and changes nothing else.
cat >odd.yaml <<'END'
teeq: 1
name: odd
secure: {threads: 2, tas: {idle: {}}}
locks: [kept, idle-lock]
events: [never]
contexts: [nobody]
sessions: {idle-session: {}, counted: {system: true}}
commands:
  ask: [{rpc: fs}]
  idle-command: []
services:
  fs: {by: supplicant}
  idle-service: {by: supplicant}
clients:
  a: {do: [{lock: kept}, {call: {command: ask}}]}
faults:
  crash: {kind: supplicant-dies}
END
expect 1 run odd.yaml
cat >wanted <<'END'
odd.yaml:3: warning: secure.tas.idle: idle is declared and never used
odd.yaml:4: warning: locks[1]: idle-lock is declared and never used
odd.yaml:5: warning: events[0]: never is declared and never used
odd.yaml:6: warning: contexts[0]: nobody is declared and never used
odd.yaml:7: warning: sessions.idle-session: idle-session is declared and never used
odd.yaml:10: warning: commands.idle-command: idle-command is declared and never used
odd.yaml:12: warning: services.fs.by: asks tee-supplicant, and none is declared under supplicant: \
nobody serves it, and its callers wait (supplicant: {threads: 1} runs one, {threads: 0} says that \
this is meant)
odd.yaml:13: warning: services.idle-service: idle-service is declared and never used
odd.yaml:15: warning: clients.a: ends with kept locked, and nobody else unlocks it
odd.yaml:17: warning: faults.crash.kind: strikes tee-supplicant, and none is declared under supplicant
END
sed -i -e :a -e '/\\$/N; s/\\\n//; ta' wanted
same err wanted
# Faults that can strike nowhere, and a guest in which nobody runs; with a place to strike, not a word.
cat >nowhere.yaml <<'END'
teeq: 1
name: nowhere
secure: {threads: 2}
guests:
  used: {}
  idle: {}
commands: {plain: [{work: 1}]}
clients: {a: {count: 2, do: [{call: {}}]}, b: {do: [{call: {command: plain}}]}}
faults:
  memory: {kind: no-memory}
  refused: {kind: reserve-refused}
  kept: {kind: unreserve-fails}
  shut: {kind: open-fails}
  resume: {kind: resume-refused}
  wait: {kind: notif-wait-fails}
  lost: {kind: thread-lost}
  call: {kind: call-fails}
END
expect 0 show nowhere.yaml
cat >wanted <<'END'
nowhere.yaml:6: warning: guests.idle: idle is declared and never used
nowhere.yaml:10: warning: faults.memory.kind: can strike nowhere: nothing here allocates shared memory: \
no service is of kind shm-alloc, no channel is set up, and there are arguments.slots for all calls
nowhere.yaml:11: warning: faults.refused.kind: can strike nowhere: nothing here counts a system session \
in by a step
nowhere.yaml:12: warning: faults.kept.kind: can strike nowhere: nothing here gives a reservation back
nowhere.yaml:13: warning: faults.shut.kind: can strike nowhere: nothing here opens a session by a step
nowhere.yaml:14: warning: faults.resume.kind: can strike nowhere: nothing here is resumed: no command \
makes an RPC
nowhere.yaml:15: warning: faults.wait.kind: can strike nowhere: nothing here waits for a notification \
in the secure world
END
sed -i -e :a -e '/\\$/N; s/\\\n//; ta' wanted
same err wanted
sed -e '/idle: /d' -e 's/^commands: {/sessions: {s: {}}\nservices: {m: {kind: shm-alloc}}\n&get: [{rpc: m}], /' \
	-e 's/^clients: {/&c: {do: [{open: s}, {reserve: s}, {call: {command: get, session: s}}, {close: s}]}, /' \
	nowhere.yaml >somewhere.yaml
expect 0 show somewhere.yaml
is_empty err
# What guests with threads of their own come to together: by a call, by a call of a service, by a handler.
cat >shared.yaml <<'END'
teeq: 1
name: shared
secure:
  locks: [fs, own, late]
  tas:
    t: {}
    u: {}
guests: {a: {threads: 1}, b: {threads: 1}}
commands:
  w: [{lock: fs}, {rpc: r}, {unlock: fs}]
  o: [{lock: own}, {unlock: own}]
  l: [{try: {do: [{rpc: r}], on-error: {any: [{lock: late}, {unlock: late}]}}}]
  inner: {ta: t, do: []}
  outer: {ta: u, do: []}
services: {r: {do: [{call: {command: inner}}]}}
clients:
  x: {guest: a, do: [{call: {command: w}}, {call: {command: l}}, {call: {command: outer}}]}
  y: {guest: b, do: [{try: {do: [{call: {command: l}}], on-error: {any: [{call: {command: w}}]}}}]}
  z: {guest: b, do: [{call: {command: o}}]}
END
expect 0 show shared.yaml
sed 's/$/ is shared by guests a and b, of which at least one has threads of its own: such a secure world has one for each/' \
	>wanted <<'END'
shared.yaml:4: warning: secure.locks[0]:
shared.yaml:4: warning: secure.locks[2]:
shared.yaml:6: warning: secure.tas.t:
END
same err wanted
sed -i -e 's/^guests: .*/guests: {a: {}, b: {}}/' -e 's/^secure:/&\n  threads: 2/' shared.yaml
expect 0 show shared.yaml
is_empty err
# What is done where something fails counts as well.
sed -e '/idle: /d' -e '/memory: /d' -e '/refused: /d' -e '/kept: /d' -e '/resume: /d' -e '/wait: /d' \
	-e 's/^commands: {/sessions: {s: {}}\n&/' \
	-e 's/^clients: {/&c: {do: [{try: {do: [{call: {command: plain}}], on-error: {any: [{open: s}]}}}]}, /' \
	nowhere.yaml >handled.yaml
expect 0 show handled.yaml
is_empty err
sed -i 's/^commands:/arguments: {slots: 2}\n&/' nowhere.yaml
expect 0 show nowhere.yaml
lacks err faults.memory
sed -i 's/{call: {command: plain}}/{call: {}}/' nowhere.yaml
expect 0 show nowhere.yaml
has err 'faults.call.kind: can strike nowhere: nothing here calls a command'
sed 's/^faults:/supplicant: {threads: 0}\nfaults:/' odd.yaml >meant.yaml
expect 1 run meant.yaml
lacks err tee-supplicant
for file in "$SOURCE_DIR"/examples/scenarios/*.yaml; do
	expect 0 show "$file"
	is_empty err
done
exit 0

# By several workers: the same bytes, also of what is wrong.
cp kind.yaml failing.yaml
for files in 'rpmb.yaml nested.yaml' 'rpmb.yaml misspelt.yaml missing.yaml failing.yaml silent.yaml nested.yaml' missing.yaml; do
	for options in '' --json '--sample --runs 50' '--policy mainline'; do
		status=0
		# shellcheck disable=SC2086
		"$TEEQ" check $files $options >one 2>one.err || status=$?
		# shellcheck disable=SC2086
		expect "$status" check $files $options --workers 4
		same out one
		same err one.err
	done
done
refuse "--workers: '0' is not a number from 1 to 64" check rpmb.yaml --workers 0
