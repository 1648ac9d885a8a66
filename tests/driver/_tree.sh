# SPDX-License-Identifier: BSD-2-Clause
# Sourced by the tests with kernel trees: the parts of one that a driver is made of, from the tarball of
# Debian's package linux-source-VERSION. Where that is not installed the test is skipped.
# shellcheck shell=bash

# unpack VERSION FOLDER
unpack()
{
	local tarball=/usr/src/linux-source-$1.tar.xz
	if [ ! -r "$tarball" ]; then
		echo "no $tarball: Debian's package linux-source-$1 has it"
		exit 77
	fi
	mkdir -p "$2"
	tar -xf "$tarball" -C "$2" --strip-components=1 --wildcards --no-wildcards-match-slash \
		'*/Makefile' '*/drivers/tee' '*/drivers/misc/rpmb-core.c' \
		'*/drivers/firmware/arm_scmi' '*/include/linux/tee_*.h' '*/include/linux/rpmb.h' \
		'*/include/linux/scmi_protocol.h' '*/include/uapi/linux/tee.h' 2>/dev/null ||
		[ -f "$2/drivers/tee/optee/call.c" ] || fail "$tarball: has no drivers/tee/optee/call.c"
}
