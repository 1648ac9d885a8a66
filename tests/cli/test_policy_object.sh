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
exit 0
