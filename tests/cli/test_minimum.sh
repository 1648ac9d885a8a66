#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# teeq minimum: how much is enough.
. "$(dirname "$0")/_common.sh"
write_rpmb

# replays: every replay line of out fails as it says.
replays()
{
	sed -n 's/^ *replay: //p' out >hints
	lines hints "$1"
	while read -r hint; do
		status=0
		eval "$hint" >replayed 2>err || status=$?
		[ "$status" -eq 1 ] || fail "$hint: status $status"
		grep -q '^deadlock after' replayed || fail "$hint: no deadlock"
	done <hints
}

expect 0 minimum rpmb.yaml
is_empty err
has_line out 'least threads: 2'
has_line out '  1: deadlock after 6 steps'
has_line out '  2: nothing fails; exhausted, 14 states'
has_line out 'least system sessions: 1 (scmi)'
has_line out '  0: deadlock after 8 steps'
has_line out 'For scenario rpmb-scmi under policy mainline, with 2 app; of more clients, or others, nothing is said.'
has out 'teeq replay --set secure.threads=1 rpmb.yaml '
has out 'teeq replay --set sessions.scmi.system=false rpmb.yaml '
replays 2

# Each client more wants a thread more before system sessions, as exhaustive search says one by one.
for count in 1 2 3; do
	expect 0 minimum rpmb.yaml --policy untracked --of threads --set "clients.app.count=$count"
	has_line out "least threads: $((count + 1))"
	expect 1 explore rpmb.yaml --policy untracked --set "clients.app.count=$count" --set "secure.threads=$count"
	expect 0 explore rpmb.yaml --policy untracked --set "clients.app.count=$count" --set "secure.threads=$((count + 1))"
done
expect 1 minimum rpmb.yaml --policy untracked --of sessions
has_line out 'least system sessions: none up to 1 is enough'
replays 2
expect 1 minimum rpmb.yaml --policy untracked --of threads --most 2
has_line out 'least threads: none up to 2 is enough'

# Threads set aside; too many are as bad as none.
expect 0 minimum rpmb.yaml --policy v1 --of aside --all
has_line out 'least threads set aside: 1'
has_line out '  and with some larger number it fails again'
has_line out '  1: nothing fails; exhausted, 75 states'
replays 2
refuse 'policy mainline sets no threads aside at build time' minimum rpmb.yaml --of aside
expect 0 minimum rpmb.yaml --policy v1 --of threads
refuse "--of: 'locks' is not threads, aside or sessions" minimum rpmb.yaml --of locks
refuse "rpmb.yaml has no client 'xapp': did you mean app?" minimum rpmb.yaml --client xapp

# Nothing is claimed where a budget ends a search.
expect 3 minimum rpmb.yaml --of threads --max-states 3
has out 'least threads: undecided'
has out ': undecided after'
expect 3 minimum rpmb.yaml --of threads --max-states 13 --json
has out '"least":null,"decided":false'
expect 0 minimum rpmb.yaml --json
lines out 2
has out '"of":"threads","least":2,"decided":true,"fails_again":false,"tries":[{"value":1,"ruling":"still fails"'
has out '"of":"system sessions","least":1'
has out '"sessions":["scmi"]'
exit 0
