#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# A policy that is not part of teeq: compiled here, loaded by path.
. "$(dirname "$0")/_common.sh"
write_rpmb
cc=${CC:-cc}

# policy NAME ABI: a shared object NAME.so whose policy admits one caller at a time.
policy()
{
	cat >"$1.c" <<-END
		#include <teeq/policy.h>

		static bool admit(struct teeq_callq *q, struct teeq_waiter *w)
		{
			return teeq_callq_take(q, w, (int)q->total_count - 1);
		}

		static void wake_one(struct teeq_callq *q)
		{
			struct teeq_waiter *w = teeq_callq_first(q, 0, TEEQ_WAITER_DONE);

			if (w)
				teeq_callq_wake(w);
		}

		static void leave(struct teeq_callq *q, const struct teeq_waiter *w)
		{
			(void)w;
			q->free_count++;
		}

		const struct teeq_policy teeq_policy = {
			.abi = $2,
			.name = "$1",
			.admit = admit,
			.wake_one = wake_one,
			.leave = leave,
		};
	END
	"$cc" -std=c11 -shared -fPIC -I"$SOURCE_DIR/include" -o "$1.so" "$1.c" ||
		fail "cannot compile $1.c"
}

cat >two-calls.yaml <<-END
	teeq: 1
	name: two-calls
	secure: {threads: 2}
	clients:
	  app: {count: 3, do: [{call: {}}, {call: {}}]}
END

policy one TEEQ_POLICY_ABI
expect 1 run rpmb.yaml --policy one.so
has out 'policy one, strategy round-robin'
has out 'session scmi asked to be a system session: refused, -EINVAL'
has out 'Kept back: thread 1 is free, but no waiter would be admitted to it.'
cp out found

# Its schedules name it, but not where it lies: the command to replay says so.
replay=$(sed -n 's/^replay: //p' found)
case $replay in
"teeq replay --policy=one.so rpmb.yaml 'teeq:1:one:"*) ;;
*) fail "another replay command: $replay" ;;
esac
status=0
eval "$replay" >out 2>err || status=$?
[ "$status" -eq 1 ] || fail "$replay: status $status"
sed 1d found >a
sed 1d out >b
same a b
schedule=$(sed -n "s/.*'\(teeq:1:one:.*\)'\$/\1/p" found)
refuse "the schedule's policy, one, is not built in: name its shared object" \
	replay rpmb.yaml "$schedule"
refuse 'made under policy one, --policy is mainline' \
	replay rpmb.yaml "$schedule" --policy mainline

expect 1 run rpmb.yaml --policy ./one.so --runs 20
has out 'first deadlock: teeq run rpmb.yaml --policy=./one.so --seed=1'

# Objects that hold no policy that could be used.
policy old 999
refuse 'old.so: policy was compiled for interface 999, this teeq has 2' \
	run rpmb.yaml --policy old.so
policy mainline TEEQ_POLICY_ABI
refuse "mainline.so: the policy's name, mainline, is that of a built-in policy" \
	run rpmb.yaml --policy ./mainline.so
sed 's/"one"/"One two"/' one.c >name.c
"$cc" -std=c11 -shared -fPIC -I"$SOURCE_DIR/include" -o name.so name.c || fail 'cannot compile'
refuse "name.so: the policy's name is not [a-z]" run rpmb.yaml --policy name.so
echo 'int nothing;' >nothing.c
"$cc" -shared -fPIC -o nothing.so nothing.c || fail 'cannot compile'
refuse 'nothing.so: no symbol teeq_policy' run rpmb.yaml --policy nothing.so
echo 'no object' >text.so
refuse 'text.so' run rpmb.yaml --policy text.so
refuse 'missing.so' run rpmb.yaml --policy missing.so
refuse '/tmp' run rpmb.yaml --policy /tmp

# What a policy does wrong is told of the policy, and ends nothing but the command.
#
# wrong NAME STATEMENT: the same as one.so, but for what waking does first.
wrong()
{
	sed "s/\"one\"/\"$1\"/; s/static void wake_one.*/#include <stdlib.h>\nstatic volatile int turn;\n&/
		s/struct teeq_waiter \*w = teeq_callq_first/$2\n&/" one.c >"$1.c"
	"$cc" -std=gnu11 -shared -fPIC -I"$SOURCE_DIR/include" -o "$1.so" "$1.c" ||
		fail "cannot compile $1.c"
}
wrong null '*(volatile int *)8 = 1;'
wrong stop 'abort();'
wrong length 'q->waiter_count = 30000;'
for command in explore 'run --runs 50' 'stress --rounds 50'; do
	# shellcheck disable=SC2086
	expect 2 $command two-calls.yaml --policy ./null.so
	[ "$(tail -n 1 err)" = \
		'teeq: policy null crashed in wake_one(), by SIGSEGV: nothing is claimed' ] ||
		fail "$command: not that the policy crashed"
	# shellcheck disable=SC2086
	expect 2 $command two-calls.yaml --policy ./stop.so
	has err 'policy stop crashed in wake_one(), by SIGABRT: nothing is claimed'
	# shellcheck disable=SC2086
	expect 2 $command two-calls.yaml --policy ./length.so
	has err ' to 30000 in wake_one(): the list is not its own'
done
# It wakes somebody every third time that it is asked, whatever the queue is like.
wrong fickle 'if (++turn % 3) return;'
expect 2 explore two-calls.yaml --policy ./fickle.so
has err ': policy: fickle does not always do the same with the same queue'

# So is one that does otherwise after a while, whatever the command is about at that time: a wake is lost
# in the run, and another one when the choices are made again.
wrong tired 'if (++turn == 4 || turn == atoi(getenv("TURNS"))) return;'
status=0
TURNS=0 "$TEEQ" run two-calls.yaml --policy ./tired.so --seed 2 --json >out || status=$?
[ $status -eq 1 ] || fail "no lost wake-up: status $status"
choices=$(sed -n 's/.*"schedule":"\([^"]*\)".*/\1/p' out)
for turns in $(seq 5 40); do
	for command in explain shrink; do
		status=0
		TURNS=$turns "$TEEQ" $command two-calls.yaml "$choices" --policy ./tired.so \
			>out 2>err || status=$?
		[ $status -le 3 ] || fail "$command, $turns turns: status $status"
		[ $status -ne 2 ] || lines err 1
	done
done
exit 0
