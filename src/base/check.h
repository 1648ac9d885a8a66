/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef BASE_CHECK_H
#define BASE_CHECK_H

/*
 * CHECK(condition, format, ...) guards what only a bug of teeq's own can break. It prints the
 * message, lets whoever runs a model print the choices made so far (so that the bug replays), and
 * aborts. It stays in release builds: where it costs too much, the design is wrong, not the check.
 */
#define CHECK(condition, ...)                                               \
	do {                                                                \
		if (__builtin_expect(!(condition), 0))                      \
			check_failed(__FILE__, __LINE__, __VA_ARGS__);      \
	} while (0)

/*
 * INVARIANT(condition, format, ...): the same where it costs too much for every build, such as a
 * look through a whole list: only builds without NDEBUG (the presets dev, asan, tsan) look.
 */
#ifdef NDEBUG
#define INVARIANT(condition, ...) ((void)sizeof(condition))
#else
#define INVARIANT(condition, ...) CHECK(condition, __VA_ARGS__)
#endif

_Noreturn void check_failed(const char *file, int line, const char *format, ...)
	__attribute__((format(printf, 3, 4), cold));

/*
 * What to print beside a failed check on this thread: @print(@argument) writes to stderr. Returns
 * the previous one, which the caller puts back when its run ends. NULL: nothing.
 */
struct check_note {
	void (*print)(const void *argument);
	const void *argument;
};
struct check_note check_set_note(struct check_note note);

#endif
