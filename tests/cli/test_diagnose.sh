#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# teeq diagnose: logs in the formats that kernels have had, each with the verdict that is true of it.
. "$(dirname "$0")/_common.sh"
logs=$SOURCE_DIR/tests/field/logs

# says WORD VALUE: of the one object in out.
says()
{
	grep -q "\"$1\": *\"$2\"" out || fail "expected $1 $2"
}

count=0
while IFS=$'\t' read -r file options verdict sure status; do
	[[ $file != \#* ]] || continue
	[ "$options" != - ] || options=
	options=${options//vendor.tsv/$logs/vendor.tsv}
	# Options are words on purpose.
	# shellcheck disable=SC2086
	expect "$status" diagnose $options --json "$logs/$file"
	is_empty err
	says verdict "$verdict"
	says sure "$sure"
	# shellcheck disable=SC2086
	expect "$status" diagnose $options "$logs/$file"
	is_empty err
	has out 'How sure: '
	# A page that is named is there, and so is the scenario.
	grep -o 'docs/[a-z-]*\.md#[a-z0-9-]*, examples/scenarios/[a-z0-9-]*\.yaml' out >matches || :
	while IFS='#' read -r page rest; do
		anchor=${rest%%,*}
		[ -f "$SOURCE_DIR/${rest##*, }" ] || fail "$file: no ${rest##*, }"
		sed -n 's/^##* //p' "$SOURCE_DIR/$page" | tr 'A-Z ' 'a-z-' | tr -cd 'a-z0-9\n-' |
			grep -qx -- "$anchor" || fail "$file: no $page#$anchor"
	done <matches
	count=$((count + 1))
done <"$logs/INDEX.tsv"
[ "$count" -ge 25 ] || fail "only $count logs"

# Packed, from standard input, and several as one.
gzip -c "$logs/one-dump-5.10.log" >one.gz
expect 3 diagnose one.gz
cp out one
status=0
"$TEEQ" diagnose - <one.gz >out 2>err || status=$?
[ "$status" -eq 3 ] || fail "standard input: status $status"
same out one
head -n 9 "$logs/busy-two-dumps-5.10.log" >first
tail -n +10 "$logs/busy-two-dumps-5.10.log" >second
expect 0 diagnose first second
has out 'busy but not stuck'
head -c 300 one.gz >cut.gz
expect 3 diagnose cut.gz
has out 'what was packed ends early'

# Who waits for whom, and how sure that is.
expect 1 diagnose --threads 2 "$logs/rpmb-regulator-6.12.log"
has_line out 'exhaustion: all 2 threads are held, and what they wait for needs one itself'
has out 'store 611 in invoke, which holds a thread, in its RPC for rpmb (scmi), in invoke waits for a thread (120 s, hung)'
has_line out '      -> store 611 itself, store 612 (thread, certain)'
has_line out '      -> store 611 (lock, likely)'
has out 'The pool: 2 threads, 2 of them held for certain, 2 waiting'
has out 'CFG_NUM_THREADS=3'
expect 1 diagnose --threads 4 "$logs/rpmb-regulator-6.12.log"
has out 'a lost wake-up: 2 of 4 threads are free, and 2 calls sleep for one'
expect 1 diagnose "$logs/locks-lockdep-6.6.log"
has_line out '      -> b 902 (lock, certain)'
has_line out '      -> a 901 (lock, certain)'
expect 1 diagnose "$logs/owner-told-6.16.log"
has_line out '      -> b 902 (lock, certain)'

# What holders wait for decides: more threads cure no cycle and no device.
for file in device-6.12.log.gz device-behind-lock-6.12.log secure-cycle-6.12.log; do
	expect 1 diagnose "$logs/$file"
	lacks out 'more threads: CFG_NUM_THREADS'
	lacks out 'exhaustion'
done
expect 1 diagnose "$logs/device-behind-lock-6.12.log"
has_line out '      -> kworker/1:1H 88 (lock, likely)'
has_line out 'stuck outside of the driver: 2 calls that hold threads wait for what does not come, and others wait for a thread'
expect 1 diagnose "$logs/supplicant-io-serial-6.12.log"
has out 'tee-supplicant does not answer, since it is stuck itself'
# Who runs where tee-supplicant waits for a request may take another's.
expect 3 diagnose "$logs/taking-6.12.log"
has out 'tee-supplicant 210 (tee-supplicant) is about to take a request'
has_line out '      -> tee-supplicant 210 (supplicant, likely)'

# Advice is of what the log shows: no number where no holder was seen, no cure that is there already.
expect 1 diagnose --frames "$logs/vendor.tsv" "$logs/vendor-names-4.19.log"
lacks out 'CFG_NUM_THREADS=1 '
has out 'more threads than now (CFG_NUM_THREADS)'
expect 1 diagnose --threads 1 "$logs/rpmb-regulator-6.12.log"
has_line out 'exhaustion: as many as 2 threads are held, and what they wait for needs one itself'

# What is read is not written over.
cp "$logs/vendor.tsv" table.tsv
expect 2 diagnose --frames table.tsv --scenario table.tsv "$logs/vendor-names-4.19.log"
has err 'table.tsv: is the same file as table.tsv'
cmp table.tsv "$logs/vendor.tsv" || fail 'the table was written over'

# The scenario of a log: what was seen can be reached, and the search says what would have helped.
for file in stopped-arm64-6.6 supplicant-calls-armnew-6.1 report-177-journald-4.4 \
	report-2005-stall-arm-4.9 report-7042-stall-6.6 clock-arm-5.17 absent-collector-6.1 \
	locks-lockdep-6.6 ffa-6.12 argument-cache-6.12 shutdown-5.15 secure-cycle-6.12; do
	expect 1 diagnose --scenario made.yaml "$logs/$file.log"
	has out '  confirmed: deadlock can be reached; teeq explore made.yaml'
	policy=$(sed -n 's/^The scenario: .* searched under \([a-z]*\),.*/\1/p' out)
	expect 1 explore made.yaml --policy "$policy"
	expect 0 check made.yaml
	expect 0 show made.yaml
done
expect 1 diagnose --threads 2 --scenario made.yaml "$logs/rpmb-regulator-6.12.log"
has_line out '  with 4 threads instead of 2 it ends well'
has_line out '  with the inner call in a system session it ends well'
# Where these tasks alone cannot end so, callers come in that the log does not show.
for file in lost-wakeup-logcat-6.12 two-boots-6.1 oom-killed-6.12; do
	expect 1 diagnose --scenario made.yaml "$logs/$file.log"
	has out '  refuted of these tasks alone; with callers that the log does not show: '
	has made.yaml '  unseen-'
	expect 0 check made.yaml
done
expect 1 diagnose --threads 4 --scenario made.yaml "$logs/lost-wakeup-x86-6.9.log"
has out 'with callers that the log does not show: lost-wakeup can be reached'
expect 1 diagnose --json --scenario made.yaml "$logs/two-boots-6.1.log"
has out '"confirmed":true,"unseen-callers":true'
expect 1 diagnose --scenario made.yaml "$logs/passed-over-6.12.log"
has out '  confirmed: lost-wakeup can be reached'
expect 1 diagnose --json --threads 2 --scenario made.yaml "$logs/rpmb-regulator-6.12.log"
says policy mainline
rm made.yaml
refuse 'made.yaml: not written: no task in these logs is in a call' \
	diagnose --scenario made.yaml "$logs/elsewhere-6.12.log"
[ ! -e made.yaml ] || fail 'made.yaml was written'
cp "$logs/one-dump-5.10.log" own.log
refuse 'own.log: is the same file as own.log' diagnose --scenario own.log own.log

# A task without a stack takes none of the next one's lines.
cat >empty-stack.log <<'END'
[   10.1] sysrq: Show Blocked State
[   10.1] task:first           state:D stack:0     pid:41    tgid:41    ppid:1      flags:0x00000004
[   10.1] Call trace:
[   10.1] task:second          state:D stack:0     pid:42    tgid:42    ppid:1      flags:0x00000004
[   10.1] Call trace:
[   10.1]  __switch_to+0x80/0xf4
[   10.1]  optee_cq_wait_init+0x1ac/0x1d4
[   10.1]  optee_smc_do_call_with_arg+0x27c/0x3d4
[   10.1]  optee_invoke_func+0x2b8/0x370
[   10.1]  el0_svc+0x20/0x134
END
expect 3 diagnose empty-stack.log
has out 'second 42 in invoke waits for a thread'
lacks out 'first 41'

# A name that the table has not, and rows that are wrong.
expect 3 diagnose "$logs/vendor-names-4.19.log"
has out 'cannot tell: 1 task is in the driver, and where it waits none of the frames says that are known'
printf 'f wait-thread - - -\nf nothing - - -\n' >rows
refuse "rows:2: found role 'nothing'" diagnose --frames rows one.gz
printf 'f wait-thread - -\n' >rows
refuse 'rows:1: found 4 words, expected 5' diagnose --frames rows one.gz
printf 'f wait-thread - 6.8 6.1\n' >rows
refuse 'rows:1: found the first version behind the last' diagnose --frames rows one.gz
printf 'f wait-thread - six -\n' >rows
refuse "rows:1: found versions 'six' and '-'" diagnose --frames rows one.gz

grep -c rows err | grep -qx 1 && ! grep -q 'rows: rows' err || fail 'the file is named twice'
refuse 'a file is to be named' diagnose --scenario - one.gz
refuse '--html: the report goes to standard output' diagnose --html - one.gz
refuse 'x: both --html and --scenario' diagnose --html x --scenario x one.gz
refuse 'one.gz: is the same file as one.gz' diagnose --html one.gz one.gz
[ ! -e x ] || fail 'a page was begun'

# The page: the verdict, who was seen where, what was held, and who waits for whom at the end.
expect 1 diagnose --threads 2 --html page.html "$logs/rpmb-regulator-6.12.log"
has out 'exhaustion: all 2 threads are held'
cp page.html one.html
expect 1 diagnose --threads 2 --json --html page.html "$logs/rpmb-regulator-6.12.log"
same page.html one.html
has page.html '"headline":"exhaustion: all 2 threads are held, and what they wait for needs one itself","found":true'
if command -v chromium >/dev/null; then
	browser page.html || fail "no page: $(tail -n 3 browser.err)"
	has dom 'net 640: line 76: in invoke waits for a thread'
	has dom '<td>1</td><td>suspended</td><td>store 612</td>'
	has dom '<li class="">store 612 waits for store 611 (lock, likely)'
	browser 'page.html#1' || fail 'no page'
	has dom '<td>net 640</td><td></td><td>not seen in a call</td>'
	lacks dom '<li'
else
	echo 'no chromium: the page was not opened' >&2
fi
refuse 'a LOG is missing' diagnose
refuse "--threads: '0' is not a number from 1 to 255" diagnose --threads 0 one.gz
refuse 'absent.log: No such file' diagnose absent.log
refuse 'Is a directory' diagnose .
: >empty
expect 3 diagnose empty
has out 'cannot tell: there is no stack of a task in it'
