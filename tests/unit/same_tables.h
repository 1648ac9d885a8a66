/* SPDX-License-Identifier: BSD-2-Clause */
/* Whether two scenarios say the same, member by member. */
#ifndef TESTS_SAME_TABLES_H
#define TESTS_SAME_TABLES_H

#include "story.h"

static inline void same_text(const char *a, const char *b)
{
	assert_int_equal(!a, !b);
	if (a)
		assert_string_equal(a, b);
}
#define same_text(...) FROM(same_text(__VA_ARGS__))

static inline void same_names(const char *const *a, size_t a_count, const char *const *b,
			      size_t b_count)
{
	assert_int_equal(a_count, b_count);
	for (size_t i = 0; i < a_count; i++)
		assert_string_equal(a[i], b[i]);
}
#define same_names(...) FROM(same_names(__VA_ARGS__))

static inline void same_steps(const struct teeq_step *a, size_t a_count, const struct teeq_step *b,
			      size_t b_count)
{
	assert_int_equal(a_count, b_count);
	for (size_t i = 0; i < a_count; i++) {
		assert_int_equal(a[i].kind, b[i].kind);
		same_text(a[i].name, b[i].name);
		same_text(a[i].session, b[i].session);
		assert_int_equal(a[i].times, b[i].times);
		same_steps(a[i].steps, a[i].step_count, b[i].steps, b[i].step_count);
		assert_int_equal(a[i].handler_count, b[i].handler_count);
		for (size_t j = 0; j < a[i].handler_count; j++) {
			same_text(a[i].handlers[j].error, b[i].handlers[j].error);
			same_steps(a[i].handlers[j].steps, a[i].handlers[j].step_count,
				   b[i].handlers[j].steps, b[i].handlers[j].step_count);
		}
	}
}
#define same_steps(...) FROM(same_steps(__VA_ARGS__))

static inline void same_secure(const struct teeq_scenario *a, const struct teeq_scenario *b)
{
	assert_int_equal(a->thread_count, b->thread_count);
	assert_int_equal(a->lost_count, b->lost_count);
	assert_int_equal(a->static_system_count, b->static_system_count);
	assert_int_equal(a->lacks_rpc_arg, b->lacks_rpc_arg);
	assert_int_equal(a->lacks_session_lock, b->lacks_session_lock);
	assert_int_equal(a->cpu_count, b->cpu_count);
	assert_int_equal(a->argument_slots, b->argument_slots);
	assert_int_equal(a->argument_full, b->argument_full);
	assert_int_equal(a->no_resched, b->no_resched);
	assert_int_equal(a->abi, b->abi);
	same_names(a->secure_locks, a->secure_lock_count, b->secure_locks, b->secure_lock_count);
	same_names(a->conditions, a->condition_count, b->conditions, b->condition_count);
	assert_int_equal(a->ta_count, b->ta_count);
	for (size_t i = 0; i < a->ta_count; i++) {
		assert_string_equal(a->tas[i].name, b->tas[i].name);
		assert_int_equal(a->tas[i].single_instance, b->tas[i].single_instance);
		assert_int_equal(a->tas[i].keep_alive, b->tas[i].keep_alive);
		same_steps(a->tas[i].load, a->tas[i].load_count, b->tas[i].load,
			   b->tas[i].load_count);
	}
	same_text(a->bottom_half, b->bottom_half);
}
#define same_secure(...) FROM(same_secure(__VA_ARGS__))

static inline void same_objects(const struct teeq_scenario *a, const struct teeq_scenario *b)
{
	same_names(a->locks, a->lock_count, b->locks, b->lock_count);
	same_names(a->events, a->event_count, b->events, b->event_count);
	same_names(a->notifications, a->notification_count, b->notifications,
		   b->notification_count);
	assert_int_equal(a->barrier_count, b->barrier_count);
	for (size_t i = 0; i < a->barrier_count; i++) {
		assert_string_equal(a->barriers[i].name, b->barriers[i].name);
		assert_int_equal(a->barriers[i].count, b->barriers[i].count);
	}
	assert_int_equal(a->context_count, b->context_count);
	for (size_t i = 0; i < a->context_count; i++)
		assert_string_equal(a->contexts[i].name, b->contexts[i].name);
	assert_int_equal(a->session_count, b->session_count);
	for (size_t i = 0; i < a->session_count; i++) {
		assert_string_equal(a->sessions[i].name, b->sessions[i].name);
		assert_int_equal(a->sessions[i].system, b->sessions[i].system);
		same_text(a->sessions[i].context, b->sessions[i].context);
		same_text(a->sessions[i].guest, b->sessions[i].guest);
	}
}
#define same_objects(...) FROM(same_objects(__VA_ARGS__))

static inline void same_scripts(const struct teeq_scenario *a, const struct teeq_scenario *b)
{
	assert_int_equal(a->command_count, b->command_count);
	for (size_t i = 0; i < a->command_count; i++) {
		const struct teeq_script_spec *one = &a->commands[i], *other = &b->commands[i];

		assert_string_equal(one->name, other->name);
		same_text(one->ta, other->ta);
		same_steps(one->steps, one->step_count, other->steps, other->step_count);
	}
	assert_int_equal(a->service_count, b->service_count);
	for (size_t i = 0; i < a->service_count; i++) {
		const struct teeq_service_spec *one = &a->services[i], *other = &b->services[i];

		assert_string_equal(one->name, other->name);
		assert_int_equal(one->by, other->by);
		assert_int_equal(one->kind, other->kind);
		same_steps(one->steps, one->step_count, other->steps, other->step_count);
	}
	assert_int_equal(a->client_count, b->client_count);
	for (size_t i = 0; i < a->client_count; i++) {
		const struct teeq_client_spec *one = &a->clients[i], *other = &b->clients[i];

		assert_string_equal(one->name, other->name);
		assert_int_equal(one->count, other->count);
		assert_int_equal(one->stage, other->stage);
		same_text(one->context, other->context);
		same_text(one->guest, other->guest);
		assert_int_equal(one->cpu, other->cpu);
		assert_int_equal(one->priority, other->priority);
		assert_int_equal(one->supplicant_nowait, other->supplicant_nowait);
		same_steps(one->steps, one->step_count, other->steps, other->step_count);
	}
}
#define same_scripts(...) FROM(same_scripts(__VA_ARGS__))

static inline void same_surroundings(const struct teeq_scenario *a, const struct teeq_scenario *b)
{
	assert_int_equal(a->supplicant_threads, b->supplicant_threads);
	assert_int_equal(a->supplicant_wait, b->supplicant_wait);
	assert_int_equal(a->guest_count, b->guest_count);
	for (size_t i = 0; i < a->guest_count; i++) {
		assert_string_equal(a->guests[i].name, b->guests[i].name);
		assert_int_equal(a->guests[i].threads, b->guests[i].threads);
		assert_int_equal(a->guests[i].call_limit, b->guests[i].call_limit);
		assert_int_equal(a->guests[i].thread_count, b->guests[i].thread_count);
		assert_int_equal(a->guests[i].no_supplicant, b->guests[i].no_supplicant);
	}
	assert_int_equal(a->channel_count, b->channel_count);
	for (size_t i = 0; i < a->channel_count; i++) {
		assert_string_equal(a->channels[i].name, b->channels[i].name);
		assert_string_equal(a->channels[i].session, b->channels[i].session);
		same_text(a->channels[i].config, b->channels[i].config);
		same_text(a->channels[i].mutex, b->channels[i].mutex);
		assert_int_equal(a->channels[i].static_memory, b->channels[i].static_memory);
	}
	assert_int_equal(a->device_count, b->device_count);
	for (size_t i = 0; i < a->device_count; i++) {
		const struct teeq_device_spec *one = &a->devices[i], *other = &b->devices[i];

		assert_string_equal(one->name, other->name);
		same_text(one->session, other->session);
		same_names(one->on, one->on_count, other->on, other->on_count);
		same_names(one->off, one->off_count, other->off, other->off_count);
	}
	assert_int_equal(a->fault_count, b->fault_count);
	for (size_t i = 0; i < a->fault_count; i++) {
		assert_string_equal(a->faults[i].name, b->faults[i].name);
		assert_int_equal(a->faults[i].kind, b->faults[i].kind);
		same_text(a->faults[i].client, b->faults[i].client);
		same_text(a->faults[i].guest, b->faults[i].guest);
		assert_int_equal(a->faults[i].times, b->faults[i].times);
	}
	assert_int_equal(a->expect_count, b->expect_count);
	for (size_t i = 0; i < a->expect_count; i++) {
		assert_string_equal(a->expects[i].policy, b->expects[i].policy);
		assert_int_equal(a->expects[i].verdict, b->expects[i].verdict);
	}
}
#define same_surroundings(...) FROM(same_surroundings(__VA_ARGS__))

static inline void assert_same_tables(const struct teeq_scenario *a, const struct teeq_scenario *b)
{
	assert_string_equal(a->name, b->name);
	same_text(a->summary, b->summary);
	same_secure(a, b);
	same_objects(a, b);
	same_scripts(a, b);
	same_surroundings(a, b);
}
#define assert_same_tables(...) FROM(assert_same_tables(__VA_ARGS__))

#endif
