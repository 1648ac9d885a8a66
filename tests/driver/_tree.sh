# SPDX-License-Identifier: BSD-2-Clause
# Sourced by the tests with kernel trees: the parts of one that a driver is made of, from the tarball of
# Debian's package linux-source-VERSION. Where that is not installed the test is skipped.
# shellcheck shell=bash
: "${BINARY_DIR:?the folder of the build}"
# shellcheck disable=SC2034 # of who sources this
corpus=$SOURCE_DIR/examples/scenarios
# shellcheck disable=SC2034
scenarios=$SOURCE_DIR/tests/driver/scenarios

skip()
{
	echo "$*"
	exit 77
}

# unpack VERSION FOLDER: a copy. To take it out of the tarball needs much longer than all that is done
# with it, so that is done once in a build; whoever comes meanwhile waits.
unpack()
{
	local tarball=/usr/src/linux-source-$1.tar.xz kept=$BINARY_DIR/kernels/$1
	[ -r "$tarball" ] || skip "no $tarball: Debian's package linux-source-$1 has it"
	mkdir -p "$BINARY_DIR/kernels"
	(
		flock 9
		[ "$kept/.complete" -nt "$tarball" ] && exit
		rm -rf "$kept"
		mkdir -p "$kept"
		# What a version does not have is no failure.
		tar -xf "$tarball" -C "$kept" --strip-components=1 \
			--wildcards --no-wildcards-match-slash \
			'*/Makefile' '*/drivers/tee' '*/drivers/misc/rpmb-core.c' \
			'*/drivers/firmware/arm_scmi' '*/include/linux/tee_*.h' '*/include/linux/rpmb.h' \
			'*/include/linux/scmi_protocol.h' '*/include/uapi/linux/tee.h' 2>/dev/null
		[ -f "$kept/drivers/tee/optee/call.c" ] && touch "$kept/.complete"
	) 9>"$BINARY_DIR/kernels/$1.lock"
	[ -f "$kept/.complete" ] || fail "$tarball: has no drivers/tee/optee/call.c"
	cp -r "$kept" "$2"
}

# make_cc COMPILER: $scratch/cc is that, and compiles what it has compiled already no second time. Which
# folder the build used meanwhile makes no difference.
make_cc()
{
	command -v "$1" >/dev/null || skip "no $1"
	# shellcheck disable=SC2154 # of _common.sh
	mkdir -p "$scratch/objects"
	cat >"$scratch/cc" <<-END
		#!/bin/bash
		source= object= last=
		for word in "\$@"; do
			case \$last in
			-c) source=\$word ;;
			-o) object=\$word ;;
			esac
			last=\$word
		done
		[ -n "\$source" ] || exec $1 "\$@"
		key=\$({
			printf '%s\n' "\$@" | sed 's#teeq-driver-[A-Za-z0-9]*##'
			cat "\$source"
		} | md5sum | cut -d ' ' -f 1)
		if [ ! -f "$scratch/objects/\$key" ]; then
			$1 "\$@" || exit
			cp "\$object" "$scratch/objects/\$key.\$\$"
			mv "$scratch/objects/\$key.\$\$" "$scratch/objects/\$key"
		fi
		cp "$scratch/objects/\$key" "\$object"
	END
	chmod +x "$scratch/cc"
}

# prepare VERSION COMPILER: the tree is in tree, and the compiler is there.
prepare()
{
	unpack "$1" "$scratch/tree"
	make_cc "$2"
}

# build FILE [OPTION...]: the driver of the tree as it is now.
build()
{
	local file=$1
	shift
	expect 0 driver build tree -o "$file" --cc "$scratch/cc" "$@"
}

# change FILE FUNCTION SED: in FUNCTION of drivers/tee/FILE; what it was is in saved.
change()
{
	local file=tree/drivers/tee/$1

	cp "$file" saved
	sed -i -E "/^[a-z].*\\b$2\\(/,/^\\}/{
$3
}" "$file"
	! cmp -s saved "$file" || fail "$1, $2(): nothing to be changed by $3"
}
