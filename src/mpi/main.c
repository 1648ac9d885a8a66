/* SPDX-License-Identifier: BSD-2-Clause */
#include <inttypes.h>
#include <mpi.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <teeq/status.h>

#include "cli/cli.h"
#include "cli/explore.h"
#include "mpi/messages.h"
#include "mpi/peers.h"

static const char help[] =
	"usage: mpirun [OPTION]... teeq-mpi explore [OPTION]... FILE\n"
	"\n"
	"teeq explore by all ranks together: each has its own part of the states, in its own memory.\n"
	"What is printed is the same as by one. Budgets are each rank's own, but for --max-states,\n"
	"which is of all together; --disk is a folder of each rank's machine. Not together with\n"
	"--workers, --exact, --bit-state, --search depth, --directed, --preemptions, --checkpoint,\n"
	"--resume and --dot-states.\n"
	"\n"
	"  explore --help    the other options\n"
	"  --help            this text\n"
	"  --version         the version\n"
	"\n"
	"exit status: that of teeq explore, by way of mpirun (with -q it does not add words to it)\n";

static const struct teeq_peers *peers;
static bool gathered, searched;

/* The lowest rank that failed is heard; where none did, the first. */
static int gather_ranks(int status)
{
	int first = status == CLI_OK ? (int)peers->count : (int)peers->rank;

	MPI_Allreduce(MPI_IN_PLACE, &first, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
	first %= (int)peers->count;
	messages_release((unsigned int)first == peers->rank);
	MPI_Bcast(&status, 1, MPI_INT, first, MPI_COMM_WORLD);
	gathered = true;
	searched = status == CLI_OK;
	return status;
}

static void tell_traffic(void)
{
	struct peers_traffic own = peers_traffic();
	uint64_t all[] = { own.batches, own.bytes };
	char size[CLI_BYTES_TEXT];

	peers->fold(peers->argument, TEEQ_PEERS_SUM, all, 2);
	cli_bytes_text(size, all[1]);
	if (peers->rank > 0)
		return;
	fprintf(stderr, "%u ranks, %" PRIu64 " batches between them, %s\n", peers->count, all[0], size);
}

static int explore_in_ranks(int argc, char **argv)
{
	const struct cli_team team = { peers, gather_ranks };
	int status = cli_explore_team(argc, argv, &team);

	if (searched)
		tell_traffic();
	return status;
}

static int run_together(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

	if (strcmp(word, "explore") == 0)
		return explore_in_ranks(argc - 1, argv + 1);
	if (strcmp(word, "--help") == 0)
		fputs(help, stdout);
	else if (strcmp(word, "--version") == 0)
		printf("teeq-mpi %s\n", teeq_version());
	else
		return cli_error("only explore is made by several processes (try 'teeq-mpi --help')");
	return CLI_OK;
}

int main(int argc, char **argv)
{
	int status;

	MPI_Init(&argc, &argv);
	signal(SIGPIPE, SIG_IGN);
	/* mpirun reads from a terminal of its own, whatever it writes to. */
	cli_color_choose("never");
	messages_keep();
	peers = peers_open();
	if (!peers)
		MPI_Abort(MPI_COMM_WORLD, cli_error("out of memory"));
	/* All come to the same, and one tells it. */
	if (peers->rank > 0 && !freopen("/dev/null", "w", stdout))
		MPI_Abort(MPI_COMM_WORLD, cli_error("/dev/null cannot be written to"));
	status = run_together(argc, argv);
	if (!gathered)
		status = gather_ranks(status);
	status = cli_end(status);
	MPI_Bcast(&status, 1, MPI_INT, 0, MPI_COMM_WORLD);
	peers_close();
	MPI_Finalize();
	return status;
}
