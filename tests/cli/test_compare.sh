#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# teeq compare and teeq sweep.
. "$(dirname "$0")/_common.sh"
write_rpmb
write_nested

expect 0 compare rpmb.yaml
is_empty err
lines out 11
has_line out 'rpmb.yaml: scenario rpmb-scmi, 2 threads'
has_line out 'untracked   deadlock            9         1        3'
has_line out 'mainline    done                -         0        2'
expect 2 compare rpmb.yaml nested.yaml --policy mainline --client app
has err "there is no 'app' among them"
expect 0 compare rpmb.yaml --client app --policy untracked --policy mainline --json
lines out 2
has out '"policy":"untracked","client":"app","possible":true,"ruling":"still fails","verdict":"deadlock","steps":9'
has out '"threads":3,"waits":"no end","replay":"teeq replay rpmb.yaml '
has out '"policy":"mainline","client":"app","possible":true,"ruling":"ruled out","verdict":"done","steps":null,"stranded":0,"threads":2,"waits":10,"replay":null'
expect 3 compare rpmb.yaml --max-states 3 --policy mainline
has out '?'

# A lost wake-up is one step longer asleep than need be; with one task it cannot be kept waiting.
expect 0 compare nested.yaml --policy mainline --client k --json
has out '"verdict":"lost-wakeup"'
has out '"waits":"no end"'
expect 0 compare nested.yaml --policy repaired --client k --set clients.n.count=1 --json
grep -q '"waits":[0-9]' out || fail 'no number'
expect 0 compare nested.yaml --policy repaired --client n --set secure.threads=16 --json
has out '"waits":0'

# Each cell of a sweep is what a search of a file that says so finds.
expect 0 sweep rpmb.yaml --clients app=1..3 --threads 1..4 --policy untracked --policy mainline
is_empty err
lines out 7
has_line out 'policy      app  threads 1            2            3            4'
has_line out 'untracked     2          deadlock     deadlock     done         done'
has_line out 'mainline      3          deadlock     done         done         done'
cp out one
expect 0 sweep rpmb.yaml --clients app=1..3 --threads 1..4 --policy untracked --policy mainline --workers 4
same out one
expect 0 sweep rpmb.yaml --clients app=1..3 --threads 1..4 --policy untracked --csv
lines out 13
has_line out 'policy,clients.app.count,secure.threads,ruling,verdict,steps,states'
while IFS=, read -r policy app threads ruling verdict steps states; do
	[ "$policy" != policy ] || continue
	cp out table
	status=0
	"$TEEQ" explore rpmb.yaml --policy "$policy" --set "clients.app.count=$app" \
		--set "secure.threads=$threads" --json >one 2>/dev/null || status=$?
	case $ruling in
	'ruled out') [ "$status" -eq 0 ] ;;
	*) [ "$status" -eq 1 ] && grep -q "\"steps\":$steps," one ;;
	esac || fail "$policy $app $threads: $ruling, but status $status"
	grep -q "\"verdict\":\"$verdict\".*\"states\":$states," one || fail "$policy $app $threads"
done <out

expect 0 sweep rpmb.yaml --threads 1..2 --policy untracked --json
lines out 2
has out '"set":{"secure.threads":1},"ruling":"still fails","verdict":"deadlock"'
has out '"replay":"teeq replay --set secure.threads=1 rpmb.yaml '
expect 0 sweep rpmb.yaml --policy v1 --range secure.static-system=0..3
has_line out 'v1                               deadlock     done         deadlock     -'
expect 3 sweep rpmb.yaml --threads 2..2 --max-states 3
has out '?'
expect 0 sweep nested.yaml --threads 1..3 --client n
has_line out 'asked about client n, whatever becomes of the others'

refuse 'no combination is possible: rpmb.yaml:' sweep rpmb.yaml --range secure.thread=1..4
refuse 'no range is named' sweep rpmb.yaml
refuse 'name a file' sweep - --threads 1..2
refuse "--threads: 'x' is not a number" sweep rpmb.yaml --threads x
refuse "'1' is not a number from 3 to 100000" sweep rpmb.yaml --threads 3..1
refuse 'there is no such client' sweep rpmb.yaml --clients ap=1..2
refuse "'app' is not NAME=A..B" sweep rpmb.yaml --clients app
refuse 'more than 100000 combinations' sweep rpmb.yaml --range cpus=1..1000 --range secure.lost=0..1000
exit 0
