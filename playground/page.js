/* SPDX-License-Identifier: BSD-2-Clause */
'use strict';
/* What is in the page: the examples by name, and the command as bytes. */
const examples = JSON.parse(document.getElementById('examples').textContent);
const byId = id => document.getElementById(id);
const POLICIES = ['mainline', 'untracked', 'v1', 'v4', 'v7', 'v8', 'v9', 'v10', 'repaired'];
const FILE = 'scenario.yaml', PAGE = 'page.html';

/* -------------------------------------- the command ---------------------------------------- */

let worker = null, waiting = new Map(), count = 0;

function wasmBytes() {
	const text = atob(document.getElementById('wasm').textContent.trim());
	return Uint8Array.from(text, letter => letter.charCodeAt(0));
}

function startWorker() {
	const source = document.getElementById('command').textContent;
	worker = new Worker(URL.createObjectURL(new Blob([source], { type: 'text/javascript' })));
	worker.onmessage = message => {
		const done = waiting.get(message.data.id);
		waiting.delete(message.data.id);
		byId('stop').disabled = waiting.size === 0;
		done(message.data);
	};
	worker.postMessage({ wasm: wasmBytes() });
}

/* Call the command; the promise has its status, what it wrote, and of @wanted files what is in them. */
function call(parameters, files, wanted) {
	const id = ++count;
	worker.postMessage({ id, arguments: parameters, files, wanted });
	byId('stop').disabled = false;
	return new Promise(done => waiting.set(id, done));
}

/* The one way to end what takes too long. */
function stop() {
	worker.terminate();
	for (const done of waiting.values())
		done({ status: 3, out: '', err: 'stopped\n', files: {} });
	waiting.clear();
	byId('stop').disabled = true;
	startWorker();
}

/* ----------------------------------------- the editor ---------------------------------------- */

/* What the command says of a text, by line; nothing while it is at work. */
async function wrongLines(text) {
	if (waiting.size > 0)
		return [];
	const answer = await call(['show', FILE], { [FILE]: text });
	return answer.err.split('\n').map(line => /^(?:teeq: )?scenario\.yaml:(\d+): (.*)$/.exec(line)).filter(found => found)
		.map(found => ({ line: Number(found[1]), text: found[2] }));
}
const editor = makeEditor(byId('text'), wrongLines);

/* ----------------------------------- what is to be done ------------------------------------- */

function settings() {
	const threads = byId('threads').value;
	return threads ? ['--set', `secure.threads=${threads}`] : [];
}

function scenario() {
	return { [FILE]: editor.value };
}

function show(answer, words) {
	const text = (answer.out + (answer.err ? '\n' + answer.err : '')).trim();
	byId('state').textContent = words[answer.status] || `ended with status ${answer.status}`;
	byId('state').className = answer.status === 0 ? '' : 'wrong';
	byId('out').textContent = text;
	const page = answer.files && answer.files[PAGE];
	byId('picture').hidden = !page;
	if (page)
		byId('picture').srcdoc = page;
}

const RUN_WORDS = ['It finished.', 'It fails.', 'The scenario is not right.', 'It was ended: nothing is claimed.'];
const SEARCH_WORDS = ['No schedule fails.', 'Some schedule fails: the shortest is below.', 'The scenario is not right.',
	'It was ended: nothing is claimed.'];

const ways = {
	async run() {
		show(await call(['run', FILE, '--policy', byId('policy').value, '--strategy', byId('strategy').value,
			...(byId('strategy').value === 'round-robin' ? [] : ['--seed', byId('seed').value]), '--html', PAGE,
			...settings()], scenario(), [PAGE]), RUN_WORDS);
	},
	async explore() {
		show(await call(['explore', FILE, '--policy', byId('policy').value, '--html', PAGE, ...settings()], scenario(),
			[PAGE]), SEARCH_WORDS);
	},
	async explain() {
		const found = await call(['explore', FILE, '--policy', byId('policy').value, '--json', ...settings()], scenario());
		const schedule = found.status === 1 ? JSON.parse(found.out).schedule : null;
		if (!schedule) {
			show(found, SEARCH_WORDS);
			return;
		}
		show(await call(['explain', FILE, schedule, '--html', PAGE, ...settings()], scenario(), [PAGE]),
			['Some schedule fails, and this is why.']);
	},
	async check() {
		show(await call(['check', FILE, ...settings()], scenario()), ['All is as it expects.', 'It is not as it expects.',
			'The scenario is not right.', 'It was ended: nothing is claimed.']);
	},
	async step() {
		await step([]);
	},
};

async function perform(name) {
	byId('stepping').hidden = name !== 'step';
	byId('state').className = '';
	byId('state').textContent = 'at work';
	if (name === 'step')
		session = { schedule: null, at: 0, breaks: [] };
	await ways[name]();
	document.documentElement.dataset.done = String(Number(document.documentElement.dataset.done || 0) + 1);
}

/* ----------------------------------------- stepping ------------------------------------------ */

/* What teeq step needs to be where it was: the schedule, how much of it is made, and breakpoints. */
let session = { schedule: null, at: 0, breaks: [] };
const MARK = '> schedule';

/* One session of the command for each thing that is done: to where it stood, then @commands, and what there is then. */
async function step(commands) {
	const files = scenario();
	const script = session.breaks.map(text => 'break ' + text).concat(session.at > 0 ? ['goto ' + session.at] : []);
	const before = script.length;
	files.script = script.concat(commands, ['show', 'schedule']).join('\n') + '\n';
	if (session.schedule)
		files.schedule = session.schedule + '\n';
	const answer = await call(['step', FILE, ...(session.schedule ? ['@schedule'] : []), ...(session.schedule ? [] :
		['--policy', byId('policy').value]), '--script', 'script', ...settings()], files);
	const parts = answer.out.split(/^> /m).slice(1).map(part => part.split('\n'));
	byId('picture').hidden = true;
	byId('out').textContent = answer.status === 0 ? parts.slice(before, before + commands.length)
		.map(part => part.slice(1).join('\n')).join('').trim() : answer.err;
	byId('state').className = answer.status === 0 ? '' : 'wrong';
	if (answer.status !== 0) {
		byId('state').textContent = 'That cannot be done.';
		return;
	}
	for (const command of commands)
		if (command.startsWith('break '))
			session.breaks.push(command.slice(6));
	showSession(parts[parts.length - 2].slice(1), parts[parts.length - 1][1]);
}

/* "step 3 of 9: deadlock", and then a row each: two blanks, a name, at least two blanks, a text. */
function showSession(lines, schedule) {
	const made = document.createDocumentFragment();
	session.at = Number(lines[0].split(' ')[1]);
	session.schedule = schedule;
	byId('state').textContent = lines[0];
	for (const line of lines.slice(1).filter(text => text)) {
		const [, name, text] = /^ {2}(.*?) {2,}(.*)$/.exec(line), row = document.createElement('tr');
		const cells = [0, 1, 2].map(() => document.createElement('td'));
		if (text.startsWith('next: ')) {
			const button = document.createElement('button');
			button.type = 'button';
			button.textContent = 'move';
			button.setAttribute('aria-label', 'move ' + name);
			button.addEventListener('click', () => step(['move ' + name]));
			cells[0].append(button);
		}
		cells[1].textContent = name;
		cells[2].textContent = text;
		row.append(...cells);
		made.append(row);
	}
	byId('rows').replaceChildren(made);
}

/* ------------------------------------------ sharing ------------------------------------------ */

async function deflate(text) {
	const stream = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
	const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
	return btoa(String.fromCharCode(...bytes)).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
}

async function inflate(text) {
	const bytes = Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), letter => letter.charCodeAt(0));
	return new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'))).text();
}

/* All that is needed to see the same is behind the '#', which no server gets. */
async function share() {
	const names = ['policy', 'threads', 'strategy', 'seed'];
	const what = { text: editor.value, schedule: session.schedule, at: session.at };
	for (const name of names)
		what[name] = byId(name).value;
	location.hash = await deflate(JSON.stringify(what));
	byId('state').textContent = 'The address of this page is the link now' +
		(navigator.clipboard ? ', and it is copied.' : '.');
	if (navigator.clipboard)
		await navigator.clipboard.writeText(location.href).catch(() => {});
}

async function open(hash) {
	const what = JSON.parse(await inflate(hash));
	for (const name of ['policy', 'threads', 'strategy', 'seed'])
		if (typeof what[name] === 'string')
			byId(name).value = what[name];
	if (typeof what.text === 'string')
		editor.value = what.text;
	byId('example').value = '';
	if (!what.schedule)
		return;
	session = { schedule: String(what.schedule), at: Number(what.at) || 0, breaks: [] };
	byId('stepping').hidden = false;
	await step([]);
}

/* ------------------------------------------- start ------------------------------------------- */

function choose(name) {
	if (!examples[name])
		return;
	editor.value = examples[name];
	session = { schedule: null, at: 0, breaks: [] };
	byId('stepping').hidden = true;
	byId('threads').value = '';
}

function fill(list, names, first) {
	for (const name of names)
		byId(list).append(new Option(name, name));
	byId(list).value = first;
}

async function start() {
	startWorker();
	fill('example', ['', ...Object.keys(examples)], 'rpmb-scmi');
	fill('policy', POLICIES, 'mainline');
	choose('rpmb-scmi');
	byId('state').textContent = 'Choose an example, or write a scenario; then run or explore it.';
	byId('example').addEventListener('change', event => choose(event.target.value));
	for (const button of document.querySelectorAll('[data-do]'))
		button.addEventListener('click', () => perform(button.dataset.do));
	for (const button of document.querySelectorAll('[data-step]'))
		button.addEventListener('click', () => step([button.dataset.step]));
	byId('line').addEventListener('keydown', event => {
		if (event.key === 'Enter' && event.target.value)
			step([event.target.value]);
	});
	byId('settings').addEventListener('submit', event => event.preventDefault());
	byId('stop').addEventListener('click', stop);
	byId('share').addEventListener('click', share);
	if (location.hash.length > 1)
		await open(location.hash.slice(1)).catch(() => { byId('state').textContent = 'The link is not whole.'; });
	document.documentElement.dataset.ready = 'true';
}
start();
