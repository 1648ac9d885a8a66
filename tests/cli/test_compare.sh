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
expect 2 compare rpmb.yaml --client nobody
is_empty out
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

# What was decided is kept at once, and not searched again: of whatever was cut, too.
rm -f kept
expect 0 sweep rpmb.yaml --clients app=1..3 --threads 1..4 --policy untracked
cp out table
expect 0 sweep rpmb.yaml --clients app=1..2 --threads 1..4 --policy untracked --resume kept
lines kept 8
head -n 3 kept >cut
head -c 40 kept >>cut
expect 0 sweep rpmb.yaml --clients app=1..3 --threads 1..4 --policy untracked --resume cut --workers 2
same out table
lines cut 12
sort cut >one
expect 0 sweep rpmb.yaml --clients app=1..3 --threads 1..4 --policy untracked --resume kept
same out table
sort kept >two
same one two
# With no state to spend, all there is can only be what was kept.
expect 0 sweep rpmb.yaml --clients app=1..3 --threads 1..4 --policy untracked --resume kept --max-states 1
same out table
lines kept 12
# JSON of a sweep that a budget ended is such a file; what was not decided is done again.
expect 3 sweep rpmb.yaml --threads 1..3 --max-states 12 --json
cp out kept
expect 0 sweep rpmb.yaml --threads 1..3 --resume kept
has_line out 'mainline            deadlock     done         done'
lines kept 5
sed 's/do: \[{call/do: [{lock: emmc}, {unlock: emmc}, {call/' rpmb.yaml >other.yaml
refuse 'kept holds a row of another scenario' sweep other.yaml --threads 1..3 --resume kept
refuse 'other.yaml:1: is no row of teeq sweep --json' sweep rpmb.yaml --threads 1..3 --resume other.yaml
refuse 'is not written over' sweep rpmb.yaml --threads 1..3 --resume rpmb.yaml

# How far it is, where somebody looks.
if command -v script >/dev/null; then
	timeout 100 script -qec "'$TEEQ' sweep '$SOURCE_DIR/examples/scenarios/flagship-wide.yaml' --threads 1..2 --policy v1" \
		/dev/null >said || fail 'no end at a terminal'
	has said ' of 2 combinations, '
fi

# A page of the table: whole, with words beside the colours.
expect 0 sweep rpmb.yaml --clients app=1..3 --threads 0..3 --policy untracked --html page.html
has page.html '<td class="deadlock">&#10007; deadlock <small>9 steps</small></td>'
has page.html '<td class="done">&#10003; done <small>'
has page.html '<td class="none">&#8211; <small>not possible</small></td>'
has page.html '<th scope="col">threads 3</th>'
has page.html 'prefers-color-scheme:dark'
has page.html '@media print'
has page.html "<code>teeq replay --set clients.app.count=1 --set secure.threads=1 rpmb.yaml '"
[ "$(grep -c '<tr>' page.html)" -eq 4 ] || fail 'not a row for each number of clients'
expect 0 sweep rpmb.yaml --clients app=1..3 --threads 0..3 --policy untracked --svg picture.svg
if command -v xmllint >/dev/null; then
	xmllint --noout picture.svg || fail 'not XML'
fi
[ "$(grep -c '^<rect class="' picture.svg)" -eq 13 ] || fail 'not a box for each combination'
[ "$(grep -c '^<rect class="deadlock"' picture.svg)" -eq "$(grep -o '<td class="deadlock">' page.html | wc -l)" ] ||
	fail 'not as many failures as in the page'
has picture.svg '>deadlock</text><text class="number" x='
has picture.svg '>9 steps</text>'
has picture.svg '>not possible</text>'
has picture.svg '>untracked, app 3</text>'
has picture.svg '>threads 3</text>'
refuse 'is named for --html and --svg' sweep rpmb.yaml --threads 1..2 --html x --svg x
refuse 'is named for --html and --svg' sweep rpmb.yaml --threads 1..2 --html x --svg ./x
refuse 'is named for --svg and --resume' sweep rpmb.yaml --threads 1..2 --resume x --svg ./x
refuse 'not to standard output' sweep rpmb.yaml --threads 1..2 --html -
refuse 'not to standard output' sweep rpmb.yaml --threads 1..2 --resume -
! grep -q 'https\{0,1\}://' page.html || fail 'the page is not whole'

refuse 'secure.threads: has two ranges' sweep rpmb.yaml --threads 1..2 --range secure.threads=3..4
refuse 'clients.app.count: has two ranges' sweep rpmb.yaml --clients app=1..2 --range clients.app.count=1..2
refuse 'has a range, and --set' sweep rpmb.yaml --threads 1..2 --set secure.threads=3
refuse '--csv and --json do not go together' sweep rpmb.yaml --threads 1..2 --csv --json
refuse '--policy: v1 is named twice' sweep rpmb.yaml --threads 1..2 --policy v1 --policy v1
refuse 'absent/x.html: No such file or directory' sweep rpmb.yaml --threads 1..2 --html absent/x.html
refuse 'absent/x: No such file or directory' sweep rpmb.yaml --threads 1..2 --resume absent/x
refuse 'is named for --html and --resume' sweep rpmb.yaml --threads 1..2 --html x --resume x
refuse 'secure.threads.: is no way to a value' sweep rpmb.yaml --range secure.threads.=1..2
long=$(head -c 100000 /dev/zero | tr '\0' a)
refuse "aaa...' is not NAME=A..B" sweep rpmb.yaml --range "$long=1..2"
[ "$(wc -c <err)" -lt 200 ] || fail 'a long key is echoed whole'
refuse 'no combination is possible: rpmb.yaml:' sweep rpmb.yaml --range secure.thread=1..4
refuse 'no range is named' sweep rpmb.yaml
refuse 'name a file' sweep - --threads 1..2
refuse "--threads: 'x' is not a number" sweep rpmb.yaml --threads x
refuse "'1' is not a number from 3 to 100000" sweep rpmb.yaml --threads 3..1
refuse 'there is no such client' sweep rpmb.yaml --clients ap=1..2
refuse "'app' is not NAME=A..B" sweep rpmb.yaml --clients app
refuse 'more than 100000 combinations' sweep rpmb.yaml --range cpus=1..1000 --range secure.lost=0..1000
exit 0
