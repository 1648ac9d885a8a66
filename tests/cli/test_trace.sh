#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# teeq trace: one story of five calls in every form that Linux prints it in, and what is wrong with it
# once a line is gone or another one.
. "$(dirname "$0")/_common.sh"
traces=$SOURCE_DIR/tests/field/traces

# Two threads. app-1 suspends in thread 0; the bottom half takes thread 1, and the third task is refused,
# retries, and calls again while its RPC is served, refused once more; the fourth takes thread 0 before
# app-1's last end event is written.
counted()
{
	has_line out "$1"
	has_line out 'retries (ETHREAD_LIMIT) 2, of one call at most 1'
	has_line out 'RPCs: FOREIGN_INTR 2, CMD 2, ALLOC 1, FREE 0'
	has out 'threads seen: 0, 1; '
	has_line out 'late end events 1: their threads were with somebody else already'
	has_line out 'At the end no call is open.'
	has_line out 'No complaint about the shape of a call.'
}

for form in tracefs tracefs-hidden tracefs-noirq tracefs-tgid tracefs-counter tracefs-old latency \
	verbose pipe trace-cmd trace-cmd-fields trace-cmd-latency trace-cmd-diff trace-cmd-stacks perf \
	perf-task perf-callchain probes; do
	expect 0 trace "$traces/$form.txt"
	is_empty err
	has out ': 24 events of the driver in '
	counted 'calls 5, tasks 4, at once 3, in SMCs at once 3'
	has_line out 'found in progress 0, lost sight of 0, inside of another call 1'
done
# Without columns the registers' address stands in for the task, and an inner call's is another one.
expect 0 trace "$traces/bare.txt"
counted 'calls 5, tasks 5, at once 3, in SMCs at once 3'
# Without registers SMCs are all there is.
for form in raw tracefs-fields; do
	expect 0 trace "$traces/$form.txt"
	has_line out 'calls 0, tasks 4, at once 0, in SMCs at once 3'
	has out '24 events are without registers'
done
# A packed file, standard input, and two recordings in one file.
gzip -c "$traces/tracefs.txt" >packed.gz
expect 0 trace packed.gz
counted 'calls 5, tasks 4, at once 3, in SMCs at once 3'
"$TEEQ" trace - <packed.gz >out 2>err || fail 'trace -: not 0'
has out '<stdin>: 24 events of the driver in 36 lines (columns)'
cat "$traces/tracefs.txt" "$traces/tracefs.txt" >twice
expect 0 trace twice
has_line out 'calls 10, tasks 4, at once 3, in SMCs at once 3'
# What probes tell.
expect 0 trace "$traces/probes.txt"
has out 'RPC FS                           1'
has out 'RPC NOTIFICATION_WAIT            1'
has out 'Linux 6.1'
has out 'threads seen: 0, 1; there are 2'
has out 'Threads taken, of 2:'
has out 'No thread was free'

# One line less, or another one: exactly one complaint, of its kind.
wrong()
{
	local kind=$1
	shift
	sed "$@" "$traces/tracefs.txt" >wrong.txt
	! cmp -s wrong.txt "$traces/tracefs.txt" || fail "sed $*: nothing changed"
	expect 1 trace --threads 2 wrong.txt
	has_line out '1 complaint about the shape of calls:'
	has out ": $kind: "
}
wrong begin-without-end -e '/12.501600/d'
wrong end-without-begin -e '/12.501200/d'
wrong resume-of-nothing -e '/12.500300/s/ffff0004, 0, 0, 1/0, 0, 0, 0/' -e '/12.501000/d'
wrong resume-of-another-thread -e '/12.502000/s/0, 0, 1, 0/0, 0, 0, 0/'
wrong thread-changed -e '/12.501600/s/0, 0, 1)/0, 0, 0)/' -e '/12.502000/s/0, 0, 1, 0/0, 0, 0, 0/' \
	-e '/kworker/d'
wrong thread-taken-twice -e '/12.501060/s/0, 1)/0, 0)/' -e '/12.501100/s/0, 0, 1, 0/0, 0, 0, 0/' \
	-e '/12.501600/s/0, 0, 1)/0, 0, 0)/' -e '/12.502000/s/0, 0, 1, 0/0, 0, 0, 0/' \
	-e '/kworker/d'
wrong no-such-thread -e '/12.501400/s/0, 0, 0)/0, 0, 2)/' -e '/12.5014[1]/d' -e '/12.501800/d'
wrong not-retried -e '/12.501050/s/180/300/'
wrong resume-refused -e '/12.500310/a\irq/14-optee_no-49 [001] ..... 12.500320: optee_invoke_fn_end: param=00000000e28b1ffc ret (1, 0, 0, 1)\nirq/14-optee_no-49 [001] ..... 12.500330: optee_invoke_fn_begin: param=00000000e28b1ffc (32000003, 0, 0, 1, 0, 0, 0, 0)'
wrong unknown-function -e '/12.501300/s/32000013/32000099/'
wrong unknown-rpc -e '/12.501600/s/ffff0005/ffff0007/'
wrong error-returned -e '/12.501800/s/ret (0/ret (4/'
wrong unreadable -e '/12.501410/s/, 0, 0, 0, 0, 0, 0)//'
has out 'kworker/u8:1/104: an event of the driver that cannot be read'

# What is known to be missing is no complaint, and nothing is claimed.
sed -e '/12.501600/s/.*/CPU:2 [LOST 12 EVENTS]/' "$traces/pipe.txt" >lost.txt
expect 3 trace lost.txt
has_line out 'Events were lost at 1 place (12 told of).'
has_line out 'No complaint about the shape of a call.'
sed -e '/12.501600/s/.*/##### CPU 2 buffer started ####/' "$traces/tracefs.txt" >lost.txt
expect 3 trace lost.txt
sed -e '/12.50[01]/d' "$traces/tracefs.txt" >late.txt
expect 3 trace late.txt
has_line out 'The head says that there are 24 events, and there are 2: lines were taken out.'
sed -e '/12.50[01]/d' -e '/entries-in-buffer/d' "$traces/tracefs.txt" >late.txt
expect 0 trace late.txt
has_line out 'found in progress 1, lost sight of 0, inside of another call 0'
head -c $(($(wc -c <packed.gz) - 60)) packed.gz >short.gz
expect 3 trace short.gz
has_line out 'What is packed ends early.'

# What never comes back.
sed -e '$a\         app-2-105     [000] .....    14.000000: sched_waking: comm=x pid=1 prio=120 target_cpu=001' \
	-e '/12.502/d' -e '/entries-in-buffer/d' "$traces/tracefs.txt" >stuck.txt
expect 1 trace stuck.txt
has_line out 'At the end 1 call is open, 0 more in the queue:'
has out '  a b [1] (c)/103 in an RPC since 12.501600, for 1.498 s: command that is not told, thread 1, refused 1 time: stuck'
expect 0 trace --stuck 2 stuck.txt
sed -e '$d' stuck.txt >open.txt
expect 0 trace open.txt
expect 1 trace --stuck 0 open.txt
expect 1 trace --json stuck.txt
has out '"stuck":true'
has out '"verdict":"found"'
lines out 1

# JSON.
expect 0 trace --json "$traces/tracefs.txt"
lines out 1
has out '"counts":{"events":24,"calls":5,"tasks":4,"cpus":4,"span":2100000,"thread_ids":[0,1],"retries":2,"foreign_intr":2,"cmd":2,"alloc":1,"free":0,"max_in_flight":3,"max_inside_smc":3,"nested":1,"adopted":0,"gone":0,"late_ends":1,"without_registers":0}'
has out '"complaints":[],"verdict":"fine"'

# Files that are no recordings.
refuse 'nothing.txt: No such file' trace nothing.txt
: >empty.txt
refuse 'empty.txt: holds no event of the driver' trace empty.txt
# Lines of the driver's of which none can be read are no recording.
sed -n -e '/^#/p' -e 's/(3200.*/(32/p' "$traces/tracefs.txt" >unreadable.txt
refuse 'unreadable.txt: holds no event of the driver that can be read; 12 lines have one that cannot' \
	trace unreadable.txt
gzip -c empty.txt | head -c 12 >damaged.gz
refuse 'holds no event of the driver (optee_invoke_fn_begin, optee_invoke_fn_end); what is packed ends early' \
	trace damaged.gz
# Empty lines cost nothing, however many they are, and are counted.
head -c 100000000 /dev/zero | tr '\0' '\n' | gzip -1 >blank.gz
refuse 'blank.gz: holds no event' trace blank.gz
expect 2 diagnose blank.gz
has err 'blank.gz: more than 16777216 lines; that is the limit'
(cat "$traces/tracefs.txt"; printf '\n\r\n\n') >blank.txt
expect 0 trace blank.txt
has out ': 24 events of the driver in 39 lines (columns)'
refuse '--policy is for --conform' trace --policy mainline "$traces/tracefs.txt"
# What trace-cmd and perf record is printed by them, where they are installed.
printf '\027\010\104tracing6\0' >trace.dat
printf 'PERFILE2abc' >perf.data
mkdir without with
for file in trace.dat perf.data; do
	status=0
	PATH=$PWD/without "$TEEQ" trace "$file" >out 2>err || status=$?
	[ "$status" -eq 2 ] || fail "$file without its program: status $status"
	lines err 1
	is_empty out
	has err "$file: is a file of "
	has err ' FILE | teeq trace -'
done
status=0
"$TEEQ" trace - <trace.dat >out 2>err || status=$?
[ "$status" -eq 2 ] || fail "a file of trace-cmd as standard input: status $status"
has err '<stdin>: is a file of trace-cmd, which can only be read by its name'
cat >with/trace-cmd <<END
#!/bin/sh
[ "\$*" = 'report -i trace.dat' ] && exec cat '$traces/trace-cmd.txt'
echo 'no such recording' >&2
exit 1
END
printf '#!/bin/sh\nexec cat "%s"\n' "$traces/perf.txt" >with/perf
chmod +x with/*
for file in trace.dat perf.data; do
	PATH=$PWD/with:$PATH expect 0 trace "$file"
	is_empty err
	has out "$file: 24 events of the driver in "
	counted 'calls 5, tasks 4, at once 3, in SMCs at once 3'
done
cp trace.dat other.dat
PATH=$PWD/with:$PATH expect 2 trace other.dat
has_line err 'no such recording'
has err 'other.dat: trace-cmd: failed'
# By the real one: the same story in the form of version 6.
if command -v trace-cmd >/dev/null; then
	gunzip -c "$SOURCE_DIR/tests/field/trace-cmd.dat.gz" >story.dat
	expect 0 trace story.dat
	is_empty err
	has out 'story.dat: 24 events of the driver in 25 lines (columns)'
	counted 'calls 5, tasks 4, at once 3, in SMCs at once 3'
	head -c 5000 story.dat >cut.dat
	"$TEEQ" trace cut.dat >out 2>err
	[ $? -eq 2 ] || fail 'a cut file of trace-cmd was fine'
fi
refuse 'one recording is to be named, not 0' trace
refuse "'0' is not a number from 1 to 255" trace --threads 0 empty.txt
exit 0
