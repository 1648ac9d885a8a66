#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# teeq trace --conform: what a driver may do at some instant between a begin and an end, and what at none.
. "$(dirname "$0")/_common.sh"
traces=$SOURCE_DIR/tests/field/traces

# begin TIME TASK, refused, rpc THREAD, resume THREAD, end: events of one task.
event()
{
	echo "$2-1$2 [00$2] ..... 1.$1: optee_invoke_fn_$3"
}
begin()
{
	event "$1" "$2" 'begin: param=0 (32000013, ffffff80, 1000, 0, 0, 0, 0, 0)'
}
resume()
{
	event "$1" "$2" "begin: param=0 (32000003, 0, 0, $3, 0, 0, 0, 0)"
}
end()
{
	event "$1" "$2" "end: param=0 ret ($3, 0, 0, ${4:-0})"
}
# One call with an RPC in that thread, from TIME00 on.
call()
{
	begin "${1}00" "$2"
	end "${1}10" "$2" ffff0004 "$3"
	resume "${1}20" "$2" "$3"
	end "${1}30" "$2" 0
}

# The driver of the file, or another one.
expect 0 trace --conform "$traces/probes.txt"
has out 'Policy untracked: '
has out ' steps compared, 0 not allowed, 0 not compared (behind lost events).'
expect 1 trace --conform --policy mainline "$traces/probes.txt"
has out 'not-of-the-model: a b [1] (c)/103: mainline: a call goes to the secure world, and no credit is free'
has out 'not-of-the-model: a b [1] (c)/103: mainline: ETHREAD_LIMIT for a call that had got a credit'
expect 1 trace --conform --policy mainline --json "$traces/probes.txt"
has out '"kind":"not-of-the-model"'
lines out 1
refuse 'tracefs.txt: does not say which Linux was recorded: name its policy, --policy mainline from Linux 6.8 on' \
	trace --json --conform "$traces/tracefs.txt"
refuse 'tracefs.txt: does not say how many threads there are: --threads N' \
	trace --json --conform --policy untracked "$traces/tracefs.txt"
refuse "unknown policy 'none'" trace --conform --policy none "$traces/tracefs.txt"
expect 0 trace --conform --policy untracked --threads 2 "$traces/tracefs.txt"

# The lowest thread that is free.
{
	call 1000 1 0
	call 2000 2 0
} >good.txt
expect 0 trace --conform --policy mainline --threads 2 good.txt
{
	call 1000 1 0
	call 2000 2 1
} >higher.txt
expect 1 trace --conform --policy mainline --threads 2 higher.txt
has out 'mainline: thread 1 is taken while thread 0 is free, at 1.200010'
# Somebody of whose thread nothing is known may have been in it.
{
	call 1000 1 0
	begin 150000 3
	call 2000 2 1
	end 250000 3 0
} >maybe.txt
expect 0 trace --conform --policy mainline --threads 2 maybe.txt

# A refusal, with one of two threads taken; both were seen, so nobody else is in one.
both()
{
	call 1000 1 0
	begin 110000 1
	begin 110001 2
	end 110002 1 ffff0004 0
	end 110003 2 ffff0004 1
	resume 110004 1 0
	end 110005 1 0
}
refusal()
{
	begin 120000 3
	end 120010 3 1
	resume 130000 2 1
	end 130010 2 0
	begin 130020 3
	end 130030 3 0
}
{
	both
	refusal
} >free.txt
expect 1 trace --conform --policy untracked --threads 2 free.txt
has out 'not-of-the-model: 3/13: untracked: ETHREAD_LIMIT, while 1 of 2 threads can have been taken at most'
expect 0 trace --threads 2 free.txt
# With one more call that was in its SMC then, and may have had the other.
{
	both
	begin 119999 4
	refusal
	end 140000 4 0
} >taken.txt
expect 0 trace --conform --policy untracked --threads 2 taken.txt

# Again, and nobody came back meanwhile or ever.
{
	begin 100000 1
	end 100010 1 ffff0005 0
	begin 100020 2
	end 100030 2 1
	begin 100040 2
	end 100050 2 1
} >again.txt
expect 1 trace --conform --policy untracked --threads 1 again.txt
has out 'untracked: a call is made again, and nobody can have woken it, at 1.100040'
exit 0
