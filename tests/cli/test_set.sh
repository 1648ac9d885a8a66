#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# --set: what a file says, changed for one run.
. "$(dirname "$0")/_common.sh"
write_rpmb

# The same as a file that says so.
sed 's/threads: 2/threads: 3/; s/count: 2/count: 4/' rpmb.yaml >other.yaml
expect 0 show other.yaml
cp out wanted
expect 0 show rpmb.yaml --set secure.threads=3 --set clients.app.count=4
same out wanted
# What is not there is made.
expect 0 show rpmb.yaml --set supplicant.threads=2 --set cpus=2
has_line out 'cpus: 2'
has out 'supplicant:'

# Commands that are printed repeat it, and lead there.
expect 1 run rpmb.yaml --set clients.app.count=4 --seed 2 --policy untracked
hint=$(sed -n 's/^replay: //p' out)
case $hint in
'teeq replay --set clients.app.count=4 rpmb.yaml '*) ;;
*) fail "another hint: $hint" ;;
esac
status=0
eval "$hint" >out 2>err || status=$?
[ "$status" -eq 1 ] || fail "$hint: status $status"
expect 1 explore rpmb.yaml --policy untracked
expect 0 explore rpmb.yaml --policy untracked --set secure.threads=3
expect 1 check rpmb.yaml --policy untracked --set secure.threads=3
has out 'see: teeq explore --set secure.threads=3 rpmb.yaml --policy=untracked'
expect 1 explore rpmb.yaml --policy mainline --set sessions.scmi.system=false

# What cannot be.
refuse "rpmb.yaml:3: secure.threads: found 17, expected a whole number 1..16" run rpmb.yaml --set secure.threads=17
refuse "rpmb.yaml:6: sessions.scmi.system: found \"maybe\", expected true or false" run rpmb.yaml --set sessions.scmi.system=maybe
refuse 'secure.threads.x: is no way to a value that can be set' run rpmb.yaml --set secure.threads.x=1
refuse 'secure.threads.: is no way to a value that can be set' run rpmb.yaml --set secure.threads.=1
long=$(head -c 100000 /dev/zero | tr '\0' a)
refuse "aaa...' is not KEY=VALUE" run rpmb.yaml --set "$long=1"
[ "$(wc -c <err)" -lt 200 ] || fail 'a long key is echoed whole'
refuse 'clients: is no way to a value that can be set' run rpmb.yaml --set clients=1
refuse 'unknown key "thread"' run rpmb.yaml --set secure.thread=3
refuse "'secure.threads' is not KEY=VALUE" run rpmb.yaml --set secure.threads
refuse "'=3' is not KEY=VALUE" run rpmb.yaml --set =3
refuse 'is one more than there may be' run rpmb.yaml $(printf -- '--set secure.threads=2 %.0s' $(seq 33))
exit 0
