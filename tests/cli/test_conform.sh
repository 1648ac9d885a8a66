#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# teeq conform: recordings that match, that do not, and files that are none.
. "$(dirname "$0")/_common.sh"

# Two threads, two plain calls one after the other, as Linux 6.12 makes them.
step()
{
	printf '{"task":%d,"at":"%s"%s,"free":%d,"system_sessions":0,"waiters":[%s],"owners":[%s]}' "$@"
}
steps()
{
	step 0 enter '' 1 '[0,0,0]' '-1,-1'
	printf ,
	step 0 smc ',"smc":"alloc"' 1 '[0,0,0]' '0,-1'
	printf ,
	step 0 secure ',"smc":"exit"' 1 '[0,0,0]' '-1,-1'
	printf ,
	step 0 leave '' 2 '' '-1,-1'
}
recording()
{
	printf '{"id":0,"driver":"%s","threads":2,"tracking":true,"system_sessions":0,' "$1"
	printf '"tasks":[[{"call":{"system":false,"rpcs":[]}}]],"steps":[%s],' "$(steps)"
	printf '"outcome":"done","blocked":[]}\n'
}

recording linux-6.12 >good.jsonl
recording linux-6.12 >>good.jsonl
expect 0 conform good.jsonl
is_empty err
has_line out 'good.jsonl: 2 of 2 recordings match, 8 steps'

# A mismatch names the line, the step, the field, and both values.
recording linux-6.12 | sed 's/"free":1/"free":7/2' >wrong
cat good.jsonl wrong >mixed.jsonl
expect 1 conform mixed.jsonl good.jsonl
has out 'mixed.jsonl:3: step 1: free: recorded 7, modelled 1'
has_line out 'mixed.jsonl: 2 of 3 recordings match, 9 steps'
has_line out 'good.jsonl: 2 of 2 recordings match, 8 steps'

# Not more than ten of them.
for _ in 1 2 3 4 5 6 7 8 9 10 11 12; do
	cat wrong
done >many.jsonl
expect 1 conform many.jsonl
has out 'many.jsonl:10: step 1'
lacks out 'many.jsonl:11: step 1'
has_line out 'many.jsonl: and 2 more that do not match'
has_line out 'many.jsonl: 0 of 12 recordings match, 12 steps'

# The policy follows from the driver, or is named.
recording linux-9.9 >unknown.jsonl
refuse "unknown.jsonl:1: driver: no policy is known for 'linux-9.9'" conform unknown.jsonl
expect 0 conform unknown.jsonl --policy mainline
expect 0 conform good.jsonl --policy v10
refuse "unknown policy 'none'" conform good.jsonl --policy none

# Files that are no recordings.
: >empty.jsonl
refuse 'empty.jsonl: holds no recording' conform empty.jsonl
echo '{' >broken.jsonl
refuse 'broken.jsonl:1' conform broken.jsonl
expect 2 conform broken.jsonl good.jsonl
has_line out 'good.jsonl: 2 of 2 recordings match, 8 steps'

# Standard input has the same name everywhere.
"$TEEQ" conform - <good.jsonl >out 2>err || fail 'conform -: not 0'
has_line out '<stdin>: 2 of 2 recordings match, 8 steps'
exit 0
