/* SPDX-License-Identifier: BSD-2-Clause */
/* Scenario files that are refused, and the message of each. */
#ifndef TESTS_BAD_SCENARIOS_H
#define TESTS_BAD_SCENARIOS_H

#include <stddef.h>

/* clang-format off */
#define CASE(text_, message_) { .text = text_, .size = sizeof(text_) - 1, .message = message_ }
#define HEAD "teeq: 1\nname: n\nsecure: {threads: 2}\n"
#define APP "clients:\n  app:\n    do:\n"
#define NAME "a name ([a-z][a-z0-9-]*, at most 63 characters)"
#define KEYS                                                                       \
	"teeq, name, summary, secure, abi, cpus, resched, arguments, locks, events, barriers, " \
	"notifications, contexts, sessions, commands, services, supplicant, "      \
	"guests, channels, devices, clients, faults, expect"
#define STEPS                                                                      \
	"call, lock, unlock, await, signal, barrier, reserve, release, open, "     \
	"close, repeat, sleep, notify, async, bottom-half, kill, start, freeze, "  \
	"thaw, cancel, close-context, shm-cache, driver, setup, teardown, message, " \
	"power-on, power-off, poll, fail, try, retry"
#define COMMAND_STEPS                                                              \
	"rpc, repeat, lock, read-lock, unlock, wait, notify, async, bottom-half, " \
	"cond-wait, cond-signal, cond-broadcast, invoke, open, close, suspend, work, " \
	"interrupt, poll, fail, try, retry"
#define FAILURES                                                                   \
	"generic, access-denied, cancel, access-conflict, bad-format, bad-parameters, " \
	"bad-state, item-not-found, not-supported, no-data, out-of-memory, busy, " \
	"communication, security, short-buffer, timeout, target-dead, "            \
	"storage-no-space, eintr, eio, eagain, enomem, ebusy, enodev, einval, "    \
	"etimedout, eprobe-defer"
#define STEP "a step, a mapping of exactly one key: " STEPS
#define VERDICTS "done, deadlock, lost-wakeup, violation, livelock, limit"

/* @message begins with the line. */
struct bad_scenario {
	const char *text;
	size_t size;
	const char *message;
};

/* What is declared; the steps of scripts are in bad_steps.h. */
static const struct bad_scenario bad_declarations[] = {
	CASE("",
	     "1: found nothing, expected a scenario, a mapping with the key teeq"),
	CASE("# nothing\n",
	     "1: found nothing, expected a scenario, a mapping with the key teeq"),
	CASE("--- a\n--- b\n",
	     "2: a second document begins; a scenario is one document"),
	CASE("[teeq]\n",
	     "1: found a list, expected a scenario, a mapping with the key teeq"),
	CASE("teeq\n",
	     "1: found \"teeq\", expected a scenario, a mapping with the key teeq"),
	CASE("teeq: 1\n  name: n\n",
	     "2: not YAML: mapping values are not allowed in this context"),
	CASE("teeq: [1\n",
	     "2: not YAML: did not find expected ',' or ']' while parsing a flow sequence"),
	CASE("teeq: \"1\n",
	     "2: not YAML: found unexpected end of stream while scanning a quoted scalar"),
	CASE("\tteeq: 1\n",
	     "1: not YAML: found character that cannot start any token while scanning for the "
	     "next token"),
	CASE("teeq: 1\nname: a\000b\n",
	     "2: not YAML in UTF-8: control characters are not allowed (0x00)"),
	CASE("teeq: 1\nname: \377\n",
	     "2: not YAML in UTF-8: invalid leading UTF-8 octet (0xff)"),
	CASE("teeq: 1\n---\nteeq: 1\n",
	     "2: a second document begins; a scenario is one document"),
	CASE("%TAG !x! tag:x,2026:\n---\nteeq: 1\n",
	     "1: found a %TAG directive; scenarios have no tags"),
	CASE("teeq: &a 1\n",
	     "1: teeq: found an anchor (&name); scenarios have none"),
	CASE("teeq: 1\nname: *a\n",
	     "2: name: found an alias (*name); scenarios have none"),
	CASE("teeq: !!int 1\n",
	     "1: teeq: found a tag (!type); scenarios have none"),
	CASE("teeq: 1\nlocks: &l [a]\n",
	     "2: locks: found an anchor (&name); scenarios have none"),
	CASE("teeq: 1\nsecure: ! {threads: 2}\n",
	     "2: secure: found a tag (!type); scenarios have none"),
	CASE("teeq: 1\n? [a]\n: b\n",
	     "2: found a mapping or list as a key, expected a name"),
	CASE("teeq: 1\nname: n\nteeq: 1\n",
	     "3: teeq: given twice, first on line 1"),
	CASE("<<: {teeq: 1}\n",
	     "1: teeq: is required and missing"),
	CASE("name: n\n",
	     "1: teeq: is required and missing"),
	CASE("teeq: 2\n",
	     "1: teeq: found 2, expected 1, the only version of the format so far"),
	CASE("teeq: \"1\"\n",
	     "1: teeq: found the quoted string \"1\", expected 1, the only version of the format "
	     "so far"),
	CASE("teeq: 1.0\n",
	     "1: teeq: found \"1.0\", expected 1, the only version of the format so far"),
	CASE("teeq:\n",
	     "1: teeq: found nothing, expected 1, the only version of the format so far"),
	CASE("teeq: []\n",
	     "1: teeq: found a list, expected 1, the only version of the format so far"),
	CASE("teeq: 1\n",
	     "1: name: is required and missing"),
	CASE("teeq: 1\nname: n\n",
	     "1: secure: is required and missing"),
	CASE("teeq: 1\nname: N\nsecure: {threads: 2}\n",
	     "2: name: found \"N\", expected " NAME),
	CASE("teeq: 1\nname: 12\nsecure: {threads: 2}\n",
	     "2: name: found 12, expected " NAME),
	CASE("teeq: 1\nname: true\n",
	     "2: name: found true, expected " NAME),
	CASE("teeq: 1\nname: \"\"\n",
	     "2: name: found the quoted string \"\", expected " NAME),
	CASE("teeq: 1\nname: a_b\n",
	     "2: name: found \"a_b\", expected " NAME),
	CASE("teeq: 1\nname: nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\n",
	     "2: name: found \"nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn...\", expected " NAME),
	CASE("teeq: 1\nname: \"a\\0b\"\n",
	     "2: name: found the quoted string \"a\\x00b\", expected " NAME),
	CASE("teeq: 1\nname: \"\\u202e\"\n",
	     "2: name: found the quoted string \"\\xe2\\x80\\xae\", expected " NAME),
	CASE("teeq: 1\nname: {a: b}\n",
	     "2: name: found a mapping, expected " NAME),
	CASE("teeq: 1\nname: n\nsummary: 12\n",
	     "3: summary: found 12, expected text"),
	CASE("teeq: 1\nname: n\nsummary:\n",
	     "3: summary: found nothing, expected text"),
	CASE("teeq: 1\nname: n\nsummary: \"one\\ntwo\"\n",
	     "3: summary: found the quoted string \"one\\x0atwo\", expected one line of printable "
	     "text"),
	CASE("teeq: 1\nname: n\nsummary: [a]\n",
	     "3: summary: found a list, expected text"),
	CASE("teeq: 1\nname: n\nsecure: {}\n",
	     "3: secure.threads: is required and missing"),
	CASE("teeq: 1\nname: n\nsecure: 2\n",
	     "3: secure: found 2, expected a mapping"),
	CASE("teeq: 1\nname: n\nsecure: {threads: 0}\n",
	     "3: secure.threads: found 0, expected a whole number 1..16"),
	CASE("teeq: 1\nname: n\nsecure: {threads: 17}\n",
	     "3: secure.threads: found 17, expected a whole number 1..16"),
	CASE("teeq: 1\nname: n\nsecure: {threads: \"2\"}\n",
	     "3: secure.threads: found the quoted string \"2\", expected a whole number 1..16"),
	CASE("teeq: 1\nname: n\nsecure: {threads: 02}\n",
	     "3: secure.threads: found 02, expected a whole number 1..16"),
	CASE("teeq: 1\nname: n\nsecure: {threads: 0x2}\n",
	     "3: secure.threads: found \"0x2\", expected a whole number 1..16"),
	CASE("teeq: 1\nname: n\nsecure: {threads: -1}\n",
	     "3: secure.threads: found -1, expected a whole number 1..16"),
	CASE("teeq: 1\nname: n\nsecure: {threads: +2}\n",
	     "3: secure.threads: found +2, expected a whole number 1..16"),
	CASE("teeq: 1\nname: n\nsecure: {threads: 2.5}\n",
	     "3: secure.threads: found \"2.5\", expected a whole number 1..16"),
	CASE("teeq: 1\nname: n\nsecure: {threads: 18446744073709551618}\n",
	     "3: secure.threads: found 18446744073709551618, expected a whole number 1..16"),
	CASE("teeq: 1\nname: n\nsecure: {threads: {a: 1}}\n",
	     "3: secure.threads: found a mapping, expected a whole number 1..16"),
	CASE("teeq: 1\nname: n\nsecure:\n  threads:\n    - 2\n",
	     "4: secure.threads: found a list, expected a whole number 1..16"),
	CASE("teeq: 1\nname: n\nsecure:\n  threads: 2\n  lost: 3\n" APP "      - call: {}\n",
	     "5: secure.lost: 3 is out of range: 0..2"),
	CASE("teeq: 1\nname: n\nsecure:\n  threads: 2\n  thread: 2\n",
	     "5: secure.thread: unknown key \"thread\", allowed: threads, lost, static-system, "
	     "rpc-arg, session-lock, locks, conditions, tas, bottom-half"),
	CASE("teeq: 1\nname: n\nsecure: {threads: 2, locks: fs}\n",
	     "3: secure.locks: found \"fs\", expected a list"),
	CASE("teeq: 1\nname: n\nsecure: {threads: 2, locks: [fs, 1]}\n",
	     "3: secure.locks[1]: found 1, expected " NAME),
	CASE("teeq: 1\nname: n\nsecure: {threads: 2, conditions: {cv: 1}}\n",
	     "3: secure.conditions: found a mapping, expected a list"),
	CASE("teeq: 1\nname: n\nsecure: {threads: 2, conditions: [CV]}\n",
	     "3: secure.conditions[0]: found \"CV\", expected " NAME),
	CASE("teeq: 1\nname: n\nsecure: {threads: 2, tas: [storage]}\n",
	     "3: secure.tas: found a list, expected a mapping"),
	CASE("teeq: 1\nname: n\nsecure:\n  threads: 2\n  tas:\n    storage:\n",
	     "6: secure.tas.storage: found nothing, expected a mapping"),
	CASE("teeq: 1\nname: n\nsecure:\n  threads: 2\n  tas:\n    Storage: {}\n",
	     "6: secure.tas.\"Storage\": found the key \"Storage\", expected " NAME),
	CASE("teeq: 1\nname: n\nsecure:\n  threads: 2\n  tas:\n    t: {single-instance: 1}\n",
	     "6: secure.tas.t.single-instance: found 1, expected true or false"),
	CASE("teeq: 1\nname: n\nsecure:\n  threads: 2\n  tas:\n    t: {single: true}\n",
	     "6: secure.tas.t.single: unknown key \"single\", allowed: single-instance, "
	     "keep-alive, load"),
	CASE("teeq: 1\nname: n\nsecure:\n  threads: 2\n  tas:\n    t: {load: {rpc: r}}\n",
	     "6: secure.tas.t.load: found a mapping, expected a list"),
	CASE("teeq: 1\nname: n\nsecure:\n  threads: 2\n  tas:\n    t: {keep-alive: 1}\n",
	     "6: secure.tas.t.keep-alive: found 1, expected true or false"),
	CASE("teeq: 1\nname: n\nsecure: {threads: 2, bottom-half: [c]}\n",
	     "3: secure.bottom-half: found a list, expected " NAME),
	CASE("teeq: 1\nname: n\nsecure: {threads: 2, bottom-half: c}\nclients: {a: {}}\n",
	     "3: secure.bottom-half: 'c' is not declared among the commands"),
	CASE("teeq: 1\nname: n\nsecure: {threads: 2, tas: {t: {keep-alive: true}, u: {load: [{work: 1}]}}}\n"
	     "sessions: {s: {}}\ncommands: {c: {ta: t}, d: {ta: u}}\n"
	     "clients: {a: {}}\n",
	     "3: secure.tas.t.keep-alive: only with single-instance: true"),
	CASE("teeq: 1\nname: n\nsecure: {threads: 2, tas: {t: {load: [{invoke: c}]}, u: {load: [{work: 1}]}}}\n"
	     "sessions: {s: {}}\ncommands: {c: {ta: t}, d: {ta: u}}\n"
	     "clients: {a: {}}\n",
	     "3: secure.tas.t.load[0].invoke: not among the steps that load a TA"),
	CASE("teeq: 1\nname: n\nsecure: {threads: 2, tas: {t: {load: [{rpc: r}]}, u: {load: [{work: 1}]}}}\n"
	     "sessions: {s: {}}\ncommands: {c: {ta: t}, d: {ta: u}}\n"
	     "clients: {a: {}}\n",
	     "3: secure.tas.t.load[0].rpc: 'r' is not declared among the services"),
	CASE("teeq: 1\nname: n\nsecure: {threads: 2, tas: {t: {load: [{work: 1}]}, u: {load: [{work: 1}]}}}\n"
	     "sessions: {s: {}}\ncommands: {c: {ta: t}, d: {ta: u}}\n"
	     "clients: {a: {do: [{open: {session: s, command: c}}, "
	     "{open: {session: s, command: d}}]}}\n",
	     "4: sessions.s: opened in TA 't', and in TA 'u' elsewhere"),
	CASE("teeq: 1\nname: n\nsecure: {threads: 2, tas: {t: {load: [{work: 1}]}, u: {load: [{work: 1}]}}}\n"
	     "sessions: {s: {}}\ncommands: {c: {ta: t}, d: {ta: u}}\n"
	     "clients: {a: {do: [{open: {session: s, command: c}}, {open: s}]}}\n",
	     "4: sessions.s: opened in TA 't', which is to be loaded, and without it "
	     "elsewhere"),
	CASE("teeq: 1\nname: n\nsecure: {threads: 2, tas: {t: {load: [{work: 1}]}, u: {}}}\n"
	     "sessions: {s: {}}\ncommands: {c: {ta: t}, d: {ta: u}}\n"
	     "clients: {a: {do: [{open: {session: s, command: c}}, "
	     "{close: {session: s, command: d}}]}}\n",
	     "4: sessions.s: opened in TA 't', which is to be loaded, and closed in another one"),
	CASE("teeq: 1\nname: n\nsecure: {threads: 2, static-system: 99999999999999999999}\n",
	     "3: secure.static-system: found 99999999999999999999, expected a whole number 0..16"),
	CASE(HEAD "abi: ff-a\n",
	     "4: abi: found \"ff-a\", expected one of smc, ffa"),
	CASE(HEAD "abi: 1\n",
	     "4: abi: found 1, expected one of smc, ffa"),
	CASE(HEAD "arguments: {slots: 0}\n",
	     "4: arguments.slots: found 0, expected a whole number 1..1024"),
	CASE(HEAD "arguments: {slots: 1025}\n",
	     "4: arguments.slots: found 1025, expected a whole number 1..1024"),
	CASE(HEAD "arguments: {full: never}\n",
	     "4: arguments.full: found \"never\", expected one of locked, locked-as-caller, "
	     "unlocked, unlocked-as-caller, private"),
	CASE(HEAD "arguments: {pages: 1}\n",
	     "4: arguments.pages: unknown key \"pages\", allowed: slots, full"),
	CASE(HEAD "cpus: 0\n",
	     "4: cpus: found 0, expected a whole number 1..16"),
	CASE(HEAD "cpus: 17\n",
	     "4: cpus: found 17, expected a whole number 1..16"),
	CASE(HEAD "cpus: all\n",
	     "4: cpus: found \"all\", expected a whole number 1..16"),
	CASE(HEAD "frobnicate: 1\n",
	     "4: frobnicate: unknown key \"frobnicate\", allowed: " KEYS),
	CASE(HEAD "\"fro\\x1b[31m\\nb\": 1\n",
	     "4: \"fro\\x1b[31m\\x0ab\": unknown key \"fro\\x1b[31m\\x0ab\", allowed: " KEYS),
	CASE(HEAD "locks: emmc\n",
	     "4: locks: found \"emmc\", expected a list"),
	CASE(HEAD "locks: [Emmc]\n",
	     "4: locks[0]: found \"Emmc\", expected " NAME),
	CASE(HEAD "locks: [a, [b]]\n",
	     "4: locks[1]: found a list, expected " NAME),
	CASE(HEAD "locks:\n  - a\n  - b\n  - a\n" APP "      - call: {}\n",
	     "7: locks[2]: 'a' is declared twice"),
	CASE(HEAD "events: {a: 1}\n",
	     "4: events: found a mapping, expected a list"),
	CASE(HEAD "barriers: [b]\n",
	     "4: barriers: found a list, expected a mapping"),
	CASE(HEAD "barriers: {b: 0}\n",
	     "4: barriers.b: found 0, expected a whole number 1..64"),
	CASE(HEAD "barriers: {B: 2}\n",
	     "4: barriers.\"B\": found the key \"B\", expected " NAME),
	CASE(HEAD "barriers: {b: two}\n",
	     "4: barriers.b: found \"two\", expected a whole number 1..64"),
	CASE(HEAD "notifications: {done: 1}\n",
	     "4: notifications: found a mapping, expected a list"),
	CASE(HEAD "notifications: [done, 7]\n",
	     "4: notifications[1]: found 7, expected " NAME),
	CASE(HEAD "contexts: agent\n",
	     "4: contexts: found \"agent\", expected a list"),
	CASE(HEAD "contexts:\n  - agent\n  - {name: b}\n",
	     "6: contexts[1]: found a mapping, expected " NAME),
	CASE(HEAD "sessions: [s]\n",
	     "4: sessions: found a list, expected a mapping"),
	CASE(HEAD "sessions:\n  s: true\n",
	     "5: sessions.s: found true, expected a mapping"),
	CASE(HEAD "sessions:\n  s: {system: yes}\n",
	     "5: sessions.s.system: found \"yes\", expected true or false"),
	CASE(HEAD "sessions:\n  s: {system: \"true\"}\n",
	     "5: sessions.s.system: found the quoted string \"true\", expected true or false"),
	CASE(HEAD "sessions:\n  s: {sytem: true}\n",
	     "5: sessions.s.sytem: unknown key \"sytem\", allowed: system, context, "
	     "guest"),
	CASE(HEAD "sessions:\n  s: {context: 1}\n",
	     "5: sessions.s.context: found 1, expected " NAME),
	CASE(HEAD "services:\n  s: {by: butler}\n",
	     "5: services.s.by: found \"butler\", expected one of caller, supplicant"),
	CASE(HEAD "services:\n  s: {by: [caller]}\n",
	     "5: services.s.by: found a list, expected one of caller, supplicant"),
	CASE(HEAD "services:\n  s: {kind: spi}\n",
	     "5: services.s.kind: found \"spi\", expected one of other, get-time, shm-alloc, "
	     "shm-free, i2c, rpmb"),
	CASE(HEAD "services:\n  s: {by: caller, to: x}\n",
	     "5: services.s.to: unknown key \"to\", allowed: by, kind, do"),
	CASE(HEAD "services:\n  s:\n    do:\n      - rpc: s\n",
	     "7: services.s.do[0].rpc: unknown step \"rpc\", allowed: " STEPS),
	CASE(HEAD "supplicant: 1\n",
	     "4: supplicant: found 1, expected a mapping"),
	CASE(HEAD "supplicant: {}\n",
	     "4: supplicant.threads: is required and missing"),
	CASE(HEAD "supplicant:\n  wait: killable\n",
	     "4: supplicant.threads: is required and missing"),
	CASE(HEAD "supplicant: {threads: 9}\n",
	     "4: supplicant.threads: found 9, expected a whole number 0..8"),
	CASE(HEAD "supplicant:\n  threads: 1\n  wait: forever\n",
	     "6: supplicant.wait: found \"forever\", expected one of killable, interruptible, "
	     "uninterruptible"),
	CASE(HEAD "supplicant: {threads: 1, count: 2}\n",
	     "4: supplicant.count: unknown key \"count\", allowed: threads, wait"),
	CASE(HEAD "channels: {h: {session: s}}\nclients: {a: {}}\n",
	     "4: channels.h.session: 's' is not declared among the sessions"),
	CASE(HEAD "sessions: {s: {}}\nchannels: {h: {session: s, config: c}}\nclients: {a: {}}\n",
	     "5: channels.h.config: 'c' is not declared among the commands"),
	CASE(HEAD "devices: {d: {session: s}}\nclients: {a: {}}\n",
	     "4: devices.d.session: 's' is not declared among the sessions"),
	CASE(HEAD "devices: {d: {on: [c]}}\nclients: {a: {}}\n",
	     "4: devices.d.on: 'c' is not declared among the commands"),
	CASE(HEAD "sessions: {s: {}}\nchannels: {h: {session: s, mutex: m}}\nclients: {a: {}}\n",
	     "5: channels.h.mutex: 'm' is not declared among the locks"),
	CASE(HEAD "channels: [scmi0]\n",
	     "4: channels: found a list, expected a mapping"),
	CASE(HEAD "channels:\n  scmi0: scmi\n",
	     "5: channels.scmi0: found \"scmi\", expected a mapping"),
	CASE(HEAD "channels:\n  scmi0: {config: c}\n",
	     "5: channels.scmi0.session: is required and missing"),
	CASE(HEAD "channels:\n  scmi0: {session: 1}\n",
	     "5: channels.scmi0.session: found 1, expected " NAME),
	CASE(HEAD "channels:\n  scmi0: {session: s, config: []}\n",
	     "5: channels.scmi0.config: found a list, expected " NAME),
	CASE(HEAD "channels:\n  scmi0: {session: s, system: true}\n",
	     "5: channels.scmi0.system: unknown key \"system\", allowed: session, config, mutex, static-memory"),
	CASE(HEAD "devices: emmc\n",
	     "4: devices: found \"emmc\", expected a mapping"),
	CASE(HEAD "devices:\n  emmc: []\n",
	     "5: devices.emmc: found a list, expected a mapping"),
	CASE(HEAD "devices:\n  emmc: {session: true}\n",
	     "5: devices.emmc.session: found true, expected " NAME),
	CASE(HEAD "devices:\n  emmc: {on: c}\n",
	     "5: devices.emmc.on: found \"c\", expected a list"),
	CASE(HEAD "devices:\n  emmc: {off: [c, 2]}\n",
	     "5: devices.emmc.off[1]: found 2, expected " NAME),
	CASE(HEAD "devices:\n  emmc: {up: [c]}\n",
	     "5: devices.emmc.up: unknown key \"up\", allowed: session, on, off"),
	CASE(HEAD "faults: [crash]\n",
	     "4: faults: found a list, expected a mapping"),
	CASE(HEAD "faults:\n  f: interrupt\n",
	     "5: faults.f: found \"interrupt\", expected a mapping"),
	CASE(HEAD "faults:\n  f: {times: 2}\n",
	     "5: faults.f.kind: is required and missing"),
	CASE(HEAD "faults:\n  f: {kind: fire}\n",
	     "5: faults.f.kind: found \"fire\", expected one of supplicant-dies, client-killed, "
	     "no-memory, thread-lost, reserve-refused, unreserve-fails, open-fails, call-fails, "
	     "interrupt, resume-refused, notif-wait-fails"),
	CASE(HEAD "faults:\n  f: {kind: interrupt, times: 0}\n",
	     "5: faults.f.times: found 0, expected a whole number 1..15 or always"),
	CASE(HEAD "faults:\n  f: {kind: interrupt, times: 16}\n",
	     "5: faults.f.times: found 16, expected a whole number 1..15 or always"),
	CASE(HEAD "faults:\n  f: {kind: interrupt, times: 255}\n",
	     "5: faults.f.times: found 255, expected a whole number 1..15 or always"),
	CASE(HEAD "faults:\n  f: {kind: interrupt, times: often}\n",
	     "5: faults.f.times: found \"often\", expected a whole number 1..15 or always"),
	CASE(HEAD "faults:\n  f: {kind: client-killed}\n",
	     "5: faults.f.client: is required and missing"),
	CASE(HEAD "faults:\n  f: {kind: client-killed, client: 1}\n",
	     "5: faults.f.client: found 1, expected " NAME),
	CASE(HEAD "faults:\n  f:\n    client: app\n    kind: no-memory\n",
	     "6: faults.f.client: only a fault of the kind client-killed has a client"),
	CASE(HEAD "faults:\n  f: {kind: interrupt, count: 2}\n",
	     "5: faults.f.count: unknown key \"count\", allowed: kind, client, guest, error, "
	     "times"),
	CASE(HEAD APP "      - call: {}\n"
	     "faults:\n  f: {kind: interrupt, guest: a}\n",
	     "9: faults.f.guest: only a fault of the kinds supplicant-dies and "
	     "thread-lost has a guest"),
	CASE(HEAD APP "      - call: {}\n"
	     "guests: [a]\n",
	     "8: guests: found a list, expected a mapping"),
	CASE(HEAD APP "      - call: {}\n"
	     "guests: {a: {thread: 1}}\n",
	     "8: guests.a.thread: unknown key \"thread\", allowed: threads, call-limit, "
	     "thread-count, supplicant"),
	CASE(HEAD APP "      - call: {}\n"
	     "guests: {a: {threads: 0}}\n",
	     "8: guests.a.threads: found 0, expected a whole number 1..16"),
	CASE(HEAD APP "      - call: {}\n"
	     "guests: {a: {threads: 1}}\n",
	     "3: secure.threads: 2, but each guest has threads of its own: nobody would share these"),
	CASE(HEAD APP "      - call: {}\n"
	     "guests: {a: {}, b: {threads: 15}}\n",
	     "8: guests.b.threads: 15, and there are 2 before: at most 16 in all are possible"),
	CASE("teeq: 1\nname: n\nsecure: {static-system: 2}\nguests: {a: {threads: 1}}\n"
	     APP "      - call: {}\n",
	     "4: guests.a.threads: 1, less than the 2 of secure.static-system"),
	CASE("teeq: 1\nname: n\nsecure: {lost: 0}\nguests: {a: {threads: 1}, b: {}}\n"
	     APP "      - call: {}\n",
	     "3: secure.threads: is required and missing"),
	CASE("teeq: 1\nname: n\nguests: {a: {threads: 1}, b: {}}\n"
	     APP "      - call: {}\n",
	     "1: secure: is required and missing"),
	CASE("teeq: 1\nname: n\nsecure: {lost: 1}\nguests: {a: {threads: 1}}\n"
	     APP "      - call: {}\n",
	     "3: secure.lost: 1 is out of range: 0..0"),
	CASE(HEAD APP "      - call: {}\n"
	     "guests: {a: {call-limit: 0}}\n",
	     "8: guests.a.call-limit: found 0, expected a whole number 1..16"),
	CASE(HEAD APP "      - call: {}\n"
	     "guests: {a: {thread-count: none}}\n",
	     "8: guests.a.thread-count: found \"none\", expected a whole number 1..16 or unknown"),
	CASE(HEAD APP "      - call: {}\n"
	     "guests: {a: {}, b: {}, c: {}, d: {}, e: {}}\n",
	     "8: guests: 5 guests, at most 4 are possible"),
	CASE(HEAD "clients:\n  app: {guest: b, do: [call: {}]}\nguests: {a: {}}\n",
	     "5: clients.app.guest: 'b' is not declared among the guests"),
	CASE(HEAD "sessions: {s: {guest: b}}\n" APP "      - call: {}\n",
	     "4: sessions.s.guest: 'b' is not declared among the guests"),
	CASE(HEAD "contexts: [k]\nguests: {a: {}, b: {}}\n"
	     "sessions: {s: {guest: b, context: k}}\n"
	     "clients:\n  app: {context: k, do: [call: {}]}\n",
	     "8: clients.app.context: 'k' is of guest b already"),
	CASE(HEAD "faults:\n  f: {kind: interrupt, error: busy}\n" APP "      - call: {}\n",
	     "5: faults.f.error: only a fault of the kinds call-fails and open-fails has an error"),
	CASE(HEAD "clients:\n  app: {count: 65}\n",
	     "5: clients.app.count: found 65, expected a whole number 1..64"),
	CASE(HEAD "clients:\n  app: {count: 0}\n",
	     "5: clients.app.count: found 0, expected a whole number 1..64"),
	CASE(HEAD "clients:\n  app: {stage: 256}\n",
	     "5: clients.app.stage: found 256, expected a whole number 1..255"),
	CASE(HEAD "clients:\n  app: {context: [agent]}\n",
	     "5: clients.app.context: found a list, expected " NAME),
	CASE(HEAD "clients:\n  app: {supplicant-nowait: 1}\n",
	     "5: clients.app.supplicant-nowait: found 1, expected true or false"),
	CASE(HEAD "clients:\n  app: {nowait: true}\n",
	     "5: clients.app.nowait: unknown key \"nowait\", allowed: count, stage, context, "
	     "guest, cpu, priority, supplicant-nowait, do"),
	CASE(HEAD "resched: false\n" APP "      - call: {}\n",
	     "4: resched: false needs cpus: how many there are"),
	CASE(HEAD "clients:\n  app: {cpu: 1, do: [call: {}]}\n",
	     "5: clients.app.cpu: needs cpus: how many there are"),
	CASE(HEAD "cpus: 2\nclients:\n  app: {cpu: 3, do: [call: {}]}\n",
	     "6: clients.app.cpu: 3 is out of range: 1..2"),
	CASE(HEAD "cpus: 2\nclients:\n  app: {priority: 3, do: [call: {}]}\n",
	     "6: clients.app.priority: needs cpu: the one that it runs on"),
	CASE(HEAD "cpus: 2\nclients:\n  app: {cpu: 1, priority: 100, do: [call: {}]}\n",
	     "6: clients.app.priority: found 100, expected a whole number 0..99"),
	CASE(HEAD "clients:\n  app:\n",
	     "5: clients.app: found nothing, expected a mapping"),
	CASE(HEAD "clients:\n  - app\n",
	     "4: clients: found a list, expected a mapping"),
	CASE(HEAD "clients:\n  app: {do: call}\n",
	     "5: clients.app.do: found \"call\", expected a list"),
	CASE(HEAD "clients:\n  App: {}\n",
	     "5: clients.\"App\": found the key \"App\", expected " NAME),
	CASE(HEAD "abi: ffa\n" APP "      - shm-cache: enable\n",
	     "8: clients.app.do[0].shm-cache: over FF-A there is no such cache"),
	CASE(HEAD "sessions: {s: {}}\nclients: {a: {do: [{close: {session: s, command: nope}}]}}\n",
	     "5: clients.a.do[0].close.command: 'nope' is not declared among the commands"),
	CASE(HEAD "sessions: {s: {}}\ncommands: {c: [{close: nope}]}\nclients: {a: {}}\n",
	     "5: commands.c[0].close: 'nope' is not declared among the commands"),
	CASE("teeq: 1\nname: n\nsecure: {threads: 2, locks: [m]}\nsessions: {s: {}}\n"
	     "commands: {c: [{lock: m}]}\n"
	     "clients: {a: {do: [{close: {session: s, command: c}}]}}\n",
	     "5: commands.c: a lock of the secure world that it takes is not released in it"),
	CASE(HEAD
	     "commands:\n  c: [{rpc: s}]\nservices:\n  s:\n    do:\n      - call: {command: c}\n"
	     APP "      - call: {command: c}\n",
	     "5: commands.c: services that call again nest deeper than 8 calls"),
	CASE(HEAD,
	     "1: clients: there is nobody to run: at least one client is needed"),
	CASE(HEAD "clients: {}\n",
	     "4: clients: there is nobody to run: at least one client is needed"),
	CASE(HEAD "expect:\n  mainline: maybe\n",
	     "5: expect.mainline: found \"maybe\", expected one of " VERDICTS),
	CASE(HEAD "expect:\n  mainline: [done]\n",
	     "5: expect.mainline: found a list, expected one of " VERDICTS),
	CASE(HEAD "expect:\n  mainline: {}\n",
	     "5: expect.mainline: found a mapping, expected one of " VERDICTS),
	CASE(HEAD "expect:\n  mainline: {app: maybe}\n",
	     "5: expect.mainline.app: found \"maybe\", expected one of " VERDICTS),
	CASE(HEAD "expect:\n  mainline: {App: done}\n",
	     "5: expect.mainline.\"App\": found the key \"App\", expected " NAME),
	CASE(HEAD "expect: done\n",
	     "4: expect: found \"done\", expected a mapping"),
	CASE(HEAD "expect:\n  V4: done\n",
	     "5: expect.\"V4\": found the key \"V4\", expected " NAME),
};
/* clang-format on */

#endif
