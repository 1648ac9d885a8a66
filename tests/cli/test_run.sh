#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# teeq run and teeq replay: verdicts and exit statuses, and that what was found is found again.
. "$(dirname "$0")/_common.sh"
write_rpmb
write_nested
write_violation

hash_of()
{
	sed -n 's/.*event hash \([0-9a-f]\{16\}\)$/\1/p' "$1"
}

# A run that finishes: the header, one line, no more.
expect 0 run rpmb.yaml
is_empty err
lines out 3
grep -q '^scenario rpmb-scmi, policy mainline, strategy round-robin, model [0-9a-f]\{16\}$' out ||
	fail 'no header'
has_line out 'session scmi asked to be a system session: granted'
grep -q '^done after 25 steps, event hash [0-9a-f]\{16\}$' out || fail 'no verdict'
lacks out replay

# A deadlock, explained.
expect 1 run rpmb.yaml --policy untracked --seed 1
has out 'strategy random, seed 1,'
has_line out 'session scmi asked to be a system session: refused, -EINVAL'
has out 'deadlock after 9 steps'
has_line out 'Exhaustion: no thread is free.'
has_line out '  app.0 waits for lock emmc, which app.1 holds'
has_line out "  app.1 waits for a thread: thread 1 is held by app.0's call storage-write, suspended in its RPC"
has_line out '   0  SUSPENDED  app.1    call storage-write'
has_line out '  >app.1   nested call regulator-on  asleep'
cp out found

# The printed command does the same again, word for word in what it reports.
replay=$(sed -n 's/^replay: //p' found)
[ -n "$replay" ] || fail 'no replay command'
status=0
eval "$replay" >out 2>err || status=$?
[ "$status" -eq 1 ] || fail "$replay: status $status"
has out 'scenario rpmb-scmi, policy untracked, replay of 9 steps, model '
sed 1d found >one
sed 1d out >two
same one two

# So does one whose file's name a shell would trip over.
awkward="-a b'c\$d;.yaml"
cp rpmb.yaml "./$awkward"
expect 1 run --policy untracked --seed 1 -- "$awkward"
replay=$(sed -n 's/^replay: //p' out)
status=0
eval "$replay" >out 2>err || status=$?
[ "$status" -eq 1 ] || fail "$replay: status $status"
grep -v '^replay: ' out >one
sed 1d one >three
grep -v '^replay: ' two >four
same three four

# A schedule as an argument of run, in a file, with comments and on several lines.
schedule=$(sed -n "s/.*'\(teeq:1:.*\)'\$/\1/p" found)
printf '# found by seed 1\n\n%s\n  # the end\n' "${schedule// app/$'\n'app}" >schedule
for way in "run rpmb.yaml --schedule @schedule" "replay rpmb.yaml @schedule"; do
	# shellcheck disable=SC2086
	expect 1 $way
	sed 1d out >one
	same one two
done
expect 1 run rpmb.yaml --schedule "$schedule" --policy untracked
refuse 'made under policy untracked, --policy is v9' replay rpmb.yaml "$schedule" --policy v9
refuse 'made under policy untracked, --policy is v9' run rpmb.yaml --schedule "$schedule" --policy v9

# Half of a schedule is a run that could go on.
expect 3 replay rpmb.yaml "${schedule% *}"
has out 'limit after 8 steps'
has out 'Tasks could still move: nothing is claimed.'
expect 3 replay rpmb.yaml "${schedule%% *}"
has out 'limit after 0 steps'

# One that does not fit stops at the first step that does not, and says what would have.
expect 1 replay rpmb.yaml "$schedule app.1"
has err 'app.1'
lines err 1
refuse 'schedule' replay rpmb.yaml "$schedule app.2"
refuse 'schedule' replay nested.yaml "$schedule"
refuse 'schedule' replay rpmb.yaml nonsense
refuse 'schedule' replay rpmb.yaml ''
refuse 'schedule' replay rpmb.yaml 'teeq:2:untracked:0 app.0'
refuse 'not built in' replay rpmb.yaml 'teeq:1:other:0123456789abcdef app.0'
refuse 'missing: No such file' replay rpmb.yaml @missing
refuse 'Is a directory' replay rpmb.yaml @/
printf 'teeq:1:untracked\0' >nul
refuse 'NUL byte' replay rpmb.yaml @nul
if [ -r /dev/zero ]; then
	refuse 'longer than 67108864 bytes' replay rpmb.yaml @/dev/zero
fi

# A lost wake-up, a violation, a limit.
expect 1 run nested.yaml --seed 6
has out 'lost-wakeup after 8 steps'
has_line out "Lost wake-up: thread 1 is free, and k's nested call would get it if somebody woke it;"
has_line out "the wake was absorbed by k's call outer, which does not sleep."
grep -q '^  k  *call outer  *active, system, admitted, completion done$' out ||
	fail 'the absorber is not in the list'
expect 1 run violation.yaml
has out 'violation after 1 step,'
has out 'broken: a task unlocked a mutex that it does not hold'
has out "replay: teeq replay violation.yaml 'teeq:1:mainline:"
expect 3 run rpmb.yaml --steps 5
has out 'limit after 5 steps'
lacks out replay:
expect 0 run rpmb.yaml --steps 25
expect 3 run rpmb.yaml --steps 24

# Twice the same is said so, also of many runs and of a replay.
for arguments in 'run rpmb.yaml --check' 'run rpmb.yaml --runs 50 --check'; do
	# shellcheck disable=SC2086
	expect 0 $arguments
	has_line err 'deterministic: two runs, equal hashes'
done
expect 1 replay rpmb.yaml "$schedule" --check
has_line err 'deterministic: two runs, equal hashes'
expect 1 run nested.yaml --seed 6 --check
has_line err 'deterministic: two runs, equal hashes'

# The trace: a head, one line a step, no blanks at the ends of lines.
expect 1 run rpmb.yaml --policy untracked --seed 1 --trace text
! grep -q ' $' out || fail 'blanks at the end of a line'
has_line out '  step  task   free sys list  app.0                                   app.1'
has_line out '     3  app.0     -   -    2  smc: CALL_WITH_REGD_ARG -> thread 1'
has out ' > smc: ETHREAD_LIMIT'
[ "$(grep -c '^ *[0-9][0-9]*  app' out)" -eq 9 ] || fail 'not a line for each step'
[ "$(hash_of out)" = "$(hash_of found)" ] || fail 'a trace changes the event hash'

# Many runs.
expect 1 run rpmb.yaml --policy untracked --runs 200
has out 'scenario rpmb-scmi, policy untracked, strategy random, seeds from 1, model '
grep -q '^done  *[0-9]*  *[0-9]*\.[0-9][0-9]%  [0-9]*$' out || fail 'no row for done'
grep -q '^deadlock  *[0-9]*  *[0-9]*\.[0-9][0-9]%  1$' out || fail 'no row for deadlock'
awk '$1 == "done" || $1 == "deadlock" { n += $2 } END { exit n != 200 }' out ||
	fail 'the rows do not add up'
grep -q '^200 runs, [0-9]* actions, event hash [0-9a-f]\{16\}$' out || fail 'no sum'
hint=$(sed -n 's/^first deadlock: //p' out)
status=0
eval "$hint" >out 2>err || status=$?
[ "$status" -eq 1 ] || fail "$hint: status $status"
sed 1d out >one
sed 1d found >two
same one two

expect 0 run rpmb.yaml --runs 200
has out '100.00%'
lacks out first\ d
cp out one
expect 0 run rpmb.yaml --runs 200
same out one
expect 0 run rpmb.yaml --runs 200 --seed 201
[ "$(hash_of out)" != "$(hash_of one)" ] || fail 'other seeds give the same hash'
expect 3 run rpmb.yaml --runs 5 --steps 3
has out 'first limit: teeq run rpmb.yaml --policy=mainline --seed=1 --steps=3'
expect 0 run rpmb.yaml --runs 3 --strategy round-robin

# Several workers print what one does, to the byte.
expect 1 run rpmb.yaml --policy untracked --runs 3000
cp out one
expect 1 run rpmb.yaml --policy untracked --runs 3000 --workers 3
same out one
refuse '--workers: one run has one worker' run rpmb.yaml --workers 2
refuse "--workers: '65' is not a number from 1 to 64" run rpmb.yaml --runs 9 --workers 65
expect 1 run rpmb.yaml --policy untracked --runs 30 --strategy pct
hint=$(sed -n 's/^first deadlock: //p' out)
case $hint in
'teeq run rpmb.yaml --policy=untracked --strategy=pct --seed='*) ;;
*) fail "another hint: $hint" ;;
esac
status=0
eval "$hint" >out 2>err || status=$?
[ "$status" -eq 1 ] || fail "$hint: status $status"
has out ', strategy pct, seed '

# What has nothing to do with a shortage is not behind it.
cat >apart.yaml <<-END
	teeq: 1
	name: apart
	secure: {threads: 1, lost: 1}
	supplicant: {threads: 1}
	clients:
	  app: {do: [{call: {}}]}
	  init: {do: [{start: tee-supplicant}]}
END
expect 1 run apart.yaml
has_line out 'Exhaustion: no thread is free.'
has out 'init waits to start tee-supplicant: it runs already'
lacks out 'Behind it'

# Seeds end at 2^64 - 1: what would begin anew there is refused.
expect 0 run rpmb.yaml --runs 2 --seed 18446744073709551614
has out '2 runs, '
refuse 'seeds from 18446744073709551614 on end at 18446744073709551615, before 3 runs' \
	run rpmb.yaml --runs 3 --seed 18446744073709551614
refuse 'seeds from 18446744073709551615 on end at 18446744073709551615, before 2 rounds' \
	stress rpmb.yaml --rounds 2 --seed 18446744073709551615

# interrupt ARGUMENT...: begin it, and interrupt it as soon as it is ready for that.
interrupt()
{
	local caught

	"$TEEQ" "$@" >out 2>err </dev/null &
	until [ "$(cat /proc/$!/comm)" = teeq ] &&
		caught=$(sed -n 's/^SigCgt:[[:space:]]*//p' /proc/$!/status) &&
		[ $((0x$caught & 1 << 14)) -ne 0 ]; do
		:
	done
	kill -TERM $!
	status=0
	wait $! || status=$?
}

# What was made until then is told, and that it is not all.
interrupt run rpmb.yaml --runs 18446744073709551615
[ $status -eq 3 ] || fail "interrupted: status $status"
grep -q '^done  *[1-9][0-9]*  100.00%  1$' out || fail 'no tally of the runs so far'
grep -q '^interrupted: of the other 1844674[0-9]* runs nothing is claimed$' out ||
	fail 'not that it was interrupted'
interrupt run rpmb.yaml --runs 18446744073709551615 --json
[ $status -eq 3 ] || fail "interrupted: status $status"
has out '"interrupted":true'
# A deadlock that was met stays one.
interrupt run rpmb.yaml --policy untracked --runs 18446744073709551615 --strategy round-robin
grep -q '^interrupted: ' out || fail 'not that it was interrupted'

exit 0
