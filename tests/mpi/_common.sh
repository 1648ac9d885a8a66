# SPDX-License-Identifier: BSD-2-Clause
# Sourced by the tests of teeq-mpi, after what those of the command source.
# shellcheck shell=bash
. "$SOURCE_DIR/tests/cli/_common.sh"
: "${TEEQ_MPI:?the path of teeq-mpi}"
# shellcheck disable=SC2034 # of who sources this
corpus=$SOURCE_DIR/examples/scenarios

# Whoever is root here may be it, and there are as many ranks as are asked for.
export OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1
ranks()
{
	local count=$1
	shift
	mpirun -q --oversubscribe -n "$count" "$@" </dev/null
}

# together COUNT STATUS ARGUMENT...: teeq-mpi in so many ranks; its output is in out and err.
together()
{
	local count=$1 wanted=$2 status=0
	shift 2
	ranks "$count" "$TEEQ_MPI" "$@" >out 2>err || status=$?
	[ "$status" -eq "$wanted" ] ||
		fail "$count ranks, teeq-mpi $*: expected status $wanted, found $status"
}
