/* SPDX-License-Identifier: BSD-2-Clause */
#include "models.h"

#include "story.h"

#include "../../bench/flagship.h"
#include "generate.h"

struct teeq_model *(model_flagship)(unsigned int threads, unsigned int clients, const char *policy)
{
	return flagship_model(threads, clients, 0, policy);
}

struct teeq_model *(model_generated)(uint64_t seed, const char *policy)
{
	static const struct generator large = { .states = 20000, .no_mistakes = true };
	static struct generated generated;

	generate(&generated, &large, seed);
	return story_model(&generated.scenario, policy);
}

struct teeq_model *(model_sample)(unsigned int index)
{
	static const struct {
		unsigned int threads; /* of a flagship; 0: generated */
		unsigned int clients;
		uint64_t seed;
		const char *policy;
	} samples[] = {
		{ 3, 4, 0, "untracked" }, { 3, 4, 0, "mainline" }, { 2, 3, 0, "v1" },
		{ 2, 3, 0, "v8" },	  { 2, 3, 0, "v9" },	   { 2, 3, 0, "v10" },
		{ 0, 0, 9, "v4" },	  { 0, 0, 13, "v7" },	   { 0, 0, 9, "mainline" },
		{ 0, 0, 29, "repaired" }, { 0, 0, 57, "v1" },	   { 0, 0, 53, "v8" },
	};

	if (index >= LENGTH(samples))
		return NULL;
	if (samples[index].threads == 0)
		return model_generated(samples[index].seed, samples[index].policy);
	return model_flagship(samples[index].threads, samples[index].clients,
			      samples[index].policy);
}
