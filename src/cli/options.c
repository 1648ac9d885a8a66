/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <teeq/status.h>

#include "cli/cli.h"

static char *error_text; /* where messages go; NULL: to stderr */
static size_t error_size;

void cli_error_into(char *text, size_t size)
{
	error_text = text;
	error_size = size;
}

/* One line, whatever a user put into the arguments: nothing unprintable, and not without end. */
static void print_message(const char *head, const char *tail, const char *format, va_list arguments)
{
	char text[1024];
	int length = vsnprintf(text, sizeof(text), format, arguments);

	for (char *c = text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
	if (error_text)
		snprintf(error_text, error_size, "%s", text);
	else
		fprintf(stderr, "%s%s%s%s\n", head, text, length >= (int)sizeof(text) ? "..." : "", tail);
}

int cli_error(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	print_message("teeq: ", "", format, arguments);
	va_end(arguments);
	return CLI_BAD;
}

int cli_usage(const char *command, const char *format, ...)
{
	va_list arguments;
	char head[64], tail[64];

	snprintf(head, sizeof(head), "teeq %s: ", command);
	snprintf(tail, sizeof(tail), " (try 'teeq %s --help')", command);
	va_start(arguments, format);
	print_message(head, tail, format, arguments);
	va_end(arguments);
	return CLI_BAD;
}

static int flush_error;

void cli_flush(void)
{
	errno = 0;
	if (fflush(stdout) != 0 && flush_error == 0)
		flush_error = errno;
}

int cli_end(int status)
{
	bool paged = pager_is_used(), failed;

	cli_color_end();
	failed = ferror(stdout);
	/* What was found is worth nothing to a reader who did not get it. */
	errno = flush_error;
	failed |= fclose(stdout) != 0;
	pager_end();
	/* Who left the pager wanted no more. */
	if (paged)
		return status;
	if (failed)
		return cli_error("standard output: %s", errno ? strerror(errno) : "write error");
	return status;
}

const char *cli_input_name(const char *path)
{
	return strcmp(path, "-") == 0 ? "<stdin>" : path;
}

/* "FILE:LINE" of @what. */
static bool is_line_of(const char *key, const char *what)
{
	size_t length = strlen(what);

	return strncmp(key, what, length) == 0 && key[length] == ':';
}

int cli_failed(const char *what, enum teeq_status status, const struct teeq_error *error)
{
	what = cli_input_name(what);
	if (status == TEEQ_ENOMEM)
		return cli_error("%s: out of memory", what);
	if (error && error->text[0] && is_line_of(error->key, what))
		return cli_error("%s: %s", error->key, error->text);
	if (error && error->text[0] && error->key[0] && strcmp(error->key, what) != 0)
		return cli_error("%s: %s: %s", what, error->key, error->text);
	if (error && error->text[0])
		return cli_error("%s: %s", what, error->text);
	return cli_error("%s: failed (status %d)", what, (int)status);
}

void cli_options_start(struct cli_options *options, int argc, char **argv,
		       const struct option *known, const char *help)
{
	*options = (struct cli_options){
		.command = argv[0],
		.help = help,
		.options = known,
		.argc = argc,
		.argv = argv,
		.operands = argv + 1,
	};
	optind = 1;
}

static int options_stop(struct cli_options *options, int status)
{
	options->status = status;
	return -1;
}

/* Operands move to the front of argv, over what was read already. */
static void add_operand(struct cli_options *options, char *operand)
{
	options->operands[options->operand_count++] = operand;
}

static int options_finish(struct cli_options *options)
{
	while (optind < options->argc)
		add_operand(options, options->argv[optind++]);
	cli_color_start();
	return 0;
}

#define WORD_SIZE 256

/* "--max-states, --max-memory": what @word, without its dashes, is the beginning of. */
static size_t list_longer(const struct cli_options *options, const char *word, char list[WORD_SIZE])
{
	size_t count = 0, length = 0;

	for (const struct option *known = options->options; known->name; known++) {
		if (strncmp(known->name, word, strlen(word)) != 0)
			continue;
		length += (size_t)snprintf(list + length, WORD_SIZE - length, "%s--%s",
					   count > 0 ? ", " : "", known->name);
		if (length >= WORD_SIZE)
			length = WORD_SIZE - 1;
		count++;
	}
	return count;
}

static int unknown_long_option(const struct cli_options *options, const char *given)
{
	struct cli_suggestion suggestion;
	char word[WORD_SIZE], list[WORD_SIZE] = "";
	size_t longer;

	snprintf(word, sizeof(word), "%.*s", (int)strcspn(given, "="), given);
	longer = word[0] ? list_longer(options, word, list) : 0;
	if (longer == 1)
		return cli_usage(options->command, "'--%s': the option %s takes no value", given,
				 list);
	if (longer > 1)
		return cli_usage(options->command, "ambiguous option '--%s': there are %s", given,
				 list);
	cli_suggestion_start(&suggestion, word);
	for (const struct option *known = options->options; known->name; known++)
		cli_suggestion_offer(&suggestion, known->name);
	if (suggestion.nearest)
		return cli_usage(options->command, "unknown option '--%s': did you mean --%s?",
				 given, suggestion.nearest);
	return cli_usage(options->command, "unknown option '--%s'", given);
}

static int unknown_option(const struct cli_options *options)
{
	const char *word = options->argv[optind - 1];

	if (strncmp(word, "--", 2) == 0)
		return unknown_long_option(options, word + 2);
	return cli_usage(options->command, "unknown option '-%c'", optopt);
}

int cli_next_option(struct cli_options *options)
{
	const char *wrong;

	for (;;) {
		/* '-': operands come in order, whatever POSIXLY_CORRECT says; ':': own messages. */
		int option = getopt_long(options->argc, options->argv,
					 options->short_options ? options->short_options : "-:hV",
					 options->options, NULL);

		switch (option) {
		case -1:
			return options_finish(options);
		case 1:
			add_operand(options, optarg);
			break;
		case 'h':
			pager_start();
			fputs(options->help, stdout);
			return options_stop(options, CLI_OK);
		case 'V':
			printf("teeq %s\n", teeq_version());
			return options_stop(options, CLI_OK);
		case CLI_SET:
			wrong = cli_set_add(optarg);
			if (wrong)
				return options_stop(options,
						    cli_usage(options->command, "--set: '%.60s%s' %s",
							      optarg, strlen(optarg) > 60 ? "..." : "",
							      wrong));
			break;
		case CLI_NO_PAGER:
			pager_refuse();
			break;
		case CLI_COLOR:
			if (!cli_color_choose(optarg))
				return options_stop(options, cli_usage(options->command,
								       "--color: '%s' is not auto, "
								       "always or never", optarg));
			break;
		case ':':
			return options_stop(options,
					    cli_usage(options->command, "'%s' needs a value",
						      options->argv[optind - 1]));
		case '?':
			return options_stop(options, unknown_option(options));
		default:
			return option;
		}
	}
}

bool cli_number(const char *command, const char *option, const char *text, uint64_t min,
		uint64_t max, uint64_t *value)
{
	uint64_t number = 0;
	bool good = *text != '\0';

	for (const char *c = text; good && *c; c++) {
		uint64_t digit = (uint64_t)(*c - '0');

		good = *c >= '0' && *c <= '9' && number <= (UINT64_MAX - digit) / 10;
		number = number * 10 + digit;
	}
	if (good && number >= min && number <= max) {
		*value = number;
		return true;
	}
	cli_usage(command, "%s: '%s' is not a number from %" PRIu64 " to %" PRIu64, option, text,
		  min, max);
	return false;
}

bool cli_size(const char *command, const char *option, const char *text, uint64_t *bytes)
{
	static const char units[] = "KMG";
	size_t length = strspn(text, "0123456789");
	const char *unit = length > 0 && text[length] ? strchr(units, text[length]) : NULL;
	unsigned int shift = unit ? 10 * (unsigned int)(unit - units + 1) : 0;
	uint64_t number = 0;
	bool good = length > 0 && (text[length] == '\0' || (unit && text[length + 1] == '\0'));

	for (size_t i = 0; good && i < length; i++) {
		number = number * 10 + (uint64_t)(text[i] - '0');
		good = number <= CLI_SIZE_MAX >> shift;
	}
	if (good && number > 0) {
		*bytes = number << shift;
		return true;
	}
	cli_usage(command,
		  "%s: '%s' is not a number of bytes from 1 to 1073741824G (K, M and G stand for "
		  "2^10, 2^20 and 2^30)",
		  option, text);
	return false;
}

bool cli_takes_one_file(const struct cli_options *options, bool schedule)
{
	if (options->operand_count == (schedule ? 2 : 1))
		return true;
	cli_usage(options->command, "one FILE %s needed, not %d arguments",
		  schedule ? "and one SCHEDULE are" : "is", options->operand_count);
	return false;
}
