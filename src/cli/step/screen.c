/* SPDX-License-Identifier: BSD-2-Clause */
#include "cli/step/screen.h"

#ifndef TEEQ_CURSES

bool screen_possible(void)
{
	return false;
}

int screen_run(struct stepper *stepper)
{
	(void)stepper;
	return CLI_BAD;
}

#else

/* Functions instead of macros: those convert as they like. */
#define NCURSES_NOMACROS
#include <curses.h>
#include <stdlib.h>
#include <string.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>

#include <teeq/report.h>

/* Of the screen, from above: the title, the rows, a rule, the last steps, a message, the keys. */
#define LINES_OF_MESSAGE 2
#define LINES_OF_FRAME	 (3 + LINES_OF_MESSAGE)
#define LINES_OF_STEPS	 5
#define TEXT_LINES	 4 /* of what a command says: more are shown for themselves */
#define CONTROL_C      3
#define CONTROL_L      12

/*
 * @row, @top   the row that keys are about, and the first that is seen
 * @message     of the last command
 */
struct screen {
	struct stepper *stepper;
	size_t row_count;
	size_t row;
	size_t top;
	int name_width;
	char message[CONDITION_TEXT + STEP_TEXT_MAX];
};

/* ------------------------------------------ drawing ------------------------------------------- */

/* One line from column 0, cut to the width, and nothing of what stood there. */
static void screen_line(int line, int attributes, const char *text)
{
	attrset(attributes);
	move(line, 0);
	clrtoeol();
	addnstr(text, COLS);
	attrset(A_NORMAL);
}

static void draw_title(const struct screen *screen)
{
	const struct teeq_model *model = screen->stepper->s.c.model;
	char place[STEP_TEXT_MAX], title[STEP_TEXT_MAX + 2 * TEEQ_NAME_MAX + 16];

	command_place(&screen->stepper->s, place);
	snprintf(title, sizeof(title), "%s, %s: %s", teeq_model_name(model),
		 teeq_model_policy(model)->name, place);
	snprintf(title + strlen(title), sizeof(title) - strlen(title), "%*s",
		 COLS > (int)strlen(title) && COLS < STEP_TEXT_MAX ? COLS - (int)strlen(title) : 0,
		 "");
	screen_line(0, A_REVERSE, title);
}

/* How many lines the rows have. */
static int row_lines(const struct screen *screen)
{
	int room = LINES - LINES_OF_FRAME - LINES_OF_STEPS;

	if (room < 3)
		room = LINES - LINES_OF_FRAME > 1 ? LINES - LINES_OF_FRAME : 1;
	return room < (int)screen->row_count ? room : (int)screen->row_count;
}

/* '>' the row that keys are about, '*' a task that can move: seen without bold and colour, too. */
static void draw_row(const struct screen *screen, size_t row, int line)
{
	const struct step *s = &screen->stepper->s;
	bool moves = row < teeq_model_task_count(s->c.model) && step_enabled(s) >> row & 1;
	char name[STEP_NAME_MAX], text[STEP_TEXT_MAX];
	char out[STEP_NAME_MAX + STEP_TEXT_MAX + 8];

	step_row_name(s->c.model, row, name);
	step_row_text(s, row, text);
	snprintf(out, sizeof(out), "%c%c %-*s  %s", row == screen->row ? '>' : ' ',
		 moves ? '*' : ' ', screen->name_width, name, text);
	screen_line(line, (moves ? A_BOLD : A_NORMAL) | (row == screen->row ? A_STANDOUT : 0), out);
}

static void draw_rows(struct screen *screen)
{
	size_t shown = (size_t)row_lines(screen);

	if (screen->row < screen->top)
		screen->top = screen->row;
	if (screen->row >= screen->top + shown)
		screen->top = screen->row - shown + 1;
	if (screen->top + shown > screen->row_count)
		screen->top = screen->row_count - shown;
	for (size_t i = 0; i < shown; i++)
		draw_row(screen, screen->top + i, 1 + (int)i);
}

/* The steps around: those that were made last, and what the schedule does next. */
static void draw_steps(const struct screen *screen, int from, int to)
{
	const struct step *s = &screen->stepper->s;
	size_t room = to > from ? (size_t)(to - from) : 0;
	size_t ahead = s->choices.count > s->at && room > 1 ? 1 : 0;
	size_t first = s->at + ahead > room ? s->at + ahead - room : 0;

	for (size_t step = first; step < s->at + ahead; step++) {
		const struct teeq_event *event = &s->events[step];
		char text[STEP_TEXT_MAX], line[STEP_TEXT_MAX + 2 * TEEQ_NAME_MAX + 32];

		teeq_event_text(s->c.model, event, text, sizeof(text));
		snprintf(line, sizeof(line), "%5zu  %s  %s%s", step,
			 teeq_model_task_name(s->c.model, event->task), text,
			 step >= s->at ? "  (ahead)" : "");
		screen_line(from++, step >= s->at ? A_DIM : A_NORMAL, line);
	}
}

static void draw_message(const struct screen *screen, int line)
{
	size_t length = strlen(screen->message), width = (size_t)COLS;

	for (size_t from = 0; from < length && line < LINES - 1; from += width)
		screen_line(line++, A_BOLD, screen->message + from);
}

static void draw(struct screen *screen)
{
	int below = 1 + row_lines(screen);
	int message = LINES - 1 - LINES_OF_MESSAGE;

	erase();
	draw_title(screen);
	draw_rows(screen);
	if (message > below + 1) {
		move(below, 0);
		hline('-', COLS);
		draw_steps(screen, below + 1, message);
	}
	draw_message(screen, message > below ? message : below);
	if (LINES > 2)
		screen_line(LINES - 1, A_NORMAL,
			    "enter move  b back  f forward  n/p change  c run  + break  l lost  "
			    "s save  ? keys  q quit");
	move(1 + (int)(screen->row - screen->top), 0);
	refresh();
}

/* --------------------------------------- texts and lines -------------------------------------- */

/* How much of @text is on one line of the screen. */
static size_t text_width(const char *text)
{
	size_t length = strcspn(text, "\n");

	return length < (size_t)COLS ? length : (size_t)COLS;
}

/* The beginning of the line behind @text's first @count ones; its end where it has fewer. */
static const char *text_line(const char *text, size_t count)
{
	while (count > 0 && *text) {
		text += text_width(text);
		text += *text == '\n';
		count--;
	}
	return text;
}

static void draw_text(const char *text, size_t top)
{
	erase();
	text = text_line(text, top);
	for (int line = 0; line < LINES - 1 && *text; line++) {
		move(line, 0);
		addnstr(text, (int)text_width(text));
		text = text_line(text, 1);
	}
	screen_line(LINES - 1, A_REVERSE, "up, down, space: scroll; any other key: back");
	refresh();
}

/* @text on all of the screen. */
static void show_text(const char *text)
{
	size_t page = LINES > 2 ? (size_t)LINES - 2 : 1, top = 0;

	for (;;) {
		draw_text(text, top);
		switch (getch()) {
		case KEY_UP:
		case 'k':
			top -= top > 0;
			break;
		case KEY_DOWN:
		case 'j':
			top += *text_line(text, top + 1) != '\0';
			break;
		case ' ':
		case KEY_NPAGE:
			top += *text_line(text, top + page) ? page : 0;
			break;
		case KEY_PPAGE:
			top -= top < page ? top : page;
			break;
		case KEY_RESIZE:
			break;
		default:
			return;
		}
	}
}

/* A line from the user, behind @prompt. False: none, after all. */
static bool screen_ask_line(const char *prompt, char *line, size_t size)
{
	size_t length = strlen(line);

	for (;;) {
		char shown[STEP_TEXT_MAX];
		int key;

		snprintf(shown, sizeof(shown), "%s%s", prompt, line);
		screen_line(LINES - 1, A_NORMAL, shown);
		move(LINES - 1, (int)strlen(shown) < COLS ? (int)strlen(shown) : COLS - 1);
		refresh();
		key = getch();
		if (key == '\r' || key == '\n' || key == KEY_ENTER)
			return length > 0;
		if (key == ERR || key == CONTROL_C || key == 27)
			return false;
		if (key == KEY_BACKSPACE || key == '\b' || key == 127) {
			if (length == 0)
				return false;
			line[--length] = '\0';
		} else if (key >= ' ' && key < 127 && length + 1 < size) {
			line[length++] = (char)key;
			line[length] = '\0';
		}
	}
}

/* -------------------------------------------- keys -------------------------------------------- */

/* The lines of @text as one. */
static void screen_say(struct screen *screen, const char *text)
{
	size_t length = 0;

	screen->message[0] = '\0';
	while (*text && length < sizeof(screen->message)) {
		text += strspn(text, " ");
		length += (size_t)snprintf(screen->message + length,
					   sizeof(screen->message) - length, "%s%.*s",
					   length > 0 ? "; " : "", (int)strcspn(text, "\n"), text);
		text += strcspn(text, "\n");
		text += *text == '\n';
	}
}

/* What a command says: a few lines are the message, more of them have the screen. */
static bool screen_do(struct screen *screen, const char *line)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	enum command_result result;

	if (!out)
		return true;
	result = command_do(screen->stepper, line, out);
	fclose(out);
	screen_say(screen, result == COMMAND_DONE ? text : screen->stepper->why);
	if (result == COMMAND_DONE && text_line(text, TEXT_LINES)[0])
		show_text(text);
	free(text);
	/* A message of the command's own on stderr would stand in the picture. */
	clearok(stdscr, result == COMMAND_WRONG);
	return result != COMMAND_QUIT;
}

static bool screen_do_with(struct screen *screen, const char *command, const char *argument)
{
	char line[CONDITION_TEXT];

	snprintf(line, sizeof(line), "%s %s", command, argument);
	return screen_do(screen, line);
}

static bool screen_ask(struct screen *screen, const char *command)
{
	char prompt[32], line[CONDITION_TEXT - 16] = "";

	snprintf(prompt, sizeof(prompt), "%s: ", command[0] ? command : "command");
	return !screen_ask_line(prompt, line, sizeof(line)) ||
	       screen_do_with(screen, command, line);
}

/* The row that the cursor is on: a task moves, of anything else all of the text is shown. */
static bool screen_enter(struct screen *screen)
{
	const struct step *s = &screen->stepper->s;
	char name[STEP_NAME_MAX], text[STEP_TEXT_MAX];

	step_row_name(s->c.model, screen->row, name);
	if (screen->row < teeq_model_task_count(s->c.model) &&
	    step_enabled(s) >> screen->row & 1)
		return screen_do_with(screen, "move", name);
	step_row_text(s, screen->row, text);
	show_text(text);
	return true;
}

static bool screen_change(struct screen *screen, const char *command)
{
	char name[STEP_NAME_MAX];

	step_row_name(screen->stepper->s.c.model, screen->row, name);
	return screen_do_with(screen, command, name);
}

static const char keys[] =
	"Keys\n"
	"\n"
	"  up, down, j, k   choose a row: a task, a thread, a lock, ...; '*' marks who can move\n"
	"  enter, space     let the task of the row move; of other rows, and of tasks that cannot,\n"
	"                   the whole text\n"
	"  right, f         on along the schedule        left, b, backspace   back\n"
	"  home, 0          the start                    end, $               the end\n"
	"  g                go to a step                 l                    the step of no return\n"
	"  n, p             the next and the previous change of the row\n"
	"  c                run, to a breakpoint         +, -                 set and delete one\n"
	"  t                the steps made so far        r                    the report\n"
	"  s                save the schedule            :                    a command, see below\n"
	"  ctrl-l           draw anew                    q                    quit\n"
	"\n"
	"Commands\n"
	"\n" COMMAND_HELP;

/* Keys that are a command, as it is; or a question for its argument, where it ends in a blank. */
static const struct {
	int key;
	const char *command;
} command_keys[] = {
	{ 'f', "forward" }, { KEY_RIGHT, "forward" }, { 'b', "back" }, { KEY_LEFT, "back" },
	{ KEY_BACKSPACE, "back" }, { 127, "back" }, { '\b', "back" }, { KEY_HOME, "start" },
	{ '0', "start" }, { KEY_END, "end" }, { '$', "end" }, { 'l', "lost" }, { 'c', "run" },
	{ 't', "trace" }, { 'r', "report" }, { 'q', "quit" }, { CONTROL_C, "quit" },
	{ ERR, "quit" }, { 'g', "goto " }, { '+', "break " }, { '-', "delete " }, { 's', "save " },
	{ ':', " " },
};
#define COMMAND_KEYS (sizeof(command_keys) / sizeof(command_keys[0]))

static bool command_key(struct screen *screen, int key)
{
	for (size_t i = 0; i < COMMAND_KEYS; i++) {
		const char *command = command_keys[i].command;
		size_t length = strlen(command);
		char name[16];

		if (command_keys[i].key != key)
			continue;
		if (command[length - 1] != ' ')
			return screen_do(screen, command);
		snprintf(name, sizeof(name), "%.*s", (int)length - 1, command);
		return screen_ask(screen, name);
	}
	return true;
}

/* False: the user leaves. */
static bool screen_key(struct screen *screen, int key)
{
	switch (key) {
	case KEY_UP:
	case 'k':
		screen->row -= screen->row > 0;
		return true;
	case KEY_DOWN:
	case 'j':
		screen->row += screen->row + 1 < screen->row_count;
		return true;
	case '\r':
	case '\n':
	case ' ':
	case KEY_ENTER:
		return screen_enter(screen);
	case 'n':
		return screen_change(screen, "next");
	case 'p':
		return screen_change(screen, "previous");
	case '?':
		show_text(keys);
		return true;
	case CONTROL_L:
		clearok(stdscr, TRUE);
		return true;
	default:
		return command_key(screen, key);
	}
}

/* ------------------------------------------- running ------------------------------------------ */

bool screen_possible(void)
{
	bool possible;
	int wrong;

	if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) ||
	    setupterm(NULL, STDOUT_FILENO, &wrong) != OK)
		return false;
	possible = cursor_address;
	del_curterm(cur_term);
	return possible;
}

/* ^C is a key like others: the screen is left in order. ^S and ^Q stay with a serial line. */
static void take_interrupts(void)
{
	struct termios line;

	if (tcgetattr(STDIN_FILENO, &line) != 0)
		return;
	line.c_cc[VINTR] = _POSIX_VDISABLE;
	if (tcsetattr(STDIN_FILENO, TCSANOW, &line) == 0)
		def_prog_mode();
}

static void screen_measure(struct screen *screen)
{
	const struct teeq_model *model = screen->stepper->s.c.model;
	char name[STEP_NAME_MAX];

	screen->row_count = step_row_count(model);
	for (size_t row = 0; row < screen->row_count; row++) {
		step_row_name(model, row, name);
		if ((int)strlen(name) > screen->name_width)
			screen->name_width = (int)strlen(name);
	}
}

int screen_run(struct stepper *stepper)
{
	struct screen screen = { .stepper = stepper };
	SCREEN *terminal;

	screen_measure(&screen);
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal)
		return cli_error("the terminal could not be opened");
	cbreak();
	noecho();
	nonl();
	keypad(stdscr, TRUE);
	take_interrupts();
	do {
		draw(&screen);
	} while (screen_key(&screen, getch()));
	/* The shell's next line is not to stand in what is left. */
	move(LINES - 1, 0);
	clrtoeol();
	refresh();
	endwin();
	delscreen(terminal);
	return CLI_OK;
}

#endif
