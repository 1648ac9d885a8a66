#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# What is wrong is said once, in one line, whichever rank sees it, and all end with its status.
#
# environment: TEEQ, TEEQ_MPI, SOURCE_DIR, CC
. "$SOURCE_DIR/tests/mpi/_common.sh"
file=$corpus/rpmb-scmi.yaml

# one_line TEXT: it is all that is on stderr.
one_line()
{
	is_empty out
	[ "$(wc -l <err)" -eq 1 ] || fail 'expected one line'
	has err "$1"
}

together 3 2 explore nowhere.yaml
one_line 'teeq: nowhere.yaml: cannot open: No such file or directory'
together 3 2 explore "$file" --policy v11
one_line "v11"
together 3 2 explore "$file" --sideways
one_line "unknown option '--sideways'"
together 2 2 explore -
one_line 'standard input: not where several processes search together'
together 2 2 run "$file"
one_line 'only explore is made by several processes'
together 2 2
one_line 'only explore is made by several processes'
for alone in --exact '--workers 2' '--checkpoint kept' '--resume kept' '--search depth' --directed \
	'--preemptions 1' '--bit-state 1M' '--dot-states states.dot'; do
	# An option, and perhaps its value.
	# shellcheck disable=SC2086
	together 2 2 explore "$file" $alone
	one_line "teeq explore: ${alone%% *}: not where several processes search together"
done

# otherwise RANK COMMAND...: an MPI program that is teeq-mpi explore $file in all ranks but one.
otherwise()
{
	local rank=$1 status=0
	shift
	cat >program <<-EOF
		#!/bin/sh
		[ "\$OMPI_COMM_WORLD_RANK" != $rank ] || exec $*
		exec $TEEQ_MPI explore $file
	EOF
	chmod +x program
	ranks 3 ./program >out 2>err || status=$?
	[ "$status" -eq 2 ] || fail "rank $rank: $*: expected status 2, found $status"
}

# What only one rank sees, too.
otherwise 2 "$TEEQ_MPI explore nowhere.yaml"
one_line 'nowhere.yaml: cannot open'
otherwise 0 "$TEEQ_MPI explore nowhere.yaml"
one_line 'nowhere.yaml: cannot open'
otherwise 1 "$TEEQ_MPI explore $corpus/nested-system.yaml"
has err 'peers: not all processes have the same model'
otherwise 1 "$TEEQ_MPI explore $file --all"
has err 'peers: not all processes have the same options'

# Budgets end all of them.
for budget in '--max-states 100' '--max-memory 1M' '--max-seconds 1'; do
	# shellcheck disable=SC2086
	together 2 3 explore "$SOURCE_DIR/examples/boards/channel-at-boot.yaml" $budget
	has out 'bounded: a budget ended the search; nothing is claimed about what it did not visit'
	lacks err '--checkpoint'
done

# A policy that does not come back keeps one rank, whichever has come that far, and the others wait.
cat >endless.c <<'EOF'
#include <teeq/policy.h>
static void leave(struct teeq_callq *q, const struct teeq_waiter *w)
{
	for (volatile int i = 0; q && w; i = !i)
		;
}
TEEQ_API const struct teeq_policy teeq_policy = {
	.abi = TEEQ_POLICY_ABI, .name = "endless", .leave = leave,
};
EOF
"$CC" -shared -fPIC -I"$SOURCE_DIR/include" -o endless.so endless.c || fail 'no policy'
together 2 3 explore "$file" --policy ./endless.so --max-seconds 1
has_line err 'teeq: policy endless did not return from leave() for 1 s: nothing is claimed'

# Nobody gets what was found.
status=0
ranks 2 sh -c "exec $TEEQ_MPI explore $file >/dev/full" >out 2>err || status=$?
[ "$status" -eq 2 ] || fail "a full disk: expected status 2, found $status"

together 2 0 --help
has_line out 'usage: mpirun [OPTION]... teeq-mpi explore [OPTION]... FILE'
together 2 0 --version
has_line out "teeq-mpi $("$TEEQ" --version | sed 's/^teeq //')"
