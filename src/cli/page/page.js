/* SPDX-License-Identifier: BSD-2-Clause */
/* How it stands at the cursor, and the cursor. */

/* A table of texts; of rows that are null nothing is shown. @mark: the index of a row to stress. */
function fillTable(table, head, rows, mark) {
	const made = document.createDocumentFragment();
	const line = (cells, name) => {
		const row = document.createElement('tr');
		for (const text of cells) {
			const cell = document.createElement(name);
			cell.textContent = text;
			row.append(cell);
		}
		made.append(row);
		return row;
	};
	line(head, 'th');
	rows.forEach((row, i) => line(row, 'td').className = i === mark ? 'mover' : '');
	if (rows.length === 0)
		line(['none'].concat(head.slice(1).map(() => '')), 'td');
	table.replaceChildren(made);
}

function callerText(caller) {
	return caller ? '>'.repeat(caller.level) + caller.task : '';
}

function showTasks(state, mover) {
	const idle = ofBoard ? 'not seen in a call' : 'done';
	fillTable(byId('tasks'), ofBoard ? ['task', 'what it does', ''] : ['task', 'next', 'can it move?'], state.tasks.map((task, i) => [
		data.tasks[i], task.at === 'none' ? '' : task.at + (task.object ? ' ' + task.object : ''),
		task.at === 'none' ? idle : !task.started ? 'not begun' : !task.moves ? (ofBoard ? 'waits' : 'NO, waits') : ofBoard ? '' : 'yes',
	]), mover);
}

function showQueue(queue) {
	const flags = waiter => [
		waiter.system ? 'system' : '', waiter.admitted ? 'admitted' : '', waiter.done ? 'woken' : '',
		waiter.asleep ? 'asleep' : '',
	].filter(text => text).join(', ');
	const counts = document.createElement('p'), table = document.createElement('table');
	counts.textContent = queue.text || (data.tracked && queue.total ? `free ${queue.free} of ${queue.total}` : 'threads are not tracked') +
		`, system sessions ${queue.system_sessions}`;
	fillTable(table, ['caller, head first', 'command', ''], queue.waiters.map(waiter => [
		callerText(waiter), waiter.command || '', flags(waiter),
	]));
	byId('queue').replaceChildren(counts, table);
}

/* What not every scenario has, as it stands in the JSON of the command. */
const SHOWN = ['edges', 'cycle', 'contexts', 'queue', 'locks', 'tasks'];
function plainText(value) {
	if (Array.isArray(value))
		return value.length === 0 ? 'none' : value.map(plainText).join('; ');
	if (value && typeof value === 'object')
		return Object.entries(value).filter(([, part]) => part !== null && part !== false)
			.map(([key, part]) => `${key} ${plainText(part)}`).join(', ');
	return String(value);
}
function showMore(state) {
	const rows = Object.entries(state).filter(([key, value]) => !SHOWN.includes(key) && value !== null)
		.map(([key, value]) => [key.replace(/_/g, ' '), plainText(value)]);
	const table = document.createElement('table');
	byId('more-section').hidden = rows.length === 0;
	fillTable(table, ['', ''], rows);
	byId('more').replaceChildren(table);
}

/* Tasks on a circle, an arrow from each that waits to whom it waits for. */
function drawGraph(edges, cycle) {
	const nodes = [...new Set(edges.flatMap(edge => [edge.waiter.task, edge.holder ? edge.holder.task : 'nobody']))];
	const radius = Math.max(70, nodes.length * 26), wide = 4 * radius + 260, high = 2 * radius + 80;
	const picture = svg('svg', { viewBox: `0 0 ${wide} ${high}`, width: wide, height: high, role: 'img',
		'aria-label': 'Who waits for whom; the list below says it in words', style: 'max-width:100%;height:auto' });
	const place = name => {
		const angle = 2 * Math.PI * nodes.indexOf(name) / nodes.length + Math.PI;
		return [wide / 2 + 2 * radius * Math.cos(angle), high / 2 + radius * Math.sin(angle)];
	};
	edges.forEach((edge, i) => {
		const [x1, y1] = place(edge.waiter.task), [x2, y2] = place(edge.holder ? edge.holder.task : 'nobody');
		const label = edge.waits_for + (edge.object ? ' ' + edge.object : '') + (cycle.includes(i) ? ' (cycle)' : '');
		const long = Math.hypot(x2 - x1, y2 - y1), bend = 70;
		const cx = (x1 + x2) / 2 + (long ? (y2 - y1) / long * bend : 0), cy = (y1 + y2) / 2 - (long ? (x2 - x1) / long * bend : 0);
		const path = long ? `M${x1} ${y1}Q${cx} ${cy} ${x2 + (cx - x2) / Math.hypot(cx - x2, cy - y2) * 32} ${y2 + (cy - y2) / Math.hypot(cx - x2, cy - y2) * 18}` :
			`M${x1 - 14} ${y1 - 12}c-22 -46 50 -46 27 -2`;
		/* Beside the line, on the side to which it bends; of who waits for himself above. */
		const beside = bend / 2 + 10;
		picture.append(svg('path', { class: 'edge' + (cycle.includes(i) ? ' cycle' : ''), d: path }),
			svg('text', { class: 'edgelabel', x: long ? (x1 + x2) / 2 + (y2 - y1) / long * beside : x1,
				y: long ? (y1 + y2) / 2 - (x2 - x1) / long * beside + 4 : y1 - 51 }, label));
	});
	for (const name of nodes) {
		const [x, y] = place(name), half = Math.max(24, name.length * 4.5 + 6);
		picture.append(svg('rect', { class: 'nodebox', x: x - half, y: y - 13, width: 2 * half, height: 26, rx: name === 'nobody' ? 0 : 13 }),
			svg('text', { class: 'node', x, y: y + 5 }, name));
	}
	return picture;
}

function showWaits(state) {
	const list = document.createDocumentFragment();
	byId('waits-section').hidden = state.edges.length === 0;
	byId('graph').replaceChildren(...(state.edges.length > 0 ? [drawGraph(state.edges, state.cycle)] : []));
	state.edges.forEach((edge, i) => {
		const item = document.createElement('li');
		item.textContent = edge.text + (state.cycle.includes(i) ? ' (part of the cycle)' : '');
		item.className = state.cycle.includes(i) ? 'cycle' : '';
		list.append(item);
	});
	byId('edges').replaceChildren(list);
}

function describe() {
	if (cursor === 0)
		return 'Before the first step.';
	const event = data.events[cursor - 1];
	const lost = data.noReturn && data.noReturn.step === cursor - 1 ? '\nThis is the step of no return.' : '';
	return `Step ${cursor - 1}: ${data.tasks[event.task]}${event.level ? ', nested ' + event.level : ''}: ${event.text}${lost}`;
}

function show() {
	const state = states[cursor], scroll = byId('scroll'), x = cursor * WIDTH;
	const next = data.events[cursor];
	if (x < scroll.scrollLeft + WIDTH || x > scroll.scrollLeft + scroll.clientWidth - WIDTH)
		scroll.scrollLeft = x - scroll.clientWidth / 2;
	byId('cursor').value = cursor;
	byId('cursor').setAttribute('aria-valuetext', describe());
	byId('place').textContent = `${cursor} of ${stepCount} made`;
	byId('what').textContent = describe() + (next ? `\nNext: ${data.tasks[next.task]}: ${next.text}` : '');
	showTasks(state, next ? next.task : -1);
	fillTable(byId('contexts'), ['thread', 'state', 'of', 'command'], state.contexts.map(context => [
		context.context, context.lost ? 'lost' : context.state, callerText(context.owner), context.command || '',
	]));
	showQueue(state.queue);
	fillTable(byId('locks'), ['lock', 'held by'], state.locks.map(lock => [
		lock.lock, lock.owner === null ? 'nobody' : data.tasks[lock.owner],
	]));
	showMore(state);
	showWaits(state);
	draw();
}

function moveTo(place) {
	cursor = Math.max(0, Math.min(stepCount, place));
	show();
}

function onKey(event) {
	if (event.ctrlKey || event.altKey || event.metaKey || event.target.tagName === 'TEXTAREA')
		return;
	const to = { ArrowLeft: cursor - 1, ArrowRight: cursor + 1, PageUp: cursor - 10, PageDown: cursor + 10, Home: 0,
		End: stepCount, n: data.noReturn ? data.noReturn.step + 1 : undefined }[event.key];
	if (to === undefined)
		return;
	event.preventDefault();
	moveTo(to);
}

async function copy(id) {
	const field = byId(id);
	try {
		await navigator.clipboard.writeText(field.value);
	} catch (refused) {
		/* Not every browser lets a file do that. */
		field.select();
		document.execCommand('copy');
	}
	byId('copied').textContent = `The ${id === 'replay' ? 'command' : 'schedule'} is copied.`;
}

function fillSteps() {
	if (byId('all').rows.length === 0)
		fillTable(byId('all'), ['step', 'task', 'what'], data.events.map((event, i) => [
			i, '>'.repeat(event.level) + data.tasks[event.task], event.text,
		]));
}

function fillTexts() {
	const headline = data.headline || `${data.verdict} after ${stepCount} steps` + (data.violation ? `: ${data.violation}` : '');
	byId('title').textContent = data.title || `${data.scenario} under ${data.policy}`;
	document.title = `${byId('title').textContent}: ${headline}`;
	byId('verdict').textContent = headline;
	byId('verdict').className = (ofBoard ? data.found : !['done', 'limit'].includes(data.verdict)) ? 'fails' : '';
	byId('summary').textContent = data.summary || '';
	byId('report').textContent = data.report;
	byId('schedule').value = data.schedule || '';
	byId('again-section').hidden = !data.schedule;
	byId('locks-section').hidden = ofBoard;
	byId('replay').value = data.replay || '';
	byId('replay-part').hidden = !data.replay;
	byId('made').textContent = `Made by teeq ${data.teeq}` + (data.model ? `, model ${data.model}.` : '.');
	byId('legend').textContent = 'Letters: ' + [...new Set(data.events.map(event => event.action))]
		.map(action => `${look(action)[0]} ${action}`).join(', ') +
		'. Dotted: cannot move. Arrows: wakes. Threads: A active, S (hatched) suspended.';
	byId('lost').hidden = !data.noReturn;
	byId('lost-section').hidden = !data.noReturnText;
	byId('lost-text').textContent = data.noReturnText || '';
	byId('changes-section').hidden = !data.changes;
	if (data.changes)
		fillTable(byId('changes'), ['change', 'then', 'nearest failure', 'states searched'], data.changes.map(change => [
			change.text, change.ruling, change.steps ? `${change.verdict} after ${change.steps} steps` : '', change.states,
		]));
}

prepareLanes();
fillTexts();
byId('cursor').max = stepCount;
byId('cursor').addEventListener('input', event => moveTo(Number(event.target.value)));
for (const [id, to] of [['first', () => 0], ['back', () => cursor - 1], ['on', () => cursor + 1], ['last', () => stepCount],
	['lost', () => data.noReturn.step + 1]])
	byId(id).addEventListener('click', () => moveTo(to()));
document.addEventListener('keydown', onKey);
byId('drawing').addEventListener('click', event =>
	moveTo(Math.floor((event.clientX - byId('drawing').getBoundingClientRect().left) / WIDTH) + 1));
let waiting = false;
byId('scroll').addEventListener('scroll', () => {
	if (!waiting)
		requestAnimationFrame(() => { waiting = false; draw(); });
	waiting = true;
});
addEventListener('resize', draw);
byId('steps').addEventListener('toggle', fillSteps);
addEventListener('beforeprint', () => { byId('steps').open = stepCount <= 2000; fillSteps(); });
for (const button of document.querySelectorAll('[data-copy]'))
	button.addEventListener('click', () => copy(button.dataset.copy));
/* "page.html#7" shows how it stood after seven steps. */
const asked = /^#\d+$/.test(location.hash) ? Number(location.hash.slice(1)) : NaN;
moveTo(!Number.isNaN(asked) ? asked : data.noReturn ? data.noReturn.step + 1 : stepCount);
document.documentElement.dataset.ready = 'true';
