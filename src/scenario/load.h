/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef SCENARIO_LOAD_H
#define SCENARIO_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario/arena.h"
#include "scenario/tree.h"
#include "teeq/model.h"
#include "teeq/status.h"

/* A file's tree becoming tables. */
struct loader {
	const char *path;
	struct arena *arena;
	struct teeq_error *error;
};

/* Reads @node into the thing at @into, whose type the reader knows. */
typedef enum teeq_status load_reader(struct loader *loader, const struct node *node, void *into);

/* A key that a mapping may have. */
struct load_rule {
	const char *key;
	load_reader *read;
	bool required;
};

/* Read each key of the mapping @node by its rule; @rules end with a key of NULL. */
enum teeq_status load_mapping(struct loader *loader, const struct node *node,
			      const struct load_rule *rules, void *into);

/*
 * An array of @size bytes an element, each child of @node read by @read. A mapping's keys must be
 * names; they are the reader's to store.
 */
enum teeq_status load_array(struct loader *loader, const struct node *node, enum node_kind kind,
			    load_reader *read, size_t size, void **array, size_t *count);

/* A list of names. */
enum teeq_status load_names(struct loader *loader, const struct node *node,
			    const char *const **names, size_t *count);

enum teeq_status load_name(struct loader *loader, const struct node *node, const char **name);
enum teeq_status load_number(struct loader *loader, const struct node *node, uint32_t least,
			     uint32_t most, uint32_t *number);
/* The same, or @word, which stands for @word_value. */
enum teeq_status load_number_or(struct loader *loader, const struct node *node, uint32_t least,
				uint32_t most, const char *word, uint32_t word_value,
				uint32_t *number);
enum teeq_status load_truth(struct loader *loader, const struct node *node, bool *truth);
/* Nothing but true. */
enum teeq_status load_true(struct loader *loader, const struct node *node);
/* One line of text. */
enum teeq_status load_text(struct loader *loader, const struct node *node, const char **text);
/* One of @words, which end with NULL; *@index is which. */
enum teeq_status load_word(struct loader *loader, const struct node *node, const char *const *words,
			   size_t *index);

/* Refuse @node, or its child @key unless NULL: "PATH:LINE: KEY: text". */
enum teeq_status load_refuse(struct loader *loader, const struct node *node, const char *key,
			     const char *text);
/* "found ..., expected @expected". */
enum teeq_status load_refuse_type(struct loader *loader, const struct node *node,
				  const char *expected);
enum teeq_status load_no_memory(struct loader *loader);

/* What a step list holds. @into of the two readers: struct load_script. */
struct load_script {
	const struct teeq_step *steps;
	size_t step_count;
};

load_reader load_client_script; /* of a client or a service */
load_reader load_command_script;

/*
 * load_results.c: an error by name; what a try does about the error that is @node's key, or `any`.
 */
enum teeq_status load_error_name(struct loader *loader, const struct node *node, const char **name);
enum teeq_status load_handler(struct loader *loader, const struct node *node, load_reader *read,
			      struct teeq_handler *handler);
/* The steps between two tries of the retry @step. */
enum teeq_status load_between(struct loader *loader, const struct node *node, load_reader *read,
			      struct teeq_step *step);

/* What stands under these keys of a file. @into: struct teeq_scenario. */
load_reader load_secure;
load_reader load_commands;
load_reader load_services;
load_reader load_clients;
load_reader load_contexts;
load_reader load_supplicant;
load_reader load_guests;
load_reader load_arguments;
load_reader load_channels;
load_reader load_devices;
load_reader load_faults;

/* The whole file. */
enum teeq_status load_scenario(struct loader *loader, const struct node *root,
			       struct teeq_scenario *scenario);

#endif
