/* SPDX-License-Identifier: BSD-2-Clause */
/* Compiling the tree's files with the headers of the harness, and linking them. */
#define _GNU_SOURCE
#include "cli/driver/build.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <teeq/harness/driver/doors.h>

#include "cli/cli.h"

/* ------------------------------------------ commands ------------------------------------------ */

/* Words of a command, each to be freed. */
struct words {
	char *word[DRIVER_ARGUMENT_MAX + 1];
	size_t count;
	bool failed;
};

static void compile_add(struct words *words, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

static void compile_add(struct words *words, const char *format, ...)
{
	va_list arguments;
	char *word = NULL;

	va_start(arguments, format);
	if (words->count == DRIVER_ARGUMENT_MAX || vasprintf(&word, format, arguments) < 0) {
		words->failed = true;
		word = NULL;
	}
	va_end(arguments);
	if (word)
		words->word[words->count++] = word;
}

static void free_words(struct words *words)
{
	for (size_t i = 0; i < words->count; i++)
		free(words->word[i]);
	*words = (struct words){ .count = 0 };
}

/* Its exit status, or -1 where it could not be run; what it says on stderr goes to @errors. */
static int compile_run(const struct driver_build *b, struct words *words, const char *errors)
{
	int status = -1;
	pid_t child;

	for (size_t i = 0; b->verbose && i < words->count; i++)
		printf("%s%s", words->word[i], i + 1 < words->count ? " " : "\n");
	cli_flush();
	words->word[words->count] = NULL;
	child = words->failed ? -1 : fork();
	if (child == 0) {
		int to = open(errors, O_WRONLY | O_CREAT | O_TRUNC, 0600);

		if (to >= 0)
			dup2(to, STDERR_FILENO);
		execvp(words->word[0], words->word);
		_exit(127);
	}
	while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (child < 0 || !WIFEXITED(status))
		return -1;
	return WEXITSTATUS(status);
}

/* ------------------------------------------- digest ------------------------------------------- */

static void digest_bytes(struct driver_build *b, const char *bytes, size_t size)
{
	for (size_t i = 0; i < size; i++)
		b->digest = (b->digest ^ (unsigned char)bytes[i]) * UINT64_C(0x100000001b3);
}

static void digest_file(struct driver_build *b, const char *path)
{
	char bytes[4096];
	FILE *file = fopen(path, "r");
	size_t size;

	while (file && (size = fread(bytes, 1, sizeof(bytes), file)) > 0)
		digest_bytes(b, bytes, size);
	if (file)
		fclose(file);
}

/* -------------------------------------------- stage ------------------------------------------- */

/* Of the headers that the tree brings along itself, those that it has. */
static const char *const own_headers[] = {
	"linux/tee_drv.h",	 "linux/tee_core.h", "linux/rpmb.h",
	"linux/scmi_protocol.h", "uapi/linux/tee.h",
};

static int link_header(struct driver_build *b, const char *from, const char *to)
{
	char source[PATH_MAX], target[PATH_MAX], absolute[PATH_MAX];

	if (snprintf(source, sizeof(source), "%s/include/%s", b->tree, from) >=
		    (int)sizeof(source) ||
	    snprintf(target, sizeof(target), "%s/%s", b->stage, to) >= (int)sizeof(target))
		return cli_error("%s: the path is too long", b->tree);
	if (!realpath(source, absolute))
		return CLI_OK;
	digest_file(b, absolute);
	if (symlink(absolute, target) != 0)
		return cli_error("%s: %s", target, strerror(errno));
	return CLI_OK;
}

static int make_folder(const struct driver_build *b, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%.4000s/%s", b->stage, name);
	return mkdir(path, 0700) == 0 ? CLI_OK : cli_error("%s: %s", path, strerror(errno));
}

int driver_make_stage(struct driver_build *b)
{
	const char *temporary = getenv("TMPDIR");
	int status;

	snprintf(b->stage, sizeof(b->stage), "%.3000s/teeq-driver-XXXXXX",
		 temporary && temporary[0] ? temporary : "/tmp");
	if (!mkdtemp(b->stage)) {
		status = cli_error("%s: %s", b->stage, strerror(errno));
		b->stage[0] = '\0';
		return status;
	}
	status = make_folder(b, "linux");
	if (status == CLI_OK)
		status = make_folder(b, "uapi");
	if (status == CLI_OK)
		status = make_folder(b, "uapi/linux");
	for (size_t i = 0; status == CLI_OK && i < sizeof(own_headers) / sizeof(own_headers[0]);
	     i++)
		status = link_header(b, own_headers[i], own_headers[i]);
	return status == CLI_OK ? link_header(b, "uapi/linux/tee.h", "linux/tee.h") : status;
}

static void empty_folder(const char *folder)
{
	DIR *entries = opendir(folder);
	const struct dirent *entry;
	char path[PATH_MAX];

	while (entries && (entry = readdir(entries)))
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 &&
		    snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name) <
			    (int)sizeof(path))
			unlink(path);
	if (entries)
		closedir(entries);
	rmdir(folder);
}

void driver_remove_stage(const struct driver_build *b)
{
	static const char *const folders[] = { "/uapi/linux", "/uapi", "/linux", "" };
	char path[PATH_MAX];

	for (size_t i = 0; b->stage[0] && i < sizeof(folders) / sizeof(folders[0]); i++)
		if (snprintf(path, sizeof(path), "%s%s", b->stage, folders[i]) < (int)sizeof(path))
			empty_folder(path);
}

/* ------------------------------------------ what fails ---------------------------------------- */

/* The compiler's own words, and the first header that it does not find. */
static bool show_errors(const char *path, char *header, size_t size)
{
	char line[1024];
	FILE *file = fopen(path, "r");
	bool missing = false;

	while (file && fgets(line, sizeof(line), file)) {
		const char *fatal = strstr(line, "fatal error: ");
		const char *start = fatal ? fatal + strlen("fatal error: ") : NULL;

		fputs(line, stderr);
		if (missing || !start)
			continue;
		start += *start == '\'';
		snprintf(header, size, "%.*s", (int)strcspn(start, ":'\n"), start);
		missing = strstr(start, "No such file") || strstr(start, "not found");
	}
	if (file)
		fclose(file);
	return missing;
}

/*
 * Whether @header is one that only the tree can have: one beside its sources, or of those that it
 * brings along.
 */
static bool is_of_tree(const char *header)
{
	bool own = !strchr(header, '/') || header[0] == '.';

	for (size_t i = 0; i < sizeof(own_headers) / sizeof(own_headers[0]); i++)
		own |= strcmp(header, own_headers[i]) == 0;
	return own || strcmp(header, "linux/tee.h") == 0;
}

static int tell_failure(const struct driver_build *b, const char *what, const char *errors)
{
	char header[256] = "";
	bool missing = show_errors(errors, header, sizeof(header));

	if (missing && is_of_tree(header))
		return cli_error("%s: the tree has no %s", what, header);
	if (missing)
		return cli_error(
			"%s: there is no <%s> in %s: write one with what it wants of that, "
			"and name its folder with --include",
			what, header, b->shims);
	return cli_error("%s: does not compile with the kernel's headers in %s: what it wants "
			 "beside them can be given in headers of your own, with --include",
			 what, b->shims);
}

/* ------------------------------------------- compiling ---------------------------------------- */

/* By what kbuild calls the module that @source belongs to. */
static const char *module_of(const char *source)
{
	if (strncmp(source, "drivers/tee/optee/", 18) == 0)
		return "optee";
	if (strncmp(source, "drivers/tee/", 12) == 0)
		return "tee";
	return strncmp(source, "drivers/misc/", 13) == 0 ? "rpmb_core" : "scmi_transport_optee";
}

/* Faults of the kind that a kernel build refuses are errors here, too. */
static void add_flags(const struct driver_build *b, struct words *words, const char *module)
{
	static const char *const flags[] = {
		"-g",
		"-O1",
		"-std=gnu11",
		"-fPIC",
		"-fvisibility=hidden",
		"-fno-strict-aliasing",
		"-fwrapv",
		"-fno-delete-null-pointer-checks",
		"-fno-omit-frame-pointer",
		"-Werror=implicit-function-declaration",
		"-Werror=incompatible-pointer-types",
		"-Werror=int-conversion",
		"-Werror=return-type",
		"-D__KERNEL__",
		"-DMODULE",
	};

	compile_add(words, "%s", b->compiler);
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++)
		compile_add(words, "%s", flags[i]);
	compile_add(words, "-DTEEQ_LINUX=0x%04x", b->number);
	compile_add(words, "-DKBUILD_MODNAME=\"%s\"", module);
	compile_add(words, "-DTEEQ_HAS_RPMB=%d", b->has_rpmb);
	compile_add(words, "-DTEEQ_ON_THREADS=%d", b->on_threads);
	if (b->sanitizes)
		compile_add(words, "-fsanitize=thread");
	compile_add(words, "-DTEEQ_SUPPLICANT_WAIT=%d", (int)b->supplicant_wait);
	compile_add(words, "-DTEEQ_RESCHEDULES=%u", b->reschedules);
	compile_add(words, "-DTEEQ_HAS_SCMI=%d", b->scmi != NULL);
	/* Places are told as in the tree, and in the same way wherever that lies. */
	compile_add(words, "-ffile-prefix-map=%s/=", b->tree);
	compile_add(words, "-ffile-prefix-map=%s/=", b->shims);
	compile_add(words, "-include");
	compile_add(words, "%s/linux/kconfig.h", b->shims);
	if (b->extra)
		compile_add(words, "-I%s", b->extra);
	compile_add(words, "-I%s", b->stage);
}

static void add_shims(const struct driver_build *b, struct words *words)
{
	compile_add(words, "-I%s", b->shims);
	compile_add(words, "-I%s/../..", b->shims);
}

/*
 * Compile @source with the flags in @words, which are given back, to @object of the stage. What the
 * compiler says goes to @errors. Returns its exit status.
 */
static int compile(const struct driver_build *b, struct words *words, const char *source,
		   const char *object, char errors[PATH_MAX])
{
	int result;

	snprintf(errors, PATH_MAX, "%.4000s/errors", b->stage);
	add_shims(b, words);
	compile_add(words, "-c");
	compile_add(words, "%s", source);
	compile_add(words, "-o");
	compile_add(words, "%s/%s", b->stage, object);
	result = compile_run(b, words, errors);
	free_words(words);
	return result;
}

static int compile_source(struct driver_build *b, size_t i)
{
	struct words words = { .count = 0 };
	char path[PATH_MAX], object[32], errors[PATH_MAX];
	int result;

	if (snprintf(path, sizeof(path), "%s/%s", b->tree, b->sources[i]) >= (int)sizeof(path))
		return cli_error("%s: the path is too long", b->tree);
	snprintf(object, sizeof(object), "%zu.o", i);
	digest_file(b, path);
	add_flags(b, &words, module_of(b->sources[i]));
	compile_add(&words, "-I%.*s", (int)(strrchr(path, '/') - path), path);
	result = compile(b, &words, path, object, errors);
	if (result == 127)
		return cli_error("%s: cannot be run: name a C compiler with --cc", b->compiler);
	return result == 0 ? CLI_OK : tell_failure(b, b->sources[i], errors);
}

/*
 * Of the two files of teeq's own that want the tree's types, @name is one; its headers are in
 * @folder.
 */
static int compile_own(const struct driver_build *b, struct words *words, const char *folder,
		       const char *name, char errors[PATH_MAX])
{
	char source[PATH_MAX], object[32];

	snprintf(source, sizeof(source), "%.4000s/driver/%s.c", b->shims, name);
	snprintf(object, sizeof(object), "%s.o", name);
	compile_add(words, "-I%s/%s", b->tree, folder);
	return compile(b, words, source, object, errors);
}

/*
 * The glue, for a call queue of which as much is known as its headers have: with counters and
 * system callers (2), without (1), or as something else (0).
 */
static int compile_glue(struct driver_build *b)
{
	char errors[PATH_MAX];
	int result = 1;

	for (int queue = 2; result != 0 && queue >= 0; queue--) {
		struct words words = { .count = 0 };

		add_flags(b, &words, "teeq");
		compile_add(&words, "-DTEEQ_QUEUE=%d", queue);
		compile_add(&words, "-DTEEQ_DRIVER_DIGEST=UINT64_C(0x%016" PRIx64 ")", b->digest);
		compile_add(&words,
			    "-DTEEQ_DRIVER_STAMP=\"Linux %s, sources %016" PRIx64 "%s, compiler \" "
			    "__VERSION__",
			    b->version, b->digest,
			    b->sanitizes  ? ", for threads under ThreadSanitizer" :
			    b->on_threads ? ", for threads" :
					    "");
		result = compile_own(b, &words, "drivers/tee/optee", "glue", errors);
	}
	return result == 0 ? CLI_OK : tell_failure(b, "driver/glue.c", errors);
}

static int compile_scmi_glue(struct driver_build *b)
{
	struct words words = { .count = 0 };
	char errors[PATH_MAX];

	if (!b->scmi)
		return CLI_OK;
	add_flags(b, &words, "teeq");
	return compile_own(b, &words, "drivers/firmware/arm_scmi", "glue_scmi", errors) == 0 ?
		       CLI_OK :
		       tell_failure(b, "driver/glue_scmi.c", errors);
}

/* What the driver calls of the harness it calls by a door before it. */
static void add_doors(struct words *words)
{
#define DOOR(name) ",--wrap=" #name
	compile_add(words, "%s", "-Wl,-z,now" TEEQ_DOORS(DOOR));
#undef DOOR
}

static int link_object(struct driver_build *b)
{
	struct words words = { .count = 0 };
	char errors[PATH_MAX], header[8];
	int result;

	snprintf(errors, sizeof(errors), "%.4000s/errors", b->stage);
	compile_add(&words, "%s", b->compiler);
	compile_add(&words, "-shared");
	compile_add(&words, "-Wl,-z,now,-z,relro,--build-id=none");
	if (b->on_threads)
		add_doors(&words);
	if (b->sanitizes)
		compile_add(&words, "-fsanitize=thread");
	compile_add(&words, "-o");
	compile_add(&words, "%s", b->output);
	for (size_t i = 0; i < b->source_count; i++)
		compile_add(&words, "%s/%zu.o", b->stage, i);
	compile_add(&words, "%s/glue.o", b->stage);
	if (b->scmi)
		compile_add(&words, "%s/glue_scmi.o", b->stage);
	result = compile_run(b, &words, errors);
	free_words(&words);
	if (result == 0)
		return CLI_OK;
	show_errors(errors, header, sizeof(header));
	return cli_error("%s: could not be linked", b->output);
}

int driver_compile(struct driver_build *b)
{
	int status = CLI_OK;

	b->digest = UINT64_C(0xcbf29ce484222325) ^ b->digest;
	for (size_t i = 0; status == CLI_OK && i < b->source_count; i++)
		status = compile_source(b, i);
	if (status == CLI_OK)
		status = compile_glue(b);
	if (status == CLI_OK)
		status = compile_scmi_glue(b);
	return status == CLI_OK ? link_object(b) : status;
}
