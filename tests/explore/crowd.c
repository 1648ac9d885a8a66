/* SPDX-License-Identifier: BSD-2-Clause */
#include "crowd.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "story.h"

/* A batch in the memory of the process that sends it: its room again when the other released it. */
struct room {
	_Alignas(16) struct room *next;
	struct member *owner;
	size_t size;
	_Alignas(16) unsigned char bytes[];
};

struct member {
	struct crowd *crowd;
	struct teeq_peers peers;
	struct room *rooms;	/* free */
	struct room *arrived;	/* those that wait to be received, the next first */
	bool pauses;		/* unruly: nothing seems to be there, once */
	const struct teeq_model *model;
	struct teeq_explore_options options;
	struct crowd_result *result;
	pthread_t thread;
};

struct crowd {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	struct crowd_manners manners;
	unsigned int count;
	struct member members[CROWD_MAX];
	uint64_t batches;
	unsigned int folding; /* members that are there */
	uint64_t folds;	      /* done */
	uint64_t folded[64], told[64];
};

static void *crowd_room(void *argument)
{
	struct member *self = argument;
	struct room *room;

	pthread_mutex_lock(&self->crowd->lock);
	room = self->rooms;
	if (room)
		self->rooms = room->next;
	pthread_mutex_unlock(&self->crowd->lock);
	return room ? room->bytes : NULL;
}

static struct room *room_of(const void *bytes)
{
	return (struct room *)((uintptr_t)bytes - offsetof(struct room, bytes));
}

static void crowd_send(void *argument, unsigned int to, void *bytes, size_t size)
{
	struct member *self = argument;
	struct crowd *crowd = self->crowd;
	struct room **place = &crowd->members[to].arrived;
	struct room *room = room_of(bytes);

	pthread_mutex_lock(&crowd->lock);
	while (*place && !crowd->manners.unruly)
		place = &(*place)->next;
	room->size = size;
	room->next = *place;
	*place = room;
	crowd->batches++;
	pthread_cond_broadcast(&crowd->changed);
	pthread_mutex_unlock(&crowd->lock);
}

static const void *crowd_receive(void *argument, bool wait, size_t *size)
{
	struct member *self = argument;
	struct room *room;

	pthread_mutex_lock(&self->crowd->lock);
	while (wait && !self->arrived)
		pthread_cond_wait(&self->crowd->changed, &self->crowd->lock);
	room = !wait && self->pauses ? NULL : self->arrived;
	if (room) {
		self->arrived = room->next;
		*size = room->size;
	}
	self->pauses = room && self->crowd->manners.unruly;
	pthread_mutex_unlock(&self->crowd->lock);
	return room ? room->bytes : NULL;
}

static void crowd_release(void *argument, const void *bytes)
{
	struct member *self = argument;
	struct room *room = room_of(bytes);

	pthread_mutex_lock(&self->crowd->lock);
	/* Nobody may rely on what it was. */
	memset(room->bytes, 0xa5, self->crowd->manners.batch_bytes);
	room->next = room->owner->rooms;
	room->owner->rooms = room;
	pthread_mutex_unlock(&self->crowd->lock);
}

static uint64_t fold(enum teeq_peers_fold how, uint64_t a, uint64_t b)
{
	switch (how) {
	case TEEQ_PEERS_SUM:
		return a + b;
	case TEEQ_PEERS_LEAST:
		return a < b ? a : b;
	case TEEQ_PEERS_GREATEST:
		return a > b ? a : b;
	default:
		return a | b;
	}
}

static void crowd_fold(void *argument, enum teeq_peers_fold how, uint64_t *values, size_t count)
{
	struct member *self = argument;
	struct crowd *crowd = self->crowd;
	uint64_t round;

	pthread_mutex_lock(&crowd->lock);
	round = crowd->folds;
	for (size_t i = 0; i < count; i++)
		crowd->folded[i] = crowd->folding ? fold(how, crowd->folded[i], values[i]) : values[i];
	if (++crowd->folding == crowd->count) {
		memcpy(crowd->told, crowd->folded, sizeof(crowd->told));
		crowd->folding = 0;
		crowd->folds++;
		pthread_cond_broadcast(&crowd->changed);
	}
	while (crowd->folds == round)
		pthread_cond_wait(&crowd->changed, &crowd->lock);
	memcpy(values, crowd->told, count * sizeof(*values));
	pthread_mutex_unlock(&crowd->lock);
}

static void add_member(struct crowd *crowd, unsigned int rank)
{
	struct member *member = &crowd->members[rank];

	member->crowd = crowd;
	member->peers = (struct teeq_peers){
		.rank = rank, .count = crowd->count, .batch_bytes = crowd->manners.batch_bytes,
		.room = crowd_room, .send = crowd_send, .receive = crowd_receive,
		.release = crowd_release, .fold = crowd_fold, .argument = member,
	};
	for (unsigned int i = 0; i < crowd->count + crowd->manners.on_the_way; i++) {
		struct room *room = malloc(sizeof(*room) + crowd->manners.batch_bytes);

		assert_non_null(room);
		*room = (struct room){ .next = member->rooms, .owner = member };
		member->rooms = room;
	}
}

static void *search(void *argument)
{
	struct member *self = argument;

	self->result->status = teeq_explore(self->model, &self->options, &self->result->result,
					    &self->result->error);
	return NULL;
}

/* All rooms are back, and nothing was left on the way. */
static void expect_tidy(struct member *member)
{
	unsigned int rooms = 0;

	assert_null(member->arrived);
	while (member->rooms) {
		struct room *room = member->rooms;

		member->rooms = room->next;
		free(room);
		rooms++;
	}
	assert_int_equal(rooms, member->crowd->count + member->crowd->manners.on_the_way);
}
#define expect_tidy(...) FROM(expect_tidy(__VA_ARGS__))

uint64_t (crowd_explore)(const struct crowd_manners *manners, unsigned int count,
			 const struct teeq_model *const *models,
			 const struct teeq_explore_options *options, struct crowd_result *results)
{
	static struct crowd crowd;

	memset(&crowd, 0, sizeof(crowd));
	crowd.manners = *manners;
	crowd.count = count;
	pthread_mutex_init(&crowd.lock, NULL);
	pthread_cond_init(&crowd.changed, NULL);
	for (unsigned int i = 0; i < count; i++) {
		struct member *member = &crowd.members[i];

		add_member(&crowd, i);
		member->model = models[i];
		member->options = options[i];
		member->options.peers = &member->peers;
		member->result = &results[i];
		results[i] = (struct crowd_result){ .status = TEEQ_OK };
	}
	for (unsigned int i = 0; i < count; i++)
		assert_int_equal(pthread_create(&crowd.members[i].thread, NULL, search,
						&crowd.members[i]), 0);
	for (unsigned int i = 0; i < count; i++)
		pthread_join(crowd.members[i].thread, NULL);
	for (unsigned int i = 0; i < count; i++)
		expect_tidy(&crowd.members[i]);
	pthread_cond_destroy(&crowd.changed);
	pthread_mutex_destroy(&crowd.lock);
	return crowd.batches;
}
