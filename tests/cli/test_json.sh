#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What programs read: one JSON object for the result, one more for each event.
. "$(dirname "$0")/_common.sh"
write_rpmb
write_nested
write_violation

# Every line is a JSON object; a reader that is not ours confirms it where there is one.
valid()
{
	! grep -qv '^{".*}$' out || fail 'a line is not an object'
	command -v python3 >/dev/null || return 0
	python3 -c 'import json, sys
for line in sys.stdin:
    json.loads(line)' <out || fail 'not JSON'
}

expect 0 run rpmb.yaml --json
lines out 1
valid
is_empty err
has out '"scenario":"rpmb-scmi","policy":"mainline","strategy":"round-robin"'
has out '"system_sessions":[{"session":"scmi","answer":0}]'
has out '"verdict":"done","steps":25'
has out '"violation":null'
has out '"replay":null'
has out '"stuck":[],"edges":[],"cycle":[]'
has out '"schedule":"teeq:1:mainline:'

expect 1 run rpmb.yaml --policy untracked --seed 1 --json
lines out 1
valid
has out '"seed":"1"'
has out '"system_sessions":[{"session":"scmi","answer":-22}]'
has out '"verdict":"deadlock","steps":9'
has out '"stuck":[{"task":"app.0","level":1,"at":"lock","object":"emmc"},{"task":"app.1","level":1,"at":"wait"'
has out '{"waiter":{"task":"app.0","level":1},"waits_for":"lock","object":"emmc","context":null,"holder":{"task":"app.1"'
has out '"text":"app.0 waits for lock emmc, which app.1 holds"'
has out '"cycle":[0,2],"knot":[],"exhausted":true,"lost_wakeup":false'
has out '{"context":1,"state":"suspended","lost":false,"owner":{"task":"app.0","level":0},"command":"storage-write"}'
has out '{"task":"app.1","level":1,"command":"regulator-on","system":false,"done":false,"admitted":true,"asleep":true}'
cp out one
expect 1 run rpmb.yaml --policy untracked --seed 1 --json
same out one

expect 1 run nested.yaml --seed 6 --json
valid
has out '"verdict":"lost-wakeup"'
has out '"waits_for":"wake"'
has out '"lost_wakeup":true'
expect 1 run violation.yaml --json
valid
has out '"violation":"a task unlocked'
expect 3 run rpmb.yaml --steps 2 --json
valid
has out '"verdict":"limit","steps":2'

# What surrounds the queue, where the scenario has it, and only there.
has out '"queue":{'
lacks out '"supplicant"'
lacks out '"secure_locks"'
cat >hang.yaml <<'END'
teeq: 1
name: hang
secure: {threads: 2, locks: [fs]}
supplicant: {threads: 0}
commands:
  c: [{lock: fs}, {rpc: f}, {unlock: fs}]
services:
  f: {by: supplicant}
clients:
  app: {count: 2, do: [{call: {command: c}}]}
END
expect 1 run hang.yaml --strategy round-robin --trace json
valid
has out '"touch":{"what":"take","object":"fs"}'
has out '"object":null,"result":0,"rpc":"notification-wait","key":65,"touch":{"what":"taken","object":"fs"}'
has out '"action":"request","outcome":"ok","context":0,"system":false,"command":"c","object":"f"'
has out '"stuck":[{"task":"app.0","level":0,"at":"reply","object":"f"},{"task":"app.1","level":0,"at":"notif-wake"'
has out '"waits_for":"supplicant","object":"f","context":null,"holder":null'
has out '"waits_for":"secure-lock","object":"fs","context":0,"holder":{"task":"app.0","level":0}'
has out '"secure_locks":[{"lock":"fs","kind":"mutex","written":true,"readers":0,"holders":[{"task":"app.0","level":0,"context":0,"count":1}],"waiters":[{"context":1,"condition":null,"read":false,"chosen":false}]}]'
has out '"supplicant":{"state":"absent","requests":[{"task":"app.0","service":"f","state":"queued","ahead":0,"server":null}]}'

# Each guest has a tee-supplicant of its own.
sed -e 's/^name: hang/name: guests/' -e 's/^supplicant:.*/supplicant: {threads: 1}/' \
	-e 's/^secure:.*/guests: {a: {}, b: {supplicant: false}}\n&/' \
	-e 's/{count: 2, /{guest: b, count: 2, /' hang.yaml >guests.yaml
expect 1 run guests.yaml --strategy round-robin --json
valid
has out '"supplicant":"runs"},{"guest":"b",'
has out '"supplicant":"absent"}]'
has out '"supplicant":{"state":"runs","requests":['

# A trace in JSON makes everything JSON: events first, then the result.
expect 1 run rpmb.yaml --policy untracked --seed 1 --trace json
lines out 10
valid
has out '{"step":3,"task":"app.0","level":0,"action":"smc","outcome":"taken","context":1,'
has out '"call":["0x32000013",'
has out '"text":"smc: CALL_WITH_REGD_ARG -> thread 1"}'
tail -n 1 out >two
same one two

expect 1 run nested.yaml --seed 6 --trace json
has out '"woken":[{"task":"k","level":0}],"woken_count":1'

# Replays and many runs.
schedule=$(sed -n 's/.*"schedule":"\([^"]*\)".*/\1/p' one)
expect 1 replay rpmb.yaml "$schedule" --json
valid
has out '"strategy":"replay"'
has out '"verdict":"deadlock","steps":9'
expect 1 run rpmb.yaml --policy untracked --runs 100 --json
lines out 1
valid
has out '"runs":100,"actions":'
has out '"verdicts":{"done":{"runs":'
has out '"deadlock":{"runs":'
has out '"first_seed":"1"}'

# A path is any bytes; JSON is not.
cp rpmb.yaml $'\xff.yaml'
expect 1 run $'\xff.yaml' --policy untracked --seed 1 --json
valid
has out $'"replay":"teeq replay \'\xef\xbf\xbd.yaml\' \'teeq:1:untracked:'

# Every subcommand speaks JSON, says so, and has an example below: the list is the command's own.
example() # COMMAND: into $words
{
	case $1 in
	run | explore | check | show | minimum | compare | lint) words=(rpmb.yaml) ;;
	new) words=(board) ;;
	sweep) words=(rpmb.yaml --threads 1..2) ;;
	merge)
		"$TEEQ" check rpmb.yaml --shard 1/1 --json >part
		words=(part)
		;;
	replay | shrink | explain) words=(nested.yaml "$failing") ;;
	conform) words=("$SOURCE_DIR/tests/recordings/linux-6.12.jsonl") ;;
	stress) words=(rpmb.yaml --rounds 2) ;;
	policies) words=() ;;
	diagnose) words=("$SOURCE_DIR/tests/field/logs/shutdown-5.15.log") ;;
	trace) words=("$SOURCE_DIR/tests/field/traces/tracefs.txt") ;;
	*) fail "no example of $1" ;;
	esac
}
status=0
"$TEEQ" run nested.yaml --seed 6 --json >out || status=$?
[ "$status" -eq 1 ] || fail "the example does not fail: status $status"
failing=$(sed -n 's/.*"schedule":"\([^"]*\)".*/\1/p' out)
expect 0 --help
# What driver makes is a file; tests/driver/tree.sh reads what it says. Who steps reads lines.
commands=$(sed -n '/^commands:$/,/^$/s/^  \([a-z][a-z-]*\)  *[a-z].*/\1/p' out | grep -vxE 'help|driver|step')
[ "$(echo "$commands" | wc -l)" -ge 10 ] || fail 'the list of commands was not read'
for command in $commands; do
	expect 0 "$command" --help
	grep -q '^  --json ' out || fail "$command --help does not name --json"
	example "$command"
	status=0
	"$TEEQ" "$command" "${words[@]}" --json >out 2>err </dev/null || status=$?
	[ "$status" -le 1 ] || fail "$command --json: status $status: $(cat err)"
	[ -s out ] || fail "$command --json: nothing"
	valid
done
exit 0
