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
expect 2 trace --perfetto both.txt --scenario ./both.txt "$traces/probes.txt"
has err './both.txt: is the same file as both.txt'
refuse '/dev/null: not a plain file' trace --perfetto /dev/null same.txt

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
