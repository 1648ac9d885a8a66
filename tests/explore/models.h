/* SPDX-License-Identifier: BSD-2-Clause */
#ifndef TESTS_EXPLORE_MODELS_H
#define TESTS_EXPLORE_MODELS_H

#include "teeq/model.h"

/*
 * @clients tasks that write to the RPMB while the regulator of its eMMC is served by OP-TEE itself:
 * app.N does n{ lock emmc, s{}, unlock emmc }.
 */
struct teeq_model *model_flagship(unsigned int threads, unsigned int clients, const char *policy);
#define model_flagship(...) FROM(model_flagship(__VA_ARGS__))

/* The generated scenario of @seed under @policy, larger than those of the exact comparisons. */
struct teeq_model *model_generated(uint64_t seed, const char *policy);
#define model_generated(...) FROM(model_generated(__VA_ARGS__))

/* One out of a handful of each kind, in a fixed order; NULL behind the last. */
struct teeq_model *model_sample(unsigned int index);
#define model_sample(...) FROM(model_sample(__VA_ARGS__))

#endif
