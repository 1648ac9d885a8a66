/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What every other header needs: what the library exports, what it returns, and which version it
 * is.
 */
#ifndef TEEQ_STATUS_H
#define TEEQ_STATUS_H

/*
 * TEEQ_API marks what the libraries export. They are compiled with hidden visibility, so a function
 * without the mark cannot be linked against from outside, not even by accident.
 */
#if defined(__GNUC__)
#define TEEQ_API __attribute__((visibility("default")))
#else
#define TEEQ_API
#endif

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A pointer is never NULL where its comment does not say that it may be, and an index is in range.
 * Who passes something else gets TEEQ_EINPUT from what returns a status; NULL, false, 0 or -1 from
 * what does not; and a view of zeroes, or the empty text. Nothing else is done then.
 */

/*
 * What teeq_X_new() makes, or teeq_X_load() and teeq_X_parse() make of a file or a text, is the
 * caller's until teeq_X_free(). What a function fills in that holds memory has a teeq_X_free(),
 * too, which leaves it empty. All of them take NULL. Parameters stand in this order: what is asked
 * about, with what options, where the result goes, and, where a function has more to say than its
 * status,
 * @error.
 */

/*
 * What the host ran into. What the simulated system returns (ETHREAD_LIMIT, -EINVAL) is data and
 * never shows here; a bug of teeq's own does not return at all.
 */
enum teeq_status {
	TEEQ_OK = 0,
	TEEQ_EINPUT,    /* a file, table or argument is not acceptable; the message says where */
	TEEQ_ENOMEM,    /* the host has no memory left */
	TEEQ_EIO,       /* a file could not be read or written */
	TEEQ_ELIMIT,    /* a budget ran out, or the caller said stop: see below */
	TEEQ_EMISMATCH, /* a replay or comparison met something else than what was recorded */
};

/*
 * TEEQ_ELIMIT means the same everywhere: steps, states, bytes, seconds or runs that were allowed
 * are used up, or a callback, a strategy or another thread said that it is enough. What was done
 * until then is as valid as on TEEQ_OK, and the caller's in the same way: results are filled in,
 * worlds are usable. Of what was not done nothing is claimed: where there is a verdict, it is
 * VERDICT_LIMIT unless what was asked for was met before.
 */

/*
 * One message for a person. @key is the place inside the input ("clients.app.do[0].call.command"),
 * empty where there is none; @text is what was found and what is allowed. The struct is plain data
 * of the caller's; functions that fail fill it, functions that succeed leave it alone. Wherever a
 * function takes one it may be NULL.
 */
struct teeq_error {
	enum teeq_status status;
	char key[160];
	char text[480];
};

/* The version of the headers compiled against; the build system reads it from these three lines. */
#define TEEQ_VERSION_MAJOR 0
#define TEEQ_VERSION_MINOR 1
#define TEEQ_VERSION_PATCH 0

/*
 * The version of the library that runs, as "major.minor.patch". It may differ from the macros above
 * where libteeq is shared. The string is static: do not free it. Callable from any thread, any
 * time.
 */
TEEQ_API const char *teeq_version(void);

#ifdef __cplusplus
}
#endif
#endif
