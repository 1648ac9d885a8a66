#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# older.sh VERSION POLICY COMPILER: scenarios about what drivers did before this version run with its driver
# when it does that again: a call that was interrupted is resumed before anybody else can run, and callers
# wait for tee-supplicant in another way.
#
# environment: SOURCE_DIR, TEEQ
. "$SOURCE_DIR/tests/cli/_common.sh"
. "$SOURCE_DIR/tests/driver/_tree.sh"
version=$1
policy=$2
supp=tree/drivers/tee/optee/supp.c

prepare "$version" "$3"

# refuses WHAT FILE...: this driver does otherwise than what they are about.
refuses()
{
	local what=$1
	shift
	for name; do
		expect 2 run --driver driver.so "$corpus/$name.yaml"
		has err "$what"
	done
}

build driver.so
refuses 'resched: this driver lets others run' field-16800-nuttx field-6893-cross-call field-dcb3b06d-resched
refuses 'those of this one wait killable' field-7042-interruptible-wait field-70b0d6b0a199-unkillable \
	field-922-no-supplicant field-922-no-supplicant-mended

# Nobody runs between the interrupt and the resume: they are livelocks, as expected, and mended they are not.
sed -i 's/cond_resched();/;/' tree/drivers/tee/optee/smc_abi.c
build driver.so
for name in field-16800-nuttx field-6893-cross-call field-dcb3b06d-resched; do
	expect 0 check --driver driver.so --runs 50 --preemptions 1 "$corpus/$name.yaml"
	has out "livelock, as expected of $policy"
	expect 0 conform --driver driver.so --runs 50 "$corpus/$name.yaml"
	has out "50 runs agree with $policy"
	expect 0 run --driver driver.so --runs 200 "$corpus/$name-mended.yaml"
done

# A signal ends the wait while no tee-supplicant runs; while one does, who has a signal goes round for it.
cp "$supp" saved
cat >wait.c <<-'END'
	while (!absent && wait_for_completion_interruptible(&req->c)) {
		mutex_lock(&supp->mutex);
		absent = !supp->ctx;
		mutex_unlock(&supp->mutex);
	}
	if (absent) {
END
sed -i -e '/wait_for_completion_killable(&req->c)/{r wait.c
d}' -e 's/^\tstruct optee_supp_req \*req;\r*$/&\n\tbool absent = false;/' "$supp"
build driver.so
expect 0 check --driver driver.so --runs 50 --preemptions 1 "$corpus/field-922-no-supplicant-mended.yaml"
has out "done, as expected of $policy"
for name in field-7042-interruptible-wait field-70b0d6b0a199-unkillable; do
	expect 3 run --driver driver.so --runs 1000 --steps 2000 "$corpus/$name.yaml"
	has out 'limit'
done
cp saved "$supp"
sed -i 's/if (wait_for_completion_killable(&req->c))/wait_for_completion(\&req->c);if (0)/' "$supp"
build driver.so
expect 0 check --driver driver.so --runs 50 --preemptions 1 "$corpus/field-922-no-supplicant.yaml"
has out "deadlock, as expected of $policy"
expect 0 conform --driver driver.so --runs 50 "$corpus/field-922-no-supplicant.yaml"
has out "50 runs agree with $policy"
