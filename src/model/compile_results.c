/* SPDX-License-Identifier: BSD-2-Clause */
#include "model/build.h"

#include "teeq/abi.h"

/*
 * Steps about what fails. They become jumps: a step that may fail is followed by one (OP_ON_FAIL),
 * or has one built in (of a command); where it leads the error is compared, and goes on outwards
 * where nobody asks for it. In a command that is the way by which it gives back what it took.
 */

/* @instruction, whose target will be known later: the next of @chain. */
static bool emit_chained(struct build *build, struct instruction instruction, uint16_t *chain)
{
	uint16_t here = code_here(build);

	instruction.target = *chain;
	*chain = here;
	return emit(build, instruction);
}

void chain_patch(struct build *build, uint16_t chain)
{
	while (chain != CODE_NONE) {
		uint16_t next = build->model->code[chain].target;

		code_patch(build, chain);
		chain = next;
	}
}

bool emit_on_fail(struct build *build)
{
	if (!build->catcher || !build->catcher->outer)
		return true;
	return emit_chained(build, (struct instruction){ .op = OP_ON_FAIL, .flags = FLAG_ERROR },
			    &build->catcher->chain);
}

static bool emit_outwards(struct build *build, struct instruction instruction, int place)
{
	return place == IN_COMMAND ? emit_failing(build, instruction) :
				     emit_chained(build, instruction, &build->catcher->chain);
}

static bool emit_fail(struct build *build, const struct teeq_step *step, int place)
{
	struct instruction fail = { .op = OP_FAIL };
	uint8_t error = 0;

	if (!find_result(build, "", step->name, &error))
		return false;
	fail.error = error;
	return emit_outwards(build, fail, place);
}

/* The steps that are tried, and behind them, over a jump of @ends, where they lead if they fail. */
static bool emit_tried(struct build *build, const struct teeq_step *step, int place,
		       unsigned int depth, uint16_t *ends)
{
	struct catcher catcher = { build->catcher, CODE_NONE };
	bool secure = place == IN_COMMAND;
	size_t mark = 0, length = key_push(build, ".");

	if (step->step_count > 0 && !step->steps)
		return build_fail(build, "its steps are missing");
	if (secure && !holds_begin(build, &mark))
		return false;
	if (!secure)
		build->catcher = &catcher;
	if (!emit_steps(build, step->steps, step->step_count, place, depth))
		return false;
	build->catcher = secure ? build->catcher : catcher.outer;
	key_pop(build, length);
	if (!secure && catcher.chain == CODE_NONE)
		return build_fail(build, "nothing in it can fail");
	if (!emit_chained(build, (struct instruction){ .op = OP_GOTO }, ends))
		return false;
	chain_patch(build, catcher.chain);
	return !secure || holds_end(build, mark);
}

/* @caught: a bit for each error that handlers before this one have; TEEQ_FAILURE_NONE is any. */
static bool emit_handler(struct build *build, const struct teeq_handler *handler, int place,
			 unsigned int depth, uint32_t *caught, uint16_t *ends)
{
	struct instruction catch = { .op = OP_CATCH };
	size_t at = build->model->code_count, held = build->holds.innermost;
	size_t length = key_push(build, ".on-error");
	uint8_t error = TEEQ_FAILURE_NONE;

	if (*caught & 1u << TEEQ_FAILURE_NONE)
		return build_fail(build, "behind 'any' no error is left");
	if (handler->error && !find_result(build, "", handler->error, &error))
		return false;
	if (*caught & 1u << error)
		return build_fail(build, "'%s' is caught twice", handler->error);
	*caught |= 1u << error;
	key_push(build, ".%s.", handler->error ? handler->error : "any");
	catch.error = error;
	if (handler->step_count > 0 && !handler->steps)
		return build_fail(build, "its steps are missing");
	if (!emit(build, catch) ||
	    !emit_steps(build, handler->steps, handler->step_count, place, depth) ||
	    !emit_chained(build, (struct instruction){ .op = OP_GOTO }, ends) ||
	    !holds_balanced(build, held))
		return false;
	code_patch(build, at);
	key_pop(build, length);
	return true;
}

static bool emit_try(struct build *build, const struct teeq_step *step, int place,
		     unsigned int depth)
{
	uint16_t ends = CODE_NONE;
	uint32_t caught = 0;

	if (step->handler_count < 1 || step->handler_count > TEEQ_HANDLER_MAX || !step->handlers)
		return build_fail(build, "%zu handlers, 1..%d are possible", step->handler_count,
				  TEEQ_HANDLER_MAX);
	if (!emit_tried(build, step, place, depth, &ends))
		return false;
	for (size_t i = 0; i < step->handler_count; i++)
		if (!emit_handler(build, &step->handlers[i], place, depth, &caught, &ends))
			return false;
	/*
	 * Who caught any has left; there is nothing to
	 * go on outwards, but nobody comes here either.
	 */
	if (!emit_outwards(build, (struct instruction){ .op = OP_RAISE }, place))
		return false;
	chain_patch(build, ends);
	return true;
}

/* Where another try begins: what lies between two is done, and then @start again. */
static bool compile_results_emit_again(struct build *build, const struct teeq_step *step, int place,
				       unsigned int depth, uint16_t start)
{
	struct instruction forget = { .op = OP_CATCH, .target = (uint16_t)(code_here(build) + 1u) };
	size_t length, held = build->holds.innermost;

	if (!emit(build, forget) ||
	    !emit(build, (struct instruction){ .op = OP_AGAIN, .flags = step->times == 0 }))
		return false;
	build->model->retries_for_ever |= step->times == 0;
	if (step->handler_count > 0 && step->handlers) {
		length = key_push(build, ".between.");
		if (!emit_steps(build, step->handlers[0].steps, step->handlers[0].step_count, place,
				depth) ||
		    !holds_balanced(build, held))
			return false;
		key_pop(build, length);
	}
	return emit(build, (struct instruction){ .op = OP_GOTO, .target = start });
}

static bool emit_retry(struct build *build, const struct teeq_step *step, int place,
		       unsigned int depth)
{
	struct teeq_model *model = build->model;
	uint8_t *slots = place == IN_COMMAND ? &model->command_loop_count :
					       &model->script_loop_count;
	struct instruction turn = { .op = OP_GOTO },
			   wanted = { .op = OP_CATCH, .flags = FLAG_ERROR };
	unsigned int inner = depth + (step->times > 0);
	uint16_t ends = CODE_NONE, others = CODE_NONE, start;
	uint8_t error = TEEQ_FAILURE_NONE;
	size_t again;

	if (step->times > TEEQ_REPEAT_MAX)
		return build_fail(build, "%u is out of range: 0..%d", step->times, TEEQ_REPEAT_MAX);
	if (inner > TEEQ_REPEAT_DEPTH_MAX)
		return build_fail(build, "repeats nest deeper than %d", TEEQ_REPEAT_DEPTH_MAX);
	if (step->name && !find_result(build, ".on", step->name, &error))
		return false;
	if (*slots < inner)
		*slots = (uint8_t)inner;
	if (step->times > 0 && !emit(build, (struct instruction){ .op = OP_LOOP,
								  .counter = (uint8_t)depth,
								  .count = (uint16_t)step->times }))
		return false;
	start = code_here(build);
	if (!emit_tried(build, step, place, inner, &ends))
		return false;
	wanted.error = error;
	if (error && !emit_chained(build, wanted, &others))
		return false;
	if (step->times > 0)
		turn = (struct instruction){ .op = OP_NEXT, .counter = (uint8_t)depth };
	again = model->code_count;
	if (!emit(build, turn))
		return false;
	chain_patch(build, others);
	if (!emit_outwards(build, (struct instruction){ .op = OP_RAISE }, place))
		return false;
	code_patch(build, again);
	if (!compile_results_emit_again(build, step, place, inner, start))
		return false;
	chain_patch(build, ends);
	return true;
}

bool emit_result_step(struct build *build, const struct teeq_step *step, int place,
		      unsigned int depth)
{
	bool good;

	build->model->has_results = true;
	if (step->kind == TEEQ_STEP_FAIL)
		return emit_fail(build, step, place);
	if (build->try_depth == TEEQ_TRY_DEPTH_MAX)
		return build_fail(build, "try and retry nest deeper than %d", TEEQ_TRY_DEPTH_MAX);
	build->try_depth++;
	good = step->kind == TEEQ_STEP_TRY ? emit_try(build, step, place, depth) :
					     emit_retry(build, step, place, depth);
	build->try_depth--;
	return good;
}
