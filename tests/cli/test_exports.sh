#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# Runs as files for other programs, each looked at by one that reads it where there is one.
. "$(dirname "$0")/_common.sh"
write_rpmb
write_nested

expect 1 run rpmb.yaml --policy untracked --seed 1 --html a.html --mermaid a.mmd --dot a.dot \
	--perfetto a.perfetto --itf a.itf
cp out one
expect 1 run rpmb.yaml --policy untracked --seed 1
same out one
schedule=$(sed -n "s/^replay: teeq replay rpmb.yaml '\(.*\)'$/\1/p" out)

# A replay of the same run is the same picture.
mkdir again
expect 1 replay rpmb.yaml "$schedule" --html again/a.html --mermaid again/a.mmd --dot again/a.dot \
	--perfetto again/a.perfetto --itf again/a.itf
for file in a.html a.mmd a.dot a.perfetto a.itf; do
	same "$file" "again/$file"
done

# Graphviz: two tasks, and the two edges of the cycle are told by more than their colour.
has_line a.dot '	t0 -> t1 [label="lock emmc (cycle)", penwidth=3, color=red];'
has_line a.dot '	t1 -> t0 [label="thread 1 (cycle)", penwidth=3, color=red];'
if command -v dot >/dev/null; then
	dot -Tsvg a.dot >a.svg || fail 'dot does not read it'
	grep -q '<title>t0&#45;&gt;t1</title>' a.svg || fail 'no edge from app.0 to app.1'
	[ "$(grep -c '<g id="edge' a.svg)" -eq 3 ] || fail 'not three edges'
fi
expect 0 run rpmb.yaml --dot done.dot
lacks done.dot '->'

# Mermaid: each step is a line, and nothing in it ends a statement.
has_line a.mmd '    t1->>secure: 2 smc: CALL_WITH_REGD_ARG -#62; thread 0'
has_line a.mmd '    Note over t1: 5 lock emmc'
[ "$(grep -cE '^    (t[0-9]|secure|Note over t[0-9])[^;]*(-#62;[^;]*)?: [0-9]+ ' a.mmd)" -eq 9 ] || fail 'not nine steps'
expect 1 run nested.yaml --seed 6 --mermaid n.mmd
has n.mmd '    queue-->>t0: wake'

# Perfetto and ITF are JSON; what is in them adds up.
if command -v python3 >/dev/null; then
	python3 - <<'END' || fail 'not what it should be'
import json
trace = json.load(open('a.perfetto'))['traceEvents']
steps = [e for e in trace if e['ph'] == 'X' and e['pid'] == 1]
assert [e['ts'] for e in steps] == list(range(9)), steps
assert all(e['dur'] == 1 for e in steps)
held = [e for e in trace if e['ph'] == 'X' and e['pid'] == 2]
assert {e['name'] for e in held} == {'app.0 active', 'app.0 suspended', 'app.1 active', 'app.1 suspended'}, held
names = [e['args']['name'] for e in trace if e['ph'] == 'M' and e['name'] == 'thread_name']
assert names == ['app.0', 'app.1', 'thread 0', 'thread 1'], names
itf = json.load(open('a.itf'))
assert itf['#meta']['format'] == 'ITF'
assert [s['#meta']['index'] for s in itf['states']] == list(range(10))
for state in itf['states']:
    assert set(state) == set(itf['vars']) | {'#meta'}
assert itf['states'][-1]['locks'] == [{'lock': 'emmc', 'owner': 1}], itf['states'][-1]['locks']
assert 'null' not in open('a.itf').read()
END
fi

# The page: nothing from anywhere else, small, and the same for a reader of HTML.
! grep -vF 'http://www.w3.org/2000/svg' a.html | grep -qE 'https?://' || fail 'the page wants a network'
[ "$(wc -c <a.html)" -lt 300000 ] || fail 'the page is large'
if command -v xmllint >/dev/null; then
	# It knows the elements of HTML 4 alone; what it says of others than these is said of the page.
	xmllint --html --noout a.html 2>lint
	! grep 'error :' lint | grep -qv 'Tag [a-z]* invalid' || fail "xmllint: $(cat lint)"
fi
# A name that would end the script element does not.
sed 's/^name: .*/&\nsummary: "ends <\/script><b>here"/' rpmb.yaml >evil.yaml
expect 0 run evil.yaml --html evil.html
lacks evil.html '<b>here'
expect 1 explore nested.yaml --html explored.html
expect 0 explore rpmb.yaml --html none.html
[ ! -e none.html ] || fail 'a page without a counterexample'
has_line err 'teeq: none.html: not written: there is no counterexample'
expect 0 explain rpmb.yaml "$schedule" --html explained.html
has explained.html '"changes":[{"text":"1 thread more: 3","ruling":"ruled out"'
has explained.html '"noReturn":{"step":3,"task":0,"rescues":["app.1"]}'

# In a browser: it moves, and shows what was there.
if command -v chromium >/dev/null; then
	browser 'a.html' || fail "the page does not come up: $(tail -n 3 browser.err)"
	has dom '4 of 9 made'
	has dom 'This is the step of no return.'
	browser 'a.html#9' || fail 'no page'
	has dom '9 of 9 made'
	has dom 'app.0 waits for lock emmc, which app.1 holds (part of the cycle)'
	has dom '<td>lock emmc</td><td>NO, waits</td>'
	has dom '<td>emmc</td><td>app.1</td>'
	# Keys.
	{
		cat a.html
		echo '<script>const press = key => document.dispatchEvent(new KeyboardEvent("keydown", { key }));'
		echo 'const seen = []; for (const key of ["Home", "ArrowRight", "ArrowRight", "End", "ArrowLeft", "n", "PageUp"]) {'
		echo 'press(key); seen.push(byId("place").textContent.split(" ")[0]); }'
		echo 'document.documentElement.dataset.seen = seen.join(" ");</script>'
	} >keys.html
	browser 'keys.html' || fail 'no page'
	has dom 'data-seen="0 1 2 9 8 4 0"'
	# A mouse.
	{
		cat a.html
		echo '<script>const box = byId("drawing").getBoundingClientRect();'
		echo 'byId("drawing").dispatchEvent(new MouseEvent("click", { clientX: box.left + 2.5 * WIDTH, bubbles: true }));</script>'
	} >mouse.html
	browser 'mouse.html' || fail 'no page'
	has dom '3 of 9 made'
else
	echo 'no chromium: the page was not opened' >&2
fi

# What cannot be.
refuse 'a file shows one run' run rpmb.yaml --runs 3 --html x.html
refuse 'is the same file as' run rpmb.yaml --dot rpmb.yaml
refuse 'not a plain file' run rpmb.yaml --dot .
refuse 'is named for two kinds of output' run rpmb.yaml --dot x.html --html x.html
mkdir folder
ln -s folder linked
refuse 'is named for two kinds of output' run rpmb.yaml --dot x.html --html folder/../x.html
refuse 'is named for two kinds of output' run rpmb.yaml --dot folder/x --itf linked/./x
expect 0 run rpmb.yaml --dot x --itf folder/x
refuse 'not to standard output' run rpmb.yaml --html -
refuse "'': no file has an empty name" run rpmb.yaml --html ''
# Where there is no room, that is told.
status=0
(
	ulimit -f 1
	trap '' XFSZ
	exec "$TEEQ" run rpmb.yaml --html full.html 2>&1 >/dev/null | cat >why
	exit "${PIPESTATUS[0]}"
) || status=$?
[ "$status" -eq 2 ] || fail "no room for the page: status $status"
has_line why 'teeq: full.html: could not be written: File too large'
[ ! -e full.html ] || fail 'half a page'
expect 2 run "$SOURCE_DIR/examples/scenarios/field-2659-busy.yaml" --strategy random --steps 30000 --html x.html
has err 'is too long for --html, --perfetto and --itf, which take 20000 at most'
[ ! -e x.html ] || fail 'a page was begun'
exit 0
