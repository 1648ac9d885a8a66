/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a shared object of `teeq driver build` has to offer: the driver of a kernel tree, compiled
 * unchanged, and beside it a few functions that need the tree's own headers. Not for programs: the
 * command that loads it is the one that it was built with, or it is refused.
 */
#ifndef TEEQ_HARNESS_DRIVER_OBJECT_H
#define TEEQ_HARNESS_DRIVER_OBJECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <teeq/harness.h>

#define TEEQ_DRIVER_ABI	   4
#define TEEQ_DRIVER_SYMBOL "teeq_driver"

/* What a session is opened for, in place of a TA's name. */
struct teeq_driver_uuid {
	uint8_t bytes[16];
};

/*
 * What a call came to. @result: 0 or the driver's negative errno; @ret, @origin: what the TA, or
 * who else is asked, has answered, where that is 0.
 */
struct teeq_driver_answer {
	int result;
	uint32_t ret;
	uint32_t origin;
};

/*
 * A request that tee-supplicant received: its number, what for, and the values of its first
 * parameter.
 * @param_count: with one in front that has the number.
 */
struct teeq_driver_request {
	uint64_t id;
	uint32_t func;
	uint32_t param_count;
	uint64_t a, b, c;
};

/*
 * @stamp          one line: the kernel's version, a digest of the sources, the compiler
 * @version        of the kernel, 0x060c for 6.12
 * @digest         of the sources, the shims and the compiler
 * @modules        the modules' beginnings and ends, up to @modules_end: struct teeq_module_call
 * @find           after the boot: find the driver's instance, for @observe. False: there is none
 * @observe        as for teeq_harness_observe(); NULL: the queue is not one that is known
 * All that follows is called from tasks.
 * @client_...     of a client in the kernel: a context, sessions in it, memory that is shared
 * @user_...       of a process: the same by open() and ioctl() of /dev/tee0, and of a supplicant
 * @notify         send a notification from the normal world
 * @is_supplicant_absent  whether nobody has /dev/teepriv0 open. From anywhere
 * @on_threads     it is for runs on threads: it comes in by doors, see doors.h
 * @supplicant_wait  enum teeq_supplicant_wait: how callers wait for tee-supplicant's answer
 * @reschedules    bits of enum teeq_abi: it lets others run behind an interrupt of a call
 * @add_rpmb       add an RPMB device, whose frames @route gets; NULL: this kernel has none
 * @remove_rpmb    take it away again
 * @scmi_...       a channel of the SCMI transport; NULL: it is not there
 * @scmi_end       the SCMI core is gone
 */
struct teeq_driver_object {
	uint32_t abi;
	uint32_t version;
	uint64_t digest;
	const char *stamp;
	const void *modules;
	const void *modules_end;
	bool (*find)(void);
	void (*observe)(void *argument, struct teeq_harness_view *view);

	void *(*client_open)(bool supplicant_nowait);
	void (*client_close)(void *context);
	struct teeq_driver_answer (*client_open_session)(void *context,
							 const struct teeq_driver_uuid *uuid,
							 uint32_t *session);
	struct teeq_driver_answer (*client_invoke)(void *context, uint32_t session, uint32_t func);
	int (*client_close_session)(void *context, uint32_t session);
	int (*client_cancel)(void *context, uint32_t session);
	int (*client_system_session)(void *context, uint32_t session);
	void *(*client_share)(void *context, size_t size);
	void (*client_unshare)(void *memory);

	struct teeq_driver_answer (*user_open_session)(int fd, const struct teeq_driver_uuid *uuid,
						       uint32_t *session);
	struct teeq_driver_answer (*user_invoke)(int fd, uint32_t session, uint32_t func);
	int (*user_close_session)(int fd, uint32_t session);
	int (*user_cancel)(int fd, uint32_t session);
	int (*user_share)(int fd, void *address, size_t size, int *id);
	int (*user_alloc)(int fd, size_t size, int *id);
	int (*supplicant_receive)(int fd, struct teeq_driver_request *request);
	int (*supplicant_send)(int fd, uint32_t ret, const struct teeq_driver_request *request);

	int (*notify)(uint32_t key);
	bool (*is_supplicant_absent)(void);
	uint32_t supplicant_wait;
	uint32_t reschedules;
	bool on_threads;
	bool (*add_rpmb)(int (*route)(void *argument), void *argument);
	void (*remove_rpmb)(void);
	bool (*scmi_begin)(void);
	void (*scmi_end)(void);
	int (*scmi_setup)(unsigned int channel);
	int (*scmi_free)(unsigned int channel);
	int (*scmi_send)(unsigned int channel);
	void (*scmi_done)(unsigned int channel);
};

#endif
