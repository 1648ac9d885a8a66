/* SPDX-License-Identifier: BSD-2-Clause */
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/cli.h"

static bool is_shared_object(const char *name)
{
	size_t length = strlen(name);

	return strchr(name, '/') || (length > 3 && strcmp(name + length - 3, ".so") == 0);
}

static bool policy_is_name(const char *name)
{
	size_t length = name ? strspn(name, "abcdefghijklmnopqrstuvwxyz0123456789-") : 0;

	return length > 0 && length <= TEEQ_NAME_MAX && name[length] == '\0' && name[0] >= 'a' &&
	       name[0] <= 'z';
}

/* What was loaded, for scenarios that expect something of it. */
static const struct teeq_policy *loaded[CLI_POLICY_MAX];
static size_t loaded_count;

bool cli_policy_known(const char *name)
{
	for (size_t i = 0; i < loaded_count; i++)
		if (strcmp(loaded[i]->name, name) == 0)
			return true;
	return teeq_policy_find(name);
}

void cli_policy_suggest(const char *name, struct cli_suggestion *suggestion)
{
	const struct teeq_policy *policy;

	cli_suggestion_start(suggestion, name);
	for (size_t i = 0; (policy = teeq_policy_at(i)); i++)
		cli_suggestion_offer(suggestion, policy->name);
	for (size_t i = 0; i < loaded_count; i++)
		cli_suggestion_offer(suggestion, loaded[i]->name);
}

/* @guarded: as it is called. */
static int remember(const char *path, const struct teeq_policy *guarded)
{
	if (!guarded)
		return cli_error("%s: more than %d policies from shared objects, or no thread could "
				 "be started to watch over it",
				 path, CLI_POLICY_MAX);
	for (size_t i = 0; i < loaded_count; i++) {
		if (loaded[i] == guarded)
			return CLI_OK;
		if (strcmp(loaded[i]->name, guarded->name) == 0)
			return cli_error("%s: the policy's name, %s, is that of another one", path,
					 guarded->name);
	}
	loaded[loaded_count++] = guarded;
	return CLI_OK;
}

/* Schedules name their policy, so two must not share a name. */
static int policy_judge(const char *path, const struct teeq_policy *policy)
{
	if (policy->abi != TEEQ_POLICY_ABI)
		return cli_error("%s: policy was compiled for interface %lu, this teeq has %d",
				 path, (unsigned long)policy->abi, TEEQ_POLICY_ABI);
	if (!policy_is_name(policy->name))
		return cli_error("%s: the policy's name is not [a-z][a-z0-9-]* of at most %d "
				 "characters",
				 path, TEEQ_NAME_MAX);
	if (teeq_policy_find(policy->name))
		return cli_error("%s: the policy's name, %s, is that of a built-in policy", path,
				 policy->name);
	if ((unsigned int)policy->secure > TEEQ_SECURE_COUNTED ||
	    (unsigned int)policy->reserve_again > TEEQ_RESERVE_AGAIN_COUNTS)
		return cli_error("%s: the policy's secure or reserve_again is out of range", path);
	return CLI_OK;
}

/* What is loaded stays: its policy is used until the end of the program. */
static int load_shared_object(const char *path, struct cli_policy *policy)
{
	size_t size = strlen(path) + 3;
	char *name = malloc(size);
	void *object;

	if (!name)
		return cli_error("%s: out of memory", path);
	/* Without a slash the loader would look anywhere but here. */
	snprintf(name, size, "%s%s", strchr(path, '/') ? "" : "./", path);
	object = dlopen(name, RTLD_NOW | RTLD_LOCAL);
	free(name);
	if (!object)
		return cli_error("%s", dlerror());
	policy->policy = dlsym(object, TEEQ_POLICY_SYMBOL);
	policy->path = path;
	if (!policy->policy)
		return cli_error("%s: no symbol %s: not a policy", path, TEEQ_POLICY_SYMBOL);
	if (policy_judge(path, policy->policy) != CLI_OK)
		return CLI_BAD;
	policy->policy = cli_guard(policy->policy);
	return remember(path, policy->policy);
}

int cli_policy_load(const char *name, struct cli_policy *policy)
{
	struct cli_suggestion suggestion;
	const struct teeq_policy *known;

	if (is_shared_object(name))
		return load_shared_object(name, policy);
	policy->policy = teeq_policy_find(name);
	policy->path = NULL;
	if (policy->policy)
		return CLI_OK;
	cli_policy_suggest(name, &suggestion);
	if (suggestion.nearest)
		return cli_error("unknown policy '%s': did you mean %s?", name, suggestion.nearest);
	fprintf(stderr, "teeq: unknown policy '%s'; there are", name);
	for (size_t i = 0; (known = teeq_policy_at(i)) != NULL; i++)
		fprintf(stderr, "%s %s", i > 0 ? "," : "", known->name);
	fputs(", or the path of a shared object\n", stderr);
	return CLI_BAD;
}

bool cli_policies_add(struct cli_policies *policies, const char *command, const char *name)
{
	if (policies->count == CLI_POLICIES_MAX)
		return cli_usage(command, "--policy: more than %d of them", CLI_POLICIES_MAX) ==
		       CLI_OK;
	if (cli_policy_load(name, &policies->list[policies->count]) != CLI_OK)
		return false;
	name = policies->list[policies->count].policy->name;
	for (size_t i = 0; i < policies->count; i++)
		if (strcmp(policies->list[i].policy->name, name) == 0)
			return cli_usage(command, "--policy: %s is named twice", name) == CLI_OK;
	policies->count++;
	return true;
}

void cli_policies_settle(struct cli_policies *policies)
{
	const struct teeq_policy *policy;

	if (policies->count > 0)
		return;
	while (policies->count < CLI_POLICIES_MAX && (policy = teeq_policy_at(policies->count)))
		policies->list[policies->count++] = (struct cli_policy){ .policy = policy };
}
