#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# json.sh COMPILER: what each command says with --driver and --json is what docs/schemas has of it; and questions about
# one client, whose answers stand there, too.
#
# environment: SOURCE_DIR, TEEQ
. "$SOURCE_DIR/tests/cli/_common.sh"
. "$SOURCE_DIR/tests/driver/_tree.sh"
python3 -c 'import jsonschema, yaml; jsonschema.Draft202012Validator' 2>/dev/null ||
	{ echo 'no python3-jsonschema or python3-yaml'; exit 77; }

prepare 6.12 "$1"
build driver.so

# say STATUS COMMAND OPERAND...: its lines are added to those of the command.
say()
{
	local status=$1 command=$2
	shift 2
	expect "$status" "$command" --driver "${driver:-driver.so}" --json "$@"
	cat out >>"$command.lines"
}

# One client is kept waiting by what another one does in vain, or it is not.
cat >clients.yaml <<'END'
teeq: 1
name: clients
secure: {threads: 2}
notifications: [never]
commands:
  quick: [{work: 1}]
  waits: [{wait: never}]
clients:
  good: {do: [{call: {command: quick}}]}
  bad: {do: [{call: {command: waits}}]}
expect:
  mainline: {everybody: deadlock, good: done, bad: deadlock}
END
sed 's/bad: deadlock/bad: done/' clients.yaml >wrong.yaml
sed 's/threads: 2/threads: 1/' clients.yaml >narrow.yaml
grep -v 'mainline' clients.yaml | sed 's/^expect:/expect: {v1: done}/' >nothing.yaml

expect 0 check --driver driver.so clients.yaml
has_line out '1 of 1 files ran: 3 as expected, 0 not, 0 undecided'
has out 'clients.yaml: done, as expected of mainline for good: all '
has out 'clients.yaml: deadlock, as expected of mainline for bad: found after '
expect 1 check --driver driver.so wrong.yaml
has out 'wrong.yaml: expected done of mainline for bad, found: deadlock after '
# With one thread the same client waits behind the other.
expect 1 check --driver driver.so narrow.yaml
has out 'narrow.yaml: expected done of mainline for good, found: deadlock after '
expect 0 explore --driver driver.so --client good clients.yaml
has out 'exhausted: good: no schedule fails in a way that is watched; '
expect 1 explore --driver driver.so --client bad clients.yaml
expect 2 explore --driver driver.so --client nobody clients.yaml
has err "clients.yaml has no client 'nobody'"
expect 2 run --driver driver.so --client good clients.yaml
# What is not asked has not run.
expect 2 check --driver driver.so nothing.yaml
has err 'nothing.yaml: expects nothing of mainline'
has_line out '0 of 1 files ran: 0 as expected, 0 not, 0 undecided'

wake=$corpus/system-absorbs.yaml
# Beside policies, each row as of a search of its own; what cannot be run is told why.
expect 1 explore --driver driver.so "$wake"
steps=$(sed -n 's/^lost-wakeup after \([0-9]*\) steps$/\1/p' out)
expect 0 compare --policy mainline --driver driver.so "$wake" "$corpus/argument-cache-both.yaml"
has out "linux-6.12  lost-wakeup        $steps         -        -"
has out 'linux-6.12  not possible: arguments.full: '
expect 0 compare --policy mainline --driver driver.so "$scenarios/removed-and-back.yaml"
has_line out 'mainline    not possible'
has out 'linux-6.12  done                -         -        -'
expect 3 compare --policy mainline --driver driver.so --max-states 20 "$corpus/close-last-session.yaml"
has out 'linux-6.12  ?                   -         -        -'
expect 2 compare --driver none.so "$wake"
expect 0 compare --policy mainline --driver driver.so --json "$wake" "$corpus/argument-cache-both.yaml"
grep '"driver":' out >compare.lines
lines compare.lines 2
command=$(sed -n 's/.*"replay":"teeq \(replay [^"]*\)".*/\1/p' compare.lines)
[ -n "$command" ] || fail 'no command that replays it'
status=0
eval "'$TEEQ' $command" >out 2>err || status=$?
[ "$status" -eq 1 ] || fail "'$command' ended with $status: $(cat err)"
say 1 run --runs 50 "$wake"
say 0 run --runs 2 --seed 1 "$scenarios/two-waves.yaml"
say 0 run "$scenarios/two-waves.yaml"
say 1 run --boot alone --remove end --starve --runs 1 "$scenarios/notified.yaml"
say 1 explore "$wake"
schedule=$(sed -n 's/.*"schedule":"\([^"]*\)".*/\1/p' out)
say 0 explore --client good --preemptions 1 clients.yaml
say 3 explore --max-states 3 "$wake"
say 0 explore --search schedules --preemptions 0 "$scenarios/two-waves.yaml"
say 1 replay "$wake" "$schedule"
say 0 check clients.yaml
say 1 check wrong.yaml "$wake"
say 3 check --max-states 20 --runs 5 "$corpus/close-last-session.yaml"
say 0 conform --runs 5 clients.yaml
say 1 conform --runs 50 --policy untracked "$wake"
say 0 explain --runs 50 "$wake" "$schedule"
say 0 shrink --runs 50 "$wake" "$schedule"
build threads.so --threads
driver=threads.so
say 0 stress --runs 3 "$scenarios/two-waves.yaml"
say 1 stress --runs 3 "$corpus/field-mmc-rpmb-ftpm.yaml"
for command in run replay explore check conform explain shrink stress compare; do
	python3 "$SOURCE_DIR/tests/cli/schema.py" output "driver-$command" <"$command.lines" 2>err ||
		fail "$command: $(cat err)"
done
