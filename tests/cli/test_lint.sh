#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause
# teeq lint and teeq new; and what CI servers read of teeq check.
. "$(dirname "$0")/_common.sh"
write_rpmb
write_nested

expect 0 lint rpmb.yaml nested.yaml
is_empty out
is_empty err
cat >odd.yaml <<'END'
teeq: 1
name: odd
secure: {threads: 1}
locks: [a, b]
events: [go]
sessions: {s: {system: true}}
commands: {c: []}
clients:
  app: {do: [{lock: a}, {call: {command: c}}, {unlock: a}]}
  dead: {do: [{await: go}, {call: {command: c}}]}
END
expect 1 lint odd.yaml
is_empty err
lines out 3
has_line out 'odd.yaml:4: warning: locks[1]: b is declared and never used'
has_line out 'odd.yaml:6: warning: sessions.s: asks to be a system session, and mainline refuses, -EINVAL'
has_line out 'odd.yaml:10: warning: clients.dead: finishes in no schedule'
expect 1 lint odd.yaml rpmb.yaml --json
lines out 2
has_line out '{"file":"rpmb.yaml","policy":"mainline","warnings":[]}'
# One thread is not enough for anybody; that a budget ended a search is no finding.
expect 1 lint rpmb.yaml --set secure.threads=1
has out 'clients.app: finishes in no schedule'
expect 3 lint rpmb.yaml --max-states 2
is_empty out
refuse 'no scenario file is named' lint

# What teeq new writes is a scenario with nothing to complain of, whatever is asked for.
for storage in none rpmb files; do
	for power in linux scmi; do
		for kernel in '' --kernel; do
			# shellcheck disable=SC2086
			expect 0 new board --storage $storage --power $power $kernel --threads 3 --apps 2
			cp out board.yaml
			expect 0 lint board.yaml
			expect 0 show board.yaml
			has_line out '  threads: 3'
		done
	done
done
# Two applications and two threads: the story that everything began with.
expect 0 new board --out board.yaml
is_empty out
expect 0 explore board.yaml
expect 1 explore board.yaml --policy untracked
has out 'Exhaustion: no thread is free.'
expect 0 new board
same out board.yaml
expect 0 new board --json
has out '{"scenario":"board","text":"teeq: 1\nname: board\n'
refuse "'Board' is not a name" new Board
refuse "--storage: 'tape' is not none, rpmb or files" new board --storage tape
refuse "--power: 'x' is not linux or scmi" new board --power x
refuse "--threads: '17' is not a number from 1 to 16" new board --threads 17

# On a terminal it asks.
if command -v script >/dev/null; then
	printf '4\n\nfiles\nlinux\nno\n' | timeout 60 script -qec "'$TEEQ' new asked --out asked.yaml" /dev/null >said
	has said 'How many threads has OP-TEE'
	grep -q 'threads: 4' asked.yaml || fail 'not as answered'
	expect 0 new asked --threads 4 --storage files --power linux
	same out asked.yaml
fi

expect 3 lint rpmb.yaml --max-states 3
has err 'whether it ever finishes was not decided (raise --max-states or --max-memory)'

# JUnit and KTAP.
sed 's/repaired: done/repaired: deadlock/' nested.yaml >'wrong<&>.yaml'
expect 1 check rpmb.yaml 'wrong<&>.yaml' --junit result.xml
cp out one
expect 1 check rpmb.yaml 'wrong<&>.yaml'
same out one
has_line result.xml ' <testsuite name="teeq check" tests="4" failures="1" errors="0" skipped="0">'
has_line result.xml '  <testcase classname="rpmb.yaml" name="untracked: deadlock"></testcase>'
has result.xml '<testcase classname="wrong&lt;&amp;&gt;.yaml" name="repaired: deadlock"><failure message="found: done">teeq explore '
if command -v xmllint >/dev/null; then
	xmllint --noout result.xml || fail 'not XML'
	[ "$(xmllint --xpath 'count(//testcase)' result.xml)" -eq 4 ] || fail 'not four test cases'
	[ "$(xmllint --xpath 'count(//failure)' result.xml)" -eq 1 ] || fail 'not one failure'
fi
expect 3 check rpmb.yaml --max-states 2 --runs 5 --policy mainline --junit result.xml --ktap
has result.xml '<skipped message="found: done, undecided">'
has_line out 'ok 1 rpmb.yaml mainline: done # SKIP undecided'
expect 1 check rpmb.yaml nested.yaml 'wrong<&>.yaml' --ktap
head -n 2 out | tr '\n' ' ' | grep -q '^KTAP version 1 1\.\.6 $' || fail 'no head'
has_line out 'ok 1 rpmb.yaml untracked: deadlock'
has_line out 'not ok 6 wrong<&>.yaml repaired: deadlock'
[ "$(grep -cE '^(not )?ok [0-9]+ ' out)" -eq 6 ] || fail 'not six'
# What was not read, or not asked any more, is an error there; and with nothing read nothing is written over.
expect 2 check rpmb.yaml none.yaml --junit result.xml
has_line result.xml ' <testsuite name="teeq check" tests="3" failures="0" errors="1" skipped="0">'
has result.xml '<error message="bad input"/>'
cp result.xml kept
expect 2 check none.yaml --junit result.xml --ktap
same result.xml kept
has_line out 'Bail out! bad input'
forged=$'a\nok 99 forged\n.yaml'
cp 'wrong<&>.yaml' "$forged"
expect 1 check "$forged" --ktap
[ "$(grep -c '^ok 99' out)" -eq 0 ] || fail 'a name makes a line'
cp 'wrong<&>.yaml' $'\xff.yaml'
expect 1 check $'\xff.yaml' --sarif result.sarif
has result.sarif $'teeq explore \'\xef\xbf\xbd.yaml\' --policy=repaired'

# SARIF, of both: what the standard wants is there, and what code scanning needs, with the lines of the files.
sarif()
{
	python3 - "$@" <<-'END' || fail "not the findings that it should have: $*"
		import json, sys, urllib.parse
		from pathlib import Path
		log = json.load(open(sys.argv[1]))
		assert log['version'] == '2.1.0' and '$schema' in log and len(log['runs']) == 1
		run = log['runs'][0]
		assert set(run) == {'tool', 'invocations', 'columnKind', 'results'}, run.keys()
		assert run['columnKind'] == 'unicodeCodePoints'
		assert type(run['invocations'][0]['executionSuccessful']) is bool
		driver = run['tool']['driver']
		assert driver['name'] == 'teeq' and driver['semanticVersion'].count('.') == 2
		rules = driver['rules']
		assert len({r['id'] for r in rules}) == len(rules)
		for rule in rules:
		    for text in 'shortDescription', 'fullDescription', 'help':
		        assert rule[text]['text'].endswith('.'), rule
		    assert rule['defaultConfiguration']['level'] in ('warning', 'error')
		found, prints = [], set()
		for result in run['results']:
		    rule = rules[result['ruleIndex']]
		    assert rule['id'] == result['ruleId'] and result['level'] == rule['defaultConfiguration']['level']
		    assert result['message']['text']
		    place, = result['locations']
		    place = place['physicalLocation']
		    uri = place['artifactLocation'].get('uri')
		    line = place.get('region', {}).get('startLine')
		    assert line is None or line >= 1
		    path = urllib.parse.unquote(uri) if uri else '-'
		    words = ''
		    if uri:
		        assert not urllib.parse.urlsplit(uri).scheme and ' ' not in uri
		    if uri and line:
		        words = Path(path).read_text().split('\n')[line - 1].strip()
		    key = (rule['id'], uri, *result.get('partialFingerprints', {'none': line}).items())
		    assert key not in prints
		    prints.add(key)
		    found.append('|'.join((rule['id'], path, words)))
		assert found == sys.argv[3:], found
		assert run['invocations'][0]['executionSuccessful'] == (sys.argv[2] == 'all'), sys.argv
	END
}
expect 1 check rpmb.yaml 'wrong<&>.yaml' --sarif result.sarif
same out one
sarif result.sarif all 'expectation-failed|wrong<&>.yaml|repaired: deadlock'
has result.sarif "To see it: teeq explore 'wrong<&>.yaml' --policy=repaired"
expect 1 check './/wrong<&>.yaml' --sarif result.sarif
sarif result.sarif all 'expectation-failed|wrong<&>.yaml|repaired: deadlock'
expect 3 check rpmb.yaml --max-states 2 --runs 5 --policy mainline --sarif result.sarif
sarif result.sarif all 'expectation-undecided|rpmb.yaml|mainline: done'
expect 0 check ./rpmb.yaml --sarif result.sarif
sarif result.sarif all
sed 's/threads: 2/threads: 99/' rpmb.yaml >many.yaml
expect 2 check many.yaml rpmb.yaml none.yaml --sarif result.sarif
sarif result.sarif some 'unreadable|many.yaml|secure: {threads: 99}' 'unreadable|none.yaml|'
expect 1 lint odd.yaml --sarif result.sarif
cp out one
sarif result.sarif all 'unused|odd.yaml|locks: [a, b]' 'session-refused|odd.yaml|sessions: {s: {system: true}}' \
	'client-never-finishes|odd.yaml|dead: {do: [{await: go}, {call: {command: c}}]}'
expect 1 lint odd.yaml
same out one
expect 2 lint many.yaml odd.yaml --sarif result.sarif
sarif result.sarif some 'unreadable|many.yaml|secure: {threads: 99}' 'unused|odd.yaml|locks: [a, b]' \
	'session-refused|odd.yaml|sessions: {s: {system: true}}' \
	'client-never-finishes|odd.yaml|dead: {do: [{await: go}, {call: {command: c}}]}'
"$TEEQ" lint - --sarif result.sarif <odd.yaml >out
sarif result.sarif all 'unused|-|' 'session-refused|-|' 'client-never-finishes|-|'
expect 0 lint "$scratch/rpmb.yaml" --sarif result.sarif
"$TEEQ" lint "$scratch/odd.yaml" --sarif result.sarif >out
has result.sarif "\"uri\": \"file://$scratch/odd.yaml\""
refuse 'is the same file as' lint rpmb.yaml --sarif rpmb.yaml
refuse 'is named for two kinds of output' check rpmb.yaml --junit x --sarif x
refuse 'is named for two kinds of output' check rpmb.yaml --junit x --sarif ./x
for option in --junit --sarif; do
	refuse 'not to standard output' check rpmb.yaml "$option" -
	refuse "'': no file has an empty name" check rpmb.yaml "$option" ''
done
refuse 'not to standard output' lint rpmb.yaml --sarif -

refuse '--ktap and --json do not go together' check rpmb.yaml --ktap --json
refuse 'is the same file as' check rpmb.yaml --junit rpmb.yaml
exit 0
