#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# The policies of examples/policies, as the build made them: they load, run, replay, and do what
# they are examples of. And whatever is not a policy is refused in one line.
. "$(dirname "$0")/_common.sh"
: "${BINARY_DIR:?the build folder}"

policies=$BINARY_DIR/policies
scenarios=$SOURCE_DIR/examples/scenarios
flagship=$scenarios/rpmb-scmi.yaml

count=0
for object in "$policies"/*.so; do
	[ -f "$object" ] || fail "no policy in $policies"
	expect 0 run "$flagship" --policy "$object" --check
	has out "scenario rpmb-scmi, policy $(basename "$object" .so), strategy round-robin"
	has out 'session scmi asked to be a system session: granted'
	has err 'deterministic: two runs, equal hashes'
	count=$((count + 1))
done
[ "$count" -eq "$(find "$SOURCE_DIR/examples/policies" -name '*.c' | wc -l)" ] ||
	fail "$count policies in $policies, another number of sources"

# mainline loses a wake-up here, under some schedule; they do under none.
expect 1 explore "$scenarios/nested-system-small.yaml" --policy mainline
has out 'lost-wakeup: a counterexample'
for name in wake-all one-each; do
	for scenario in nested-system-small absorbed-wake system-absorbs rpmb-scmi; do
		expect 0 explore "$scenarios/$scenario.yaml" --policy "$policies/$name.so"
		has out 'done: no schedule ends otherwise'
	done
done

# The smallest change cures what is absorbed, and not what is coalesced.
for scenario in nested-system-small absorbed-wake system-absorbs close-hands-on; do
	expect 0 explore "$scenarios/$scenario.yaml" --policy "$policies/pass-started.so"
	has out 'done: no schedule ends otherwise'
done
expect 1 explore "$scenarios/coalesced-wake.yaml" --policy "$policies/pass-started.so"
has out 'lost-wakeup: a counterexample'

# One thread kept back is not enough for two system calls of which one needs the other; two are.
expect 0 explore "$scenarios/nested-system.yaml" --policy "$policies/one-each.so"
has out 'done: no schedule ends otherwise'
expect 1 run "$scenarios/nested-system.yaml" --policy "$policies/wake-all.so"
has out 'Exhaustion: no thread is free.'
cp out found

# The command that is printed replays it, and says where the policy is.
replay=$(sed -n 's/^replay: //p' found)
case $replay in
"teeq replay --policy=$policies/wake-all.so "*) ;;
*) fail "another replay command: $replay" ;;
esac
status=0
eval "$replay" >out 2>err || status=$?
[ "$status" -eq 1 ] || fail "$replay: status $status"
sed 1d found >a
sed 1d out >b
same a b

# A name that ends in .so is a file of this folder, also without a slash.
cp "$policies/wake-all.so" here.so
expect 0 run "$flagship" --policy here.so

# Expectations may be about it: they are checked where it is loaded, and only there.
sed '/^expect:/,$d' "$flagship" >expects.yaml
printf 'expect:\n  mainline: done\n  wake-all: done\n  one-each: deadlock\n' >>expects.yaml
expect 1 check expects.yaml --policy here.so --policy "$policies/one-each.so"
grep -q '^expects.yaml  wake-all  *done  .*  ok$' out || fail 'wake-all is not checked'
grep -q '^expects.yaml  one-each  *deadlock  .*  FAIL$' out || fail 'one-each is not checked'
lacks out mainline
expect 2 check expects.yaml --policy here.so
grep -q '^expects.yaml  wake-all  *done  .*  ok$' out || fail 'wake-all is not checked'
lacks err 'warning: '
grep -q '^expects.yaml:[0-9]*: expect.one-each: no policy of that name is built in or loaded' err ||
	fail 'an unknown policy passes'
sed -i s/wake-all:/wake-al:/ expects.yaml
expect 2 check expects.yaml --policy here.so --policy "$policies/one-each.so"
has err 'expect.wake-al: no policy of that name is built in or loaded; did you mean wake-all?'
expect 0 run expects.yaml --policy "$policies/one-each.so"
has err 'warning: expect.wake-al: '
lacks err one-each

# object NAME LINE...: these lines, behind the header, as NAME.so.
object()
{
	local name=$1

	shift
	printf '%s\n' '#include <teeq/policy.h>' "$@" >"$name.c"
	"${CC:-cc}" -std=c11 -shared -fPIC -I "$SOURCE_DIR/include" -o "$name.so" "$name.c" ||
		fail "cannot compile $name.c"
}

# What is not a policy: the line names it, and says why.
object old 'TEEQ_API const struct teeq_policy teeq_policy = { .abi = 99, .name = "old" };'
refuse './old.so: policy was compiled for interface 99' run "$flagship" --policy ./old.so
object other 'TEEQ_API const struct teeq_policy another = { .abi = TEEQ_POLICY_ABI };'
refuse './other.so: no symbol teeq_policy' run "$flagship" --policy ./other.so
object hidden '__attribute__((visibility("hidden")))' \
	'const struct teeq_policy teeq_policy = { .abi = TEEQ_POLICY_ABI, .name = "hidden" };'
refuse './hidden.so: no symbol teeq_policy' run "$flagship" --policy ./hidden.so
object nameless 'TEEQ_API const struct teeq_policy teeq_policy = { .abi = TEEQ_POLICY_ABI };'
refuse "./nameless.so: the policy's name" run "$flagship" --policy ./nameless.so
object copy 'TEEQ_API const struct teeq_policy teeq_policy =' \
	'	{ .abi = TEEQ_POLICY_ABI, .name = "mainline" };'
refuse "./copy.so: the policy's name, mainline, is that of a built-in policy" \
	run "$flagship" --policy ./copy.so

# What a policy may not answer refuses the session, and ends nothing.
object seven 'static int reserve(struct teeq_callq *q) { return q ? 7 : 0; }' \
	'TEEQ_API const struct teeq_policy teeq_policy =' \
	'	{ .abi = TEEQ_POLICY_ABI, .name = "seven", .reserve = reserve };'
expect 1 run "$flagship" --policy ./seven.so
has out 'session scmi asked to be a system session: refused, '

# One that does not come back is named, with the function it is in: after the time that a search may
# take, or a second after an interruption.
object endless 'static void leave(struct teeq_callq *q, const struct teeq_waiter *w)' \
	'{ for (volatile int i = 0; q && w; i = !i) ; }' \
	'TEEQ_API const struct teeq_policy teeq_policy =' \
	'	{ .abi = TEEQ_POLICY_ABI, .name = "endless", .leave = leave };'
expect 3 explore "$flagship" --policy ./endless.so --max-seconds 1
has_line err 'teeq: policy endless did not return from leave() for 1 s: nothing is claimed'
for hook in queued started; do
	object "$hook" 'static void endless(struct teeq_callq *q, struct teeq_waiter *w)' \
		'{ for (volatile int i = 0; q && w; i = !i) ; }' \
		'TEEQ_API const struct teeq_policy teeq_policy =' \
		"	{ .abi = TEEQ_POLICY_ABI, .name = \"$hook\", .$hook = endless };"
	expect 3 explore "$flagship" --policy "./$hook.so" --max-seconds 1
	has_line err "teeq: policy $hook did not return from $hook() for 1 s: nothing is claimed"
done
status=0
timeout -s TERM 2 "$TEEQ" explore "$flagship" --policy ./endless.so >out 2>err || status=$?
[ "$status" -eq 124 ] || fail "an endless policy was not interrupted: status $status"
grep -q '^teeq: policy endless did not return from leave() for [0-9]* s: nothing is claimed$' err ||
	fail 'an endless policy is not named'
echo 'not a shared object' >text.so
refuse 'text.so' run "$flagship" --policy ./text.so
refuse 'absent.so' run "$flagship" --policy ./absent.so
exit 0
