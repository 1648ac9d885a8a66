/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Run a command and say what it cost, on standard error: wall-clock seconds from outside, the
 * processor's seconds, and the most memory that was resident at once. usage: measure COMMAND...
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

static double seconds(struct timeval time)
{
	return (double)time.tv_sec + (double)time.tv_usec * 1e-6;
}

int main(int argc, char **argv)
{
	double start = now(), wall;
	struct rusage usage;
	int status;
	pid_t child;

	if (argc < 2) {
		fprintf(stderr, "usage: measure COMMAND...\n");
		return 2;
	}
	child = fork();
	if (child == 0) {
		execvp(argv[1], argv + 1);
		perror(argv[1]);
		_exit(127);
	}
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror("measure");
		return 2;
	}
	wall = now() - start;
	getrusage(RUSAGE_CHILDREN, &usage);
	fprintf(stderr, "wall=%.6f cpu=%.6f rss_kb=%ld\n", wall,
		seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
