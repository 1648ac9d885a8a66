/* SPDX-License-Identifier: BSD-2-Clause */
#include "interface.h"

#include <string.h>

#include "oracle.h"
#include "teeq/play.h"
#include "teeq/rt.h"

/* Threads are not started here: what would block is called with what is out of range only. */

static void must_refuse(enum teeq_status status, const char *what)
{
	if (status != TEEQ_EINPUT)
		found(what);
}

/* One client of a runtime that has nothing else; or none. */
static void refuse_client(struct teeq_rt_client *client, unsigned int number,
			  const struct teeq_rt_command *command)
{
	int result;

	must_refuse(teeq_rt_invoke(client, number, command, &result), "invoke");
	must_refuse(teeq_rt_session_open(client, number, &result), "open");
	must_refuse(teeq_rt_session_close(client, number, &result), "close");
	must_refuse(teeq_rt_session_reserve(client, number, &result), "reserve");
	must_refuse(teeq_rt_session_release(client, number, &result), "release");
	must_refuse(teeq_rt_lock(client, number), "lock");
	must_refuse(teeq_rt_unlock(client, number), "unlock");
	must_refuse(teeq_rt_notify(client, number), "notify");
	must_refuse(teeq_rt_await(client, number), "await");
	must_refuse(teeq_rt_signal(client, number), "signal");
	must_refuse(teeq_rt_barrier(client, number), "barrier");
}

static void refuse_nobody(void)
{
	unsigned int rpc;

	refuse_client(NULL, 0, NULL);
	must_refuse(teeq_rt_start(NULL), "start");
	must_refuse(teeq_rt_sleep(NULL, 1), "sleep");
	must_refuse(teeq_rt_receive(NULL, &rpc), "receive");
	must_refuse(teeq_rt_answer(NULL), "answer");
	teeq_rt_end(NULL);
}

static void look(struct call *call, struct teeq_rt *rt)
{
	struct teeq_rt_wait wait;
	struct teeq_rt_stats stats;

	teeq_rt_wait_of(rt, call->a, OR_NULL(call, 3, &wait));
	teeq_rt_lost_wakeup(rt);
	teeq_rt_explain(rt, OR_NULL(call, 4, call->things->out));
	teeq_rt_stats(rt, OR_NULL(call, 5, &stats));
	teeq_rt_session_answer(rt, call->a);
}

static void open_rt(struct call *call)
{
	static const char *const clients[] = { "a" };
	const struct teeq_rt_command command = { .secure = NULL };
	const struct teeq_rt_options options = {
		.policy = OR_NULL(call, 0, call->things->policy),
		.thread_count = call->a,
		.lost_count = call->b,
		.clients = OR_NULL(call, 1, clients),
		.client_count = 1,
		.pause_percent = call->b,
	};
	struct teeq_error error = { .text = "" };
	struct teeq_rt *rt = NULL;
	struct teeq_rt_client *client;
	enum teeq_status status = teeq_rt_open(OR_NULL(call, 2, &options), OR_NULL(call, 6, &rt),
					       OR_NULL(call, 7, &error));

	if (status == TEEQ_OK && (!options.policy || !options.clients || (call->nulls & 68)))
		found("what is missing is not refused");
	look(call, rt);
	if (!rt)
		return;
	client = teeq_rt_begin(rt, 0);
	if (!client || teeq_rt_begin(rt, 1 + call->a))
		found("another client begins");
	refuse_client(client, 64 + call->b % 1000, &command);
	teeq_rt_end(client);
	teeq_rt_stop(rt);
	teeq_rt_close(rt);
}

static void play(struct call *call)
{
	const struct teeq_model *m = OR_NULL(call, 0, call->things->model);
	const struct teeq_play_options options = { .pause_percent = call->a };
	struct teeq_error error;
	struct teeq_play *play = NULL;

	if (teeq_play_open(m, OR_NULL(call, 1, &options), OR_NULL(call, 2, &play),
			   OR_NULL(call, 3, &error)) == TEEQ_OK &&
	    (!m || (call->nulls & 6)))
		found("what is missing is not refused");
	teeq_play_stage(m, call->a);
	teeq_play_contested(m);
	teeq_play_rt(play);
	teeq_play_violated(play);
	teeq_play_task(NULL, NULL);
	teeq_play_close(play);
}

bool interface_threads(struct call *call, unsigned int function)
{
	switch (function) {
	case 0:
		refuse_nobody();
		return true;
	case 1:
		open_rt(call);
		return true;
	case 2:
		play(call);
		return true;
	case 3:
		look(call, NULL);
		if (teeq_rt_begin(NULL, 0))
			found("a client of nothing");
		teeq_rt_watch(NULL, 1);
		teeq_rt_stop(NULL);
		return true;
	default:
		return false;
	}
}
