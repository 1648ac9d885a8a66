/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TEEQ_STATUS_H
#define TEEQ_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

/*
 * A pointer is never NULL where its comment does not say that it may be, and an index is in range. Who
 * passes something else gets TEEQ_EINPUT from what returns a status; NULL, false, 0 or -1 from what does
 * not; and a view of zeroes. Nothing is done then.
 */

/*
 * What teeq_X_new() makes, or teeq_X_load() and teeq_X_parse() make of a file or a text, is the
 * caller's until teeq_X_free(). What a function fills in that holds memory has a teeq_X_free(), too,
 * which leaves it empty. All of them take NULL. Parameters stand in this order: what is asked about,
 * with what options, where the result goes, and, where a function has more to say than its status,
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
 * TEEQ_ELIMIT means the same everywhere: steps, states, bytes, seconds or runs that were allowed are
 * used up, or a callback, a strategy or another thread said that it is enough. What was done until
 * then is as valid as on TEEQ_OK, and the caller's in the same way: results are filled in, worlds are
 * usable. Of what was not done nothing is claimed: where there is a verdict, it is VERDICT_LIMIT
 * unless what was asked for was met before.
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

#ifdef __cplusplus
}
#endif
#endif
