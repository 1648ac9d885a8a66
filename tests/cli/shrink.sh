#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# teeq shrink.
. "$(dirname "$0")/_common.sh"
write_rpmb
write_nested

# failing FILE POLICY SEED: the schedule of a random run.
failing()
{
	"$TEEQ" run "$1" --policy "$2" --seed "$3" --json |
		sed -n 's/.*"schedule":"\(teeq:[^"]*\)".*/\1/p'
}

# row NAME: a row of the table that was printed last, as "STEPS SWITCHES VERDICT".
row()
{
	sed -n "s/^$1  *\([0-9]*\)  *\([0-9]*\)  *\([a-z-]*\)\$/\1 \2 \3/p" out
}

# Shorter and plainer, the same end, and it replays.
for seed in 1 2 3 4 5; do
	failing rpmb.yaml untracked $seed >schedule
	[ -s schedule ] || continue
	case $("$TEEQ" replay rpmb.yaml @schedule) in *'deadlock after'*) ;; *) continue ;; esac
	expect 0 shrink rpmb.yaml @schedule
	is_empty err
	[ "$(row after)" = '9 1 deadlock' ] || fail "seed $seed: $(row after)"
	has_line out 'none that ends so is shorter'
	replay=$(sed -n 's/^replay: //p' out)
	status=0
	eval "$replay" >replayed 2>err || status=$?
	[ "$status" -eq 1 ] || fail "$replay: status $status"
	has replayed 'deadlock after 9 steps'
	cp out one
	expect 0 shrink rpmb.yaml @schedule
	same out one
	done_one=1
done
[ -n "${done_one:-}" ] || fail 'no seed fails'

# A schedule of thousands of steps, nearly all switches, does not take for ever.
cat >long.yaml <<'END'
teeq: 1
name: long
secure: {threads: 2}
locks: [m]
commands:
  c: [{rpc: s}]
services:
  s: {by: caller, do: [{lock: m}, {call: {}}, {unlock: m}]}
clients:
  z: {count: 2, do: [{repeat: {times: 200, do: [{call: {}}]}}]}
  a: {count: 3, stage: 2, do: [{call: {command: c}}]}
END
failing long.yaml mainline 1 >schedule
expect 0 shrink long.yaml @schedule
[ "$(row before | cut -d ' ' -f 1)" -gt 1500 ] || fail "before: $(row before)"
[ "$(row after | cut -d ' ' -f 2)" -lt 10 ] || fail "after: $(row after)"

# --clients: what does not matter goes, what still fails stays.
sed 's/app: {count: 2, /app: {count: 4, /' rpmb.yaml >wide.yaml
printf '  other: {do: [{call: {}}]}\n' >more
sed '/^clients:/r more' wide.yaml >wider.yaml
"$TEEQ" explore wider.yaml --policy untracked --json 2>err |
	sed -n 's/.*"schedule":"\(teeq:[^"]*\)".*/\1/p' >schedule
expect 0 shrink wider.yaml @schedule --clients --out small.yaml
has out '(2 of 5 tasks stay)'
has out 'scenario written to small.yaml'
[ "$(row after)" = '9 1 deadlock' ] || fail "after: $(row after)"
replay=$(sed -n 's/^replay: //p' out)
case $replay in 'teeq replay small.yaml '*) ;; *) fail "another command: $replay" ;; esac
eval "$replay" >replayed 2>err
has replayed 'deadlock after 9 steps'
expect 0 check small.yaml
expect 0 show small.yaml
cp out shown.yaml
expect 0 show shown.yaml
same out shown.yaml
has_line small.yaml '  threads: 2'
lacks small.yaml 'lost: 0'
expect 0 shrink wider.yaml @schedule --clients --out small.yaml --json
has out '"left_out":["other","app.'
[ "$(ls)" = "$(ls | grep -v 'small.yaml\.')" ] || fail 'a temporary file is left'

# Whoever is waited for does not go: the deadlock must be the same, not one for want of somebody.
cat >waited.yaml <<'END'
teeq: 1
name: waited
secure: {threads: 1}
events: [e]
commands:
  c: [{rpc: s}]
services:
  s: {by: caller, do: [{await: e}]}
clients:
  user: {do: [{call: {command: c}}]}
  giver: {do: [{call: {}}, {signal: e}]}
END
"$TEEQ" explore waited.yaml --json 2>err |
	sed -n 's/.*"schedule":"\(teeq:[^"]*\)".*/\1/p' >schedule
expect 0 shrink waited.yaml @schedule --clients --out small.yaml
has out 'left out: nobody (2 of 2 tasks stay)'

# Never over the input, nor over what is no plain file.
cp waited.yaml before.yaml
ln waited.yaml hard.yaml
ln -s waited.yaml link.yaml
mkdir folder
refuse 'is the same file as' shrink waited.yaml @schedule --clients --out ./waited.yaml
refuse 'not to standard output' shrink waited.yaml @schedule --clients --out -
refuse 'is the same file as' shrink waited.yaml @schedule --clients --out hard.yaml
refuse 'not a plain file' shrink waited.yaml @schedule --clients --out link.yaml
refuse 'not a plain file' shrink waited.yaml @schedule --clients --out folder
refuse 'not a plain file' shrink waited.yaml @schedule --clients --out /dev/stdout
refuse 'no/file: ' shrink waited.yaml @schedule --clients --out no/file
same waited.yaml before.yaml

refuse 'name a file for it with --out' shrink waited.yaml @schedule --clients
refuse 'stays as it is' shrink waited.yaml @schedule --out x.yaml
refuse 'one FILE and one SCHEDULE' shrink waited.yaml
refuse 'there is no failure to keep' shrink nested.yaml \
	"$(failing nested.yaml repaired 1)"
expect 2 shrink nested.yaml @schedule
expect 2 shrink rpmb.yaml ''
expect 2 shrink rpmb.yaml @missing
# The choice of somebody who has nothing left to do does not fit.
expect 1 shrink waited.yaml "$(cat schedule) user*50"
exit 0
