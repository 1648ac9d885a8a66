/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * All of libteeq and libteeq-scenario. Each header answers a question, and may be included alone:
 *
 * teeq/status.h     what do functions return, who owns what, and which version is this?
 * teeq/limits.h     how large may a scenario be?
 * teeq/abi.h        what crosses between the two worlds, and what is it called?
 * teeq/policy.h     how is a call queue's policy written, and which are there?
 * teeq/model.h      what is a scenario, and what is made of it?
 * teeq/world.h      who can move, what does a step do, what happened, and how does it stand?
 * teeq/run.h        how is it run, by whose choices, and made again?
 * teeq/explore.h    does any schedule fail, and which is the shortest?
 * teeq/peers.h      how do several processes search together?
 * teeq/report.h     who waits for what, and why does nobody move?
 * teeq/diagnose.h   is it as expected, is there a smaller case, and what would have helped?
 * teeq/compare.h    how many threads are enough, and which policy does better?
 * teeq/recording.h  does a real driver do the same?
 * teeq/scenario.h   how is it read from files, and written? (libteeq-scenario)
 * teeq/threads.h    does it go the same way on real threads, and with code of mine?
 *
 * Not among them, since it runs code written for the kernel and is a library of its own:
 *
 * teeq/harness.h    how is a call queue itself run?
 *
 * Nor these, which want to see first whether cmocka.h was included:
 *
 * teeq/test.h       how does a test of mine say that a scenario never hangs? (libteeq-scenario)
 * teeq/fuzz.h       and a fuzz target of mine? (libteeq-scenario)
 */
#ifndef TEEQ_TEEQ_H
#define TEEQ_TEEQ_H

#include "teeq/abi.h"
#include "teeq/compare.h"
#include "teeq/diagnose.h"
#include "teeq/explore.h"
#include "teeq/limits.h"
#include "teeq/model.h"
#include "teeq/peers.h"
#include "teeq/policy.h"
#include "teeq/recording.h"
#include "teeq/report.h"
#include "teeq/run.h"
#include "teeq/scenario.h"
#include "teeq/status.h"
#include "teeq/threads.h"
#include "teeq/world.h"

#endif
