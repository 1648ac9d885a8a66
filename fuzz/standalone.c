/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs a fuzz target over inputs that exist: each file named on the command line, or each file of a
 * directory named there. Words that begin with '-' are libFuzzer's options and are passed over, so
 * that one command line serves both kinds of build.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static unsigned long input_count;

static int complain(const char *path)
{
	fprintf(stderr, "%s: %s\n", path, strerror(errno));
	return -1;
}

static int feed_file(const char *path, size_t size)
{
	FILE *file = fopen(path, "rb");
	uint8_t *data;

	if (!file)
		return complain(path);
	/* Exactly as large as the input, so that a sanitizer sees the first byte read past it. */
	data = malloc(size ? size : 1);
	if (!data || fread(data, 1, size, file) != size) {
		free(data);
		fclose(file);
		return complain(path);
	}
	fclose(file);
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	input_count++;
	return 0;
}

static int feed(const char *path);

static int feed_directory(const char *path)
{
	struct dirent **entries;
	int count = scandir(path, &entries, NULL, alphasort);
	int status = count < 0 ? complain(path) : 0;

	for (int i = 0; i < count; i++) {
		char inner[4096];
		int length = snprintf(inner, sizeof(inner), "%s/%s", path, entries[i]->d_name);

		if (entries[i]->d_name[0] != '.') {
			if (length < 0 || (size_t)length >= sizeof(inner)) {
				errno = ENAMETOOLONG;
				status = complain(path);
			} else if (feed(inner)) {
				status = -1;
			}
		}
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return status;
}

static int feed(const char *path)
{
	struct stat info;

	if (stat(path, &info))
		return complain(path);
	if (S_ISDIR(info.st_mode))
		return feed_directory(path);
	return feed_file(path, (size_t)info.st_size);
}

int main(int argc, char **argv)
{
	int status = 0;

	for (int i = 1; i < argc; i++) {
		if (argv[i][0] != '-' && feed(argv[i]))
			status = 1;
	}
	if (!status && input_count == 0) {
		fprintf(stderr, "usage: %s FILE-OR-DIRECTORY...\n", argv[0]);
		return 2;
	}
	printf("%lu inputs\n", input_count);
	return status;
}
