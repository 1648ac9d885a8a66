#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# teeq trace --perfetto and --scenario: what is written, and what is left as it was.
. "$(dirname "$0")/_common.sh"
traces=$SOURCE_DIR/tests/field/traces

# A track for each of four tasks and two threads, a slice for each call and thread held (app-1's thread
# is the fourth task's before app-1 is told to have left), and a flow from who gave its thread back to
# who then got one.
expect 0 trace --perfetto out.json "$traces/probes.txt"
is_empty err
has_line out.json '{"displayTimeUnit":"ns","traceEvents":['
has out.json '"name":"thread_name","args":{"name":"a b [1] (c)/103"}}'
has out.json '{"ph":"M","pid":2,"tid":2,"name":"thread_name","args":{"name":"thread 1"}}'
has out.json '"ts":12499950.000,"dur":1550.000,"name":"invoke","args":{"end":"done","retries":0,"rpcs":1,"thread":0}}'
has out.json '"ts":12500100.000,"dur":1100.000,"name":"RPC FS"'
has out.json '"ts":12500410.000,"dur":640.000,"name":"waits for a thread"'
[ "$(grep -c '"pid":2,.*"ph":"X"\|"ph":"X","pid":2' out.json)" -eq 4 ] || fail 'four slices of threads'
has out.json '{"ph":"X","pid":2,"tid":1,"ts":12500000.000,"dur":1200.000,"name":"app-1/101"}'
has out.json '{"ph":"X","pid":2,"tid":1,"ts":12501300.000,"dur":500.000,"name":"kworker/u8:1/104"}'
[ "$(grep -c '"ph":"s"' out.json)" -eq 2 ] || fail 'two flows'
[ "$(grep -c '"ph":"f"' out.json)" -eq 2 ] || fail 'two ends of flows'
has out.json '"name":"free threads","args":{"free":0}}'
# To standard output, without a report; not both, and not beside JSON.
cp out.json to-file.json
expect 0 trace --perfetto - "$traces/probes.txt"
same out to-file.json
[ ! -e - ] || fail 'a file was named -'
expect 0 trace --scenario load.yaml "$traces/probes.txt"
expect 0 trace --scenario - "$traces/probes.txt"
same out load.yaml
refuse 'both --json and an export go to standard output' trace --json --perfetto - "$traces/probes.txt"
refuse -- '-: both --perfetto and --scenario' trace --perfetto - --scenario - "$traces/probes.txt"
# What is read must be fit to be read before anything is written over.
cp out.json before.json
: >empty.txt
refuse 'empty.txt: holds no event of the driver' trace --perfetto out.json empty.txt
same out.json before.json
cp "$traces/probes.txt" same.txt
refuse 'same.txt: is the same file as same.txt' trace --perfetto same.txt same.txt
refuse 'out.txt: both --perfetto and --scenario' trace --perfetto out.txt --scenario out.txt same.txt
refuse "'': no file has an empty name" trace --scenario '' same.txt
refuse './both.txt: both --perfetto and --scenario' trace --perfetto both.txt --scenario ./both.txt same.txt
refuse '/dev/null: not a plain file' trace --perfetto /dev/null same.txt

# A page of it: the same each time, and small; of a long recording the end, with who is stuck since before it.
expect 0 trace --html page.html "$traces/probes.txt"
cp page.html one.html
expect 0 trace --html page.html "$traces/probes.txt"
same page.html one.html
has page.html '"headline":"0 tasks are stuck, 0 complaints","found":false'
refuse '--html: a page is written to a file' trace --html - "$traces/probes.txt"
refuse 'same.txt: is the same file as same.txt' trace --html same.txt same.txt
refuse 'out.txt: both --perfetto and --html' trace --html out.txt --perfetto out.txt same.txt
{
	echo "held-9 [000] ..... 1.000000: optee_invoke_fn_begin: param=0 (32000004, 0, 0, 0, 0, 0, 0, 0)"
	echo "held-9 [000] ..... 1.000100: optee_invoke_fn_end: param=0 ret (ffff0005, 0, 0, 0)"
	for ((i = 10; i < 2010; i++)); do
		echo "x-7 [001] ..... $i.000000: optee_invoke_fn_begin: param=0 (32000004, 0, 0, 0, 0, 0, 0, 0)"
		echo "x-7 [001] ..... $i.000500: optee_invoke_fn_end: param=0 ret (0, 0, 0, 0)"
	done
} >long.txt
expect 1 trace --threads 2 --html long.html long.txt
has long.html '"headline":"1 task is stuck, 0 complaints; only the end is shown: 2000 of 4002 steps","found":true'
has long.html '"tasks":["held/9","x/7"]'
if command -v chromium >/dev/null; then
	browser 'page.html#9' || fail "no page: $(tail -n 3 browser.err)"
	has dom 'Step 8: a b [1] (c)/103: 12.501050: tries again (1)'
	has dom '<td>irq/14-optee_no/49</td>'
	has dom '<td>0</td><td>suspended</td><td>app-1/101</td><td>FS</td>'
	browser 'page.html#7' || fail 'no page'
	has dom '<li class="">a b [1] (c)/103 waits for a thread: thread 0 is app-1/101'
	browser long.html || fail 'no page'
	has dom '<td>held/9</td><td>call: in an RPC, command that is not told</td><td>waits</td>'
else
	echo 'no chromium: the page was not opened' >&2
fi

# A signal leaves nothing half written behind.
mkfifo pipe
"$TEEQ" trace --perfetto half.json - <pipe >out 2>err &
pid=$!
exec 3>pipe
head -n 1 "$traces/probes.txt" >&3
for ((i = 0; i < 200; i++)); do
	compgen -G 'half.json.*' >/dev/null && break
	sleep 0.1
done
compgen -G 'half.json.*' >/dev/null || fail 'nothing is being written'
kill -TERM "$pid"
wait "$pid"
[ $? -eq 143 ] || fail 'it did not die of the signal'
exec 3>&-
! compgen -G 'half.json*' >/dev/null || fail 'something was left behind'

# Four tasks, five kinds of calls, one of them inside of another's RPC.
expect 0 trace --scenario load.yaml "$traces/probes.txt"
has_line out 'load.yaml: 4 tasks as 4 clients, 5 kinds of calls; left out 0 tasks, 0 calls'
for line in '  threads: 2' '    - rpc: storage' '    - interrupt: true' \
	'      - call: {command: command-4}' '    - rpc: notification-wait-with-4' \
	'  untracked: done'; do
	has_line load.yaml "$line"
done
expect 0 show load.yaml
is_empty err
# On that driver some order of this load loses a wake-up: the outer call takes what is meant for the inner one.
expect 1 check load.yaml
has out 'lost-wakeup'
sed -i 's/untracked: done/repaired: done/' load.yaml
expect 0 check load.yaml

# Less of it.
expect 0 trace --scenario less.yaml --clients 2 --commands 1 --rpcs 1 --no-foreign "$traces/probes.txt"
has_line out 'less.yaml: 2 tasks as 2 clients, 2 kinds of calls; left out 2 tasks, 2 calls'
lacks less.yaml 'interrupt: true'
expect 0 show less.yaml
# Tasks that make the same calls are one client, and so many calls of a kind as are asked for.
for pid in 11 12 13; do
	for at in 1 2 3; do
		echo "x-$pid [000] ..... $at.${pid}0000: optee_invoke_fn_begin: param=0 (32000004, 0, 0, 0, 0, 0, 0, 0)"
		echo "x-$pid [000] ..... $at.${pid}0500: optee_invoke_fn_end: param=0 ret (0, 0, 0, 0)"
	done
done >alike.txt
expect 0 trace --scenario alike.yaml --calls 2 alike.txt
has_line out 'alike.yaml: 3 tasks as 1 client, 1 kind of calls; left out 0 tasks, 3 calls'
has_line alike.yaml '    count: 3'
has_line alike.yaml '          times: 2'
has_line alike.yaml '  rpc-arg: false'
expect 0 check alike.yaml
has out 'ok'
sed -e '2,$d' alike.txt >open.txt
cp alike.yaml before.yaml
expect 2 trace --scenario alike.yaml open.txt
has err 'open.txt: holds no call from its beginning to its end, so there is no scenario'
same alike.yaml before.yaml
refuse "'9' is not a number from 1 to 8" trace --commands 9 alike.txt
exit 0
