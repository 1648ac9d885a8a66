#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# On a terminal: what is long is paged, what is wide is broken, a long search says how far it is; and where it is
# no terminal nothing of that is seen.
. "$(dirname "$0")/_common.sh"
write_rpmb
write_nested

# Redirected, whatever the environment says.
expect 1 explore nested.yaml
cp out one
PAGER=false TEEQ_PAGER='sed s/^/paged:/' COLUMNS=20 expect 1 explore nested.yaml
same out one
expect 1 explore nested.yaml --no-pager
same out one

command -v tmux >/dev/null || { echo 'no tmux: no terminal was looked at' >&2; exit 77; }
tmux=(true)
servers=0
trap '"${tmux[@]}" kill-server 2>/dev/null; rm -rf "$scratch"' EXIT

# terminal COLUMNS LINES COMMAND: a shell's command there; the terminal stays. A server each: one that is about
# to end takes no session more.
terminal()
{
	"${tmux[@]}" kill-server 2>/dev/null
	servers=$((servers + 1))
	tmux=(tmux -S "$scratch/$servers" -f /dev/null)
	"${tmux[@]}" new-session -d -x "$1" -y "$2" \
		"unset PAGER TEEQ_PAGER LESS; TERM=screen; export TERM; $3; echo \"status \$?\"; sleep 1000"
}

# seen TEXT [SECONDS]: it comes to stand there.
seen()
{
	for ((i = 0; i < 10 * ${2:-30}; i++)); do
		"${tmux[@]}" capture-pane -p >out 2>err
		grep -qF -- "$1" out && return
		sleep 0.1
	done
	fail "not on the screen: $1"
}

# Broken between words, below the cell; a command is not.
terminal 60 60 'teeq explore nested.yaml --no-pager'
seen 'status 1'
has_line out '  k waits for a wake, which its own call outer absorbed'
has_line out '    without being asleep'
has_line out '  k    call outer   active, system, admitted, completion'
has_line out '                    done'
has_line out 'search breadth-first, symmetry on, reduction on, 64-bit'
has_line out '  fingerprints'
terminal 60 60 'teeq explore rpmb.yaml --policy untracked --no-pager'
seen 'status 1'
has_line out "replay: teeq replay rpmb.yaml 'teeq:1:untracked:8da46296706f"
# JSON and scenarios are for others.
terminal 60 60 'teeq explore nested.yaml --json | cat; teeq lint rpmb.yaml --json --no-pager'
seen 'status 0'
has_line out '{"file":"rpmb.yaml","policy":"mainline","warnings":[]}'
terminal 40 60 'teeq show rpmb.yaml --no-pager >shown; teeq show rpmb.yaml --no-pager'
seen 'status 0'
[ "$(grep -c '^  *[a-z]' out)" -ge 5 ] || fail 'no scenario'

# Tables are laid out for it.
terminal 84 40 'teeq check rpmb.yaml nested.yaml --no-pager'
seen 'status 0'
has_line out 'rpmb.yaml'
has_line out 'mainline    done         done         exhausted        14           -  ok'
terminal 120 40 'teeq check rpmb.yaml nested.yaml --no-pager'
seen 'status 0'
has_line out 'rpmb.yaml    mainline    done         done                    exhausted        14           -  ok'
terminal 60 40 'teeq sweep rpmb.yaml --threads 1..5 --policy mainline --no-pager'
seen 'status 0'
has_line out 'policy      threads 1            2            3'
has_line out 'policy      threads 4            5'
terminal 80 40 'teeq run nested.yaml --seed 6 --trace text --no-pager'
seen 'status 1'
has_line out '  step  task  free sys list  k          n'
terminal 40 60 'teeq run nested.yaml --seed 6 --trace text --no-pager'
seen 'status 1'
has_line out '  step  task  free sys list'

# Paged, where it is longer than the screen; whoever leaves is back in the shell.
if command -v less >/dev/null; then
	terminal 100 12 'teeq explore nested.yaml'
	seen 'lost-wakeup after 8 steps'
	lacks out 'status'
	"${tmux[@]}" send-keys G
	seen 'ends: lost-wakeup 1'
	lacks out 'status'
	"${tmux[@]}" send-keys q
	seen 'status 1'
	terminal 100 12 'teeq explore nested.yaml'
	seen 'lost-wakeup after 8 steps'
	"${tmux[@]}" send-keys C-c
	sleep 0.2
	"${tmux[@]}" send-keys q
	seen 'status 1'
	terminal 100 60 'teeq explore nested.yaml'
	seen 'status 1'
	terminal 100 12 'teeq explore --help'
	seen 'usage: teeq explore'
	"${tmux[@]}" send-keys q
	seen 'status 0'
else
	echo 'no less: nothing was paged by it' >&2
fi
terminal 100 60 "PAGER=false TEEQ_PAGER='sed s/^/paged:/' teeq policies; PAGER='sed s/^/paged:/' teeq show rpmb.yaml"
seen 'status 0'
has_line out 'paged:name: rpmb-scmi'
# Who leaves it early changes neither the status nor what is written.
for pager in true true true 'head -n 1'; do
	terminal 100 60 "TEEQ_PAGER='$pager' teeq check rpmb.yaml nested.yaml --junit units.xml --sarif found.json"
	seen 'status 0'
	grep -q '</testsuites>' units.xml || fail "$pager: no --junit"
	grep -q '"version": "2.1.0"' found.json || fail "$pager: no --sarif"
	rm units.xml found.json
	terminal 100 60 "TEEQ_PAGER='$pager' teeq run nested.yaml --seed 6 --trace text"
	seen 'status 1'
done
for none in 'TEEQ_PAGER= PAGER=false teeq' 'TEEQ_PAGER=/tmp teeq' 'PAGER=cat teeq' 'PAGER=/nowhere/less teeq' 'TERM=dumb PAGER=false teeq'; do
	terminal 100 60 "$none show rpmb.yaml"
	seen 'status 0'
	has_line out 'name: rpmb-scmi'
done
terminal 100 60 "PAGER=false teeq show rpmb.yaml --no-pager"
seen 'status 0'
has_line out 'name: rpmb-scmi'

# A search of millions of states: a bar, and when fewer wait than before an estimate; and it can be interrupted.
terminal 80 12 'teeq explore rpmb.yaml --set clients.app.count=8 --set secure.threads=3 --no-reduction'
seen '%, '
seen ' s more at this pace' 600
grep -qE '^\[#+ *\] +[0-9]+%, [0-9]+ s more at this pace, [0-9]+ states' out || fail 'not the line of a search'
"${tmux[@]}" send-keys C-c
seen 'status 3'
lacks out '%, '
exit 0
