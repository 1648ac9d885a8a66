#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Stepping through runs: by scripts, by lines, and on a screen of tmux.
. "$(dirname "$0")/_common.sh"
write_rpmb
write_nested
write_violation

# script STATUS COMMAND...: a session of rpmb.yaml under untracked.
script()
{
	local wanted=$1
	shift
	printf '%s\n' "$@" >commands
	expect "$wanted" step rpmb.yaml --policy untracked --script commands
}

# The state and what comes next, and a step of each.
script 0 show 'move app.0 4' show
has_line out 'step 0 of 0'
has_line out '  app.1      next: enter storage-write: admitted'
has_line out '    1  app.0  smc: CALL_WITH_REGD_ARG -> thread 0'
has_line out '  lock emmc  held by app.0'
has_line out '  thread 0   suspended: app.0 storage-write'
# It goes as a run of the same schedule does.
expect 1 run rpmb.yaml --policy untracked --seed 1
schedule=$(sed -n "s/^replay: teeq replay rpmb.yaml '\(.*\)'$/\1/p" out)
sed '/^replay:/d; 1,/^$/d' out >report
printf '%s\n' end report schedule 'save saved' >commands
expect 0 step rpmb.yaml "$schedule" --script commands
has_line out 'step 9 of 9: deadlock'
has_line out "$schedule"
has_line out "9 steps saved: teeq replay rpmb.yaml @saved"
grep -qF 'app.0 waits for lock emmc' out || fail 'no report'
expect 1 replay rpmb.yaml @saved
sed '/^replay:/d; 1,/^$/d' out >again
same report again

# Back, and another way: what lay ahead is dropped.
printf '%s\n' end lost 'move app.1 4' run 'expect verdict done' 'goto 3' 'forward 2' 'back 4' 'expect step = 1' cut \
	'expect not app.0 finished and app.1 enabled' >commands
expect 0 step rpmb.yaml @saved --script commands
has out 'Step 3, by app.0: whatever comes behind it fails; there app.1 could have moved instead'
has_line out 'step 3 of 9'
has_line out 'step 1 of 1'

# Changes of an object, both ways.
printf '%s\n' 'next lock emmc' 'expect step = 6 and lock emmc is held by app.1' 'next thread 1' \
	'expect step = 9' 'previous emmc' 'expect step = 6' 'previous emmc' >commands
expect 2 step rpmb.yaml @saved --script commands
has_line err 'teeq: commands:7: emmc does not change before this'

# Breakpoints: on an action, on a condition, on a change.
script 0 'break any does smc thread-limit' 'break lock emmc changes' breaks run 'expect lock emmc is held' run run \
	'expect verdict deadlock'
has_line out 'breakpoint 2: lock emmc changes'
has_line out 'breakpoint 1: any does smc thread-limit'
script 0 'break app.1 finished' 'delete 1' breaks 'run random 3'
has_line out 'no breakpoints'
cat >commands <<-'END'
	break free = 0
	run random 7
	expect free = 0
	break k asleep
	run
	expect not k enabled and k blocked
END
expect 0 step nested.yaml --set secure.threads=1 --script commands
expect 2 step nested.yaml --script commands --set secure.threads=0
# It stands on what is broken, and nobody moves.
printf '%s\n' 'move a' 'expect verdict violation' 'move a' >commands
expect 2 step violation.yaml --script commands
has out 'step 1 of 1: violation: '
has err 'teeq: commands:3: a cannot move at step 1'

# What does not hold, and what is wrong, is told with its line.
script 1 '# a comment' '' 'expect app.1 asleep'
has_line err "teeq: commands:3: expected 'app.1 asleep' at step 0 of 0"
while IFS='|' read -r command message; do
	script 2 "$command"
	has_line err "teeq: commands:1: $message"
done <<'END'
mvoe app.0|unknown command 'mvoe': did you mean move?
move|move: something is missing; 'help' says what it takes
move app.0 1 2|move: that is too much; 'help' says what it takes
move app.7|there is no task 'app.7'
move app.0 x|'x' is not a number
back 3|0 steps are made
forward|the schedule has 0 more steps
goto 1|the schedule has 0 steps
lost|the schedule does not end in a failure
next lock x|there is no object 'lock x'; 'show' lists them
next app.0|app.0 does not change again in this schedule
break free|'free' is no condition: 'free = 0', 'app.0 asleep', 'any does smc', 'lock l is held', 'queue changes' are some
break fre = 0|'fre' is not free, waiters, system, threads or step
break free == 0|'==' is not =, !=, <, <=, > or >=
break free = x|'x' is not a number from 0 to 999999999
break app.0 sleepy|'sleepy' is not enabled, asleep, blocked, started, finished, killed, frozen or changes
break app.0 does jump|'jump' is no action
break app.0 does smc well|'well' is no outcome
break lock emmc is taken|'taken' is not free or held
break queue is free|'free' is not asked for with 'is' here
break verdict good|'good' is no verdict
delete 1|there is no breakpoint 1
expect queue changes|a change is no matter of one state: 'break' takes it
run quickly|'quickly' is not round-robin, random or pct
END
script 2 'save rpmb.yaml'
lines err 1
has err 'is the same file as'
script 2 'save commands'
has err 'commands: is the same file as commands, which is not written over'
script 2 'save -'
has err 'not to standard output'
refuse 'commands have to come from the file of a --script' step -
refuse 'no-such-file: No such file' step rpmb.yaml --script no-such-file
refuse 'one FILE is needed, not 0 arguments' step
expect 1 step rpmb.yaml "${schedule%% *} app.0*90"
has err "of the schedule: app.0 cannot move there"

# Lines where there is no screen: wrong ones are told, and it goes on.
printf 'mvoe\nmove app.0\nquit\n' | "$TEEQ" step rpmb.yaml >out 2>err || fail 'lines do not work'
has out "step> unknown command 'mvoe': did you mean move?"
has out '    0  app.0  enter storage-write: admitted'
is_empty err

# On a screen.
command -v tmux >/dev/null || { echo 'no tmux: the screen was not looked at' >&2; exit 77; }
tmux=(true)
trap '"${tmux[@]}" kill-server 2>/dev/null; rm -rf "$scratch"' EXIT

# seen TEXT: it comes to stand there.
seen()
{
	for ((i = 0; i < 200; i++)); do
		"${tmux[@]}" capture-pane -p >out 2>err
		grep -qF -- "$1" out && return
		sleep 0.1
	done
	fail "not on the screen: $1"
}

# A server each: one that is about to end takes no session more.
for term in screen vt100 ansi; do
	tmux=(tmux -S "$scratch/$term" -f /dev/null)
	"${tmux[@]}" new-session -d -x 80 -y 24 "TERM=$term '$TEEQ' step rpmb.yaml @saved; echo status \$?; sleep 100"
	seen 'rpmb-scmi, untracked: step 0 of 9'
	seen '>* app.0      next: enter storage-write: admitted'
	# What keys send that have names is a matter of the terminal: here, tmux's own.
	if [ "$term" = screen ]; then end=End down=Down; else end='$' down=j; fi
	"${tmux[@]}" send-keys "$end"
	seen 'step 9 of 9: deadlock'
	"${tmux[@]}" send-keys l
	seen '3  app.0  smc: CALL_WITH_REGD_ARG -> thread 1  (ahead)'
	"${tmux[@]}" send-keys "$down" Enter
	seen 'step 4 of 4'
	seen '>* app.1      next: lock emmc'
	# Another size: rows and text fit it.
	"${tmux[@]}" resize-window -x 50 -y 12
	seen '>* app.1      next: lock emmc'
	"${tmux[@]}" send-keys +
	seen 'break:'
	"${tmux[@]}" send-keys 'lock emmc is free' Enter
	seen 'breakpoint 1: lock emmc is free'
	"${tmux[@]}" send-keys Enter Enter Enter c
	seen 'is free; step 1'
	"${tmux[@]}" send-keys c c
	seen 'step 25 of 25: done'
	"${tmux[@]}" send-keys '?'
	seen 'choose a row'
	"${tmux[@]}" send-keys x
	seen 'step 25 of 25: done'
	"${tmux[@]}" send-keys :
	seen 'command:'
	"${tmux[@]}" send-keys 'goto 5' Enter
	seen 'step 5 of 25'
	"${tmux[@]}" send-keys q
	seen 'status 0'
	"${tmux[@]}" kill-server
done
# A terminal that can only scroll.
tmux=(tmux -S "$scratch/dumb" -f /dev/null)
"${tmux[@]}" new-session -d -x 80 -y 24 "TERM=dumb '$TEEQ' step rpmb.yaml @saved; sleep 100"
seen 'step>'
"${tmux[@]}" send-keys 'goto 9' Enter
seen 'step 9 of 9: deadlock'
exit 0
