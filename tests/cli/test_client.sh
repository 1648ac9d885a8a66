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
