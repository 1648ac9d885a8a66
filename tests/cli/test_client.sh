#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# One client asked about: explore --client, and what is expected of one in a file.
. "$(dirname "$0")/_common.sh"
cat >supp.yaml <<'END'
teeq: 1
name: supp
secure: {threads: 2}
sessions: {scmi: {system: true}}
commands:
  fs-write: [{rpc: fs}]
  clk: []
services:
  fs: {by: supplicant}
supplicant: {threads: 1}
clients:
  app: {count: 2, do: [{call: {command: fs-write}}]}
  cpufreq: {do: [{call: {session: scmi, command: clk}}]}
faults: {crash: {kind: supplicant-dies}}
expect:
  mainline: {everybody: deadlock, cpufreq: done, app: deadlock}
  untracked: {cpufreq: deadlock}
  v9: deadlock
END

# Everybody together hangs; this client does not.
expect 1 explore supp.yaml
expect 0 explore supp.yaml --client cpufreq
has_line out 'asked about client cpufreq, whatever becomes of the others'
has_line out 'done: client cpufreq always finishes, whatever becomes of the others'
has out 'exhausted: every one of'
for option in --no-symmetry --no-reduction --exact '--search depth' '--workers 2'; do
	# shellcheck disable=SC2086
	expect 0 explore supp.yaml --client cpufreq $option
	has_line out 'done: client cpufreq always finishes, whatever becomes of the others'
done
expect 0 explore supp.yaml --client cpufreq --json
has out '"client":"cpufreq","verdict":"done","claim":"exhausted"'

# Where it may hang, the schedule says how, and replays.
expect 1 explore supp.yaml --client cpufreq --policy untracked
has out 'Not finished: app.0, app.1, cpufreq.'
schedule=$(sed -n "s/^replay: teeq replay supp.yaml '\(.*\)'$/\1/p" out)
expect 1 replay supp.yaml "$schedule"
has out 'cpufreq'
expect 1 explore supp.yaml --client app --json
has out '"client":"app","verdict":"deadlock"'
expect 3 explore supp.yaml --client cpufreq --max-states 3
lacks out 'always finishes'
refuse "--client: supp.yaml has no client 'cpufre': did you mean cpufreq?" explore supp.yaml --client cpufre

# Why it does not finish, and a plainer schedule in which it does not; others may fail in it before that.
expect 0 explain supp.yaml "$schedule"
has_line out '  step 5, crash: fault: tee-supplicant dies'
has out 'policy mainline                    deadlock '
expect 0 explain supp.yaml "$schedule" --client cpufreq --html explained.html
has_line out 'asked about client cpufreq, whatever becomes of the others'
has_line out '  step 6, app.0: smc: CALL_WITH_REGD_ARG -> thread 1'
has_line out '  2 threads more: 4                  ruled out            332  also with 3 of app; also with 2 of cpufreq'
has out 'policy mainline                    ruled out '
has explained.html '"noReturn":{"step":6,"task":0,"rescues":["app.1","cpufreq"]}'
expect 0 explain supp.yaml "$schedule" --client cpufreq --json
has out '"client":"cpufreq"'
has out '"step":6,"task":"app.0"'
longer=$("$TEEQ" explore supp.yaml --client cpufreq --policy untracked --search depth |
	sed -n "s/^replay: teeq replay supp.yaml '\(.*\)'$/\1/p")
expect 0 shrink supp.yaml "$longer" --client cpufreq
has_line out 'none that ends so is shorter'
sed -n "s/^replay: teeq replay supp.yaml '\(.*\)'$/\1/p" out >shrunk
expect 0 explain supp.yaml @shrunk --client cpufreq
expect 0 shrink supp.yaml "$longer" --client cpufreq --json
has out '"client":"cpufreq"'
# Another client, which the failure does not need, is left out; and the one that is asked about never.
sed 's/^faults:/  other: {do: [{lock: m}, {unlock: m}]}\nlocks: [m]\nfaults:/' supp.yaml >more.yaml
longer=$("$TEEQ" explore more.yaml --client cpufreq --policy untracked |
	sed -n "s/^replay: teeq replay more.yaml '\(.*\)'$/\1/p")
expect 0 shrink more.yaml "$longer" --client cpufreq --clients --out fewer.yaml
has out 'left out: other (5 of 6 tasks stay)'
has_line fewer.yaml '    cpufreq: deadlock'
expect 0 check fewer.yaml
# A failure of others is none of it.
others=$("$TEEQ" explore supp.yaml --client app | sed -n "s/^replay: teeq replay supp.yaml '\(.*\)'$/\1/p")
expect 0 explain supp.yaml "$others" --client app
refuse 'the schedule ends in done of client cpufreq after ' explain supp.yaml "$others" --client cpufreq
refuse 'the schedule ends in done of client cpufreq after ' shrink supp.yaml "$others" --client cpufreq
# In a loop that others make, either.
cp "$SOURCE_DIR/examples/scenarios/v4-release-window.yaml" loop.yaml
loop=$("$TEEQ" explore loop.yaml --policy v4 | sed -n "s/^replay: teeq replay loop.yaml '\(.*\)'$/\1/p")
expect 0 explain loop.yaml "$loop" --client closer
has out 'livelock'
refuse 'the schedule ends in done of client owner after ' explain loop.yaml "$loop" --client owner
refuse "has no client 'cpufre': did you mean cpufreq?" explain supp.yaml "$others" --client cpufre
refuse "has no client 'cpufre': did you mean cpufreq?" shrink supp.yaml "$others" --client cpufre

# A search about one client is none about all: a checkpoint does not go over.
expect 3 explore supp.yaml --client cpufreq --max-states 3 --checkpoint half
expect 2 explore supp.yaml --resume half
has err 'begins in another state'
expect 0 explore supp.yaml --client cpufreq --resume half

# In the file.
expect 0 check supp.yaml
has out 'supp.yaml  mainline    deadlock     deadlock '
has out 'supp.yaml  mainline    cpufreq: done  done '
has out 'supp.yaml  mainline    app: deadlock  deadlock '
has out '5 expectations, 5 ok, 0 failed; each was decided by exhaustive search'
sed 's/untracked: {cpufreq: deadlock}/untracked: {cpufreq: done}/' supp.yaml >wrong.yaml
expect 1 check wrong.yaml --policy untracked
sed -n 's/^ *see: //p' out >hint
status=0
eval "$(cat hint)" >out 2>err || status=$?
[ "$status" -eq 1 ] || fail "the hint does not show it: status $status"
sed 's/app: deadlock/app: done/; s/everybody: deadlock, //' supp.yaml >wrong.yaml
expect 1 check wrong.yaml --json --policy mainline
has out '"expected":"done","found":"deadlock"'
has out '"client":"app"'
sed 's/untracked: {cpufreq: deadlock}/mainline: deadlock/; s/cpufreq: done, app/cpufreq: deadlock, app/' supp.yaml >wrong.yaml
expect 2 check wrong.yaml
sed 's/cpufreq: done, app: deadlock/cpufreq: deadlock/' supp.yaml >wrong.yaml
expect 1 check wrong.yaml --policy mainline
has_line out '            see: teeq explore wrong.yaml --policy=mainline --client=cpufreq'
# Random schedules are asked the same question.
expect 1 check wrong.yaml --policy mainline --sample --sampled-ok --runs 200
has out 'mainline    cpufreq: deadlock  done                    sampled'

# What is printed is what was read.
expect 0 show supp.yaml
cp out shown.yaml
expect 0 check shown.yaml
has out '5 expectations, 5 ok'
expect 0 show shown.yaml
same out shown.yaml
exit 0
