/* SPDX-License-Identifier: BSD-2-Clause */
/* In the playground's place of a user: every example under every policy, and then its own buttons. */
const target = location.hash.slice(1);
location.hash = '';

async function corpus(names, policies) {
	const lines = [];
	for (const name of names)
		for (const policy of policies) {
			const files = { [FILE]: examples[name] };
			for (const words of [['run', FILE, '--policy', policy, '--seed', '1'],
				['explore', FILE, '--policy', policy, '--max-states', '2000']]) {
				const answer = await call(words, files);
				lines.push(`== ${name} ${words.join(' ')}\n${answer.out}status ${answer.status}\n`);
			}
		}
	return lines.join('');
}

async function until(holds) {
	while (!holds())
		await new Promise(done => setTimeout(done, 20));
}

/* What a user sees who clicks. */
async function clicks() {
	const seen = [], click = button => button.click();
	const move = name => document.querySelector(`[aria-label="move ${name}"]`);
	const note = what => seen.push(`${what}: ${byId('state').textContent}`);
	byId('policy').value = 'untracked';
	click(document.querySelector('[data-do="explore"]'));
	await until(() => byId('picture').srcdoc);
	note('explore');
	await until(() => byId('picture').contentDocument?.documentElement?.dataset.ready === 'true');
	seen.push('page: ' + byId('picture').contentDocument.getElementById('verdict').textContent);
	byId('threads').value = '3';
	click(document.querySelector('[data-do="explore"]'));
	await until(() => byId('state').textContent.startsWith('No schedule'));
	note('three threads');
	byId('threads').value = '';
	click(document.querySelector('[data-do="step"]'));
	await until(() => move('app.0'));
	note('step');
	click(move('app.0'));
	await until(() => byId('state').textContent === 'step 1 of 1');
	click(move('app.1'));
	await until(() => byId('state').textContent === 'step 2 of 2');
	click(document.querySelector('[data-step="back"]'));
	await until(() => byId('state').textContent === 'step 1 of 2');
	note('back');
	byId('line').value = 'run';
	byId('line').dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter' }));
	await until(() => byId('state').textContent.includes('deadlock'));
	note('run');
	await share();
	const hash = location.hash.slice(1);
	editor.value = '';
	byId('policy').value = 'v9';
	await open(hash);
	note('shared');
	seen.push(`again: ${byId('policy').value}, ${editor.value === examples['rpmb-scmi']}`);
	editor.value = 'teeq: 1\nname: x\nsecure: {threads: none}\n';
	byId('stepping').hidden = true;
	click(document.querySelector('[data-do="check"]'));
	await until(() => byId('out').textContent.includes('scenario.yaml:3'));
	note('wrong');
	const mark = '.cm-lintRange-error, .cm-lintPoint-error';
	await until(() => document.querySelector(mark));
	seen.push('marked: ' + document.querySelector(mark).closest('.cm-line').textContent);
	seen.push('a key: ' + document.querySelectorAll('.tok-propertyName').length);
	return seen.join('\n') + '\n';
}

(async () => {
	await until(() => document.documentElement.dataset.ready === 'true');
	const names = Object.keys(examples);
	const text = await corpus(names, POLICIES).catch(wrong => String(wrong)) + '== clicks\n' +
		await clicks().catch(wrong => String(wrong.stack));
	await fetch(target, { method: 'POST', mode: 'no-cors', body: text });
})();
