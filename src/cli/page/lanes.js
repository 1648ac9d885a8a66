/* SPDX-License-Identifier: BSD-2-Clause */
'use strict';
/* The run, how it stood before the first step and behind each, and the lanes that show it. */
const data = JSON.parse(document.getElementById('data').textContent);
const byId = id => document.getElementById(id);
const stepCount = data.events.length;
/* What a board did, not a run of the model: nothing is known of what comes next. */
const ofBoard = data.policy === undefined;
/* Of a list only the numbers of its objects are in the page, which stand in the pool once each. */
function unpack(value) {
	if (!value || typeof value !== 'object')
		return value;
	if (value.of)
		return value.of.map(number => data.pool[number]);
	for (const key in value)
		value[key] = unpack(value[key]);
	return value;
}
data.pool.forEach(unpack);
/* And of a state only what changed: it shares the rest with the one before it. */
const states = [];
for (const change of data.states)
	states.push(Object.assign({}, states[states.length - 1], unpack(change)));

/* Of one step: wide where there are few. */
const WIDTH = stepCount <= 40 ? 40 : 22, HEIGHT = 24, HEAD = 24;
const svgName = 'http://www.w3.org/2000/svg';

function svg(name, attributes, text) {
	const element = document.createElementNS(svgName, name);
	for (const key in attributes)
		element.setAttribute(key, attributes[key]);
	if (text !== undefined)
		element.textContent = text;
	return element;
}

/* Of each action the letters that stand in its cell, and what it is about, which is its colour. */
const ACTIONS = {
	start: ['st', 'other'], enter: ['en', 'queue'], wait: ['wa', 'queue'], requeue: ['rq', 'queue'],
	recheck: ['rc', 'queue'], leave: ['le', 'queue'], started: ['sd', 'queue'], smc: ['sm', 'secure'],
	secure: ['se', 'secure'], reserve: ['rs', 'queue'], unreserve: ['un', 'queue'], lock: ['lo', 'lock'],
	rpc: ['rp', 'rpc'], request: ['rt', 'rpc'], reply: ['re', 'rpc'], receive: ['rv', 'rpc'],
	answer: ['an', 'rpc'], fault: ['!!', 'other'], kill: ['ki', 'other'], exit: ['ex', 'other'],
	call: ['ca', 'queue'], refused: ['rf', 'queue'], retry: ['ry', 'queue'], resume: ['rs', 'secure'],
	done: ['do', 'secure'], notify: ['no', 'rpc'], taken: ['!!', 'other'], unseen: ['??', 'other'], stack: ['st', 'secure'],
};
function look(action) {
	return ACTIONS[action] || [action.slice(0, 2), 'other'];
}

const lanes = data.tasks.map((name, i) => ({ name, top: HEAD + i * HEIGHT }));
const threads = (states[0].contexts || []).map((context, i) => ({
	name: (data.thread || 'thread ') + i, top: HEAD + (data.tasks.length + i) * HEIGHT,
}));
const height = HEAD + (lanes.length + threads.length) * HEIGHT;

/* Where a task has begun, is not done, and cannot move. */
function waits(state, task) {
	const view = state.tasks[task];
	return view.started && !view.moves && view.at !== 'none';
}

function drawStep(group, i) {
	const event = data.events[i], [letters, kind] = look(event.action);
	const x = i * WIDTH, y = lanes[event.task].top;
	group.append(svg('rect', { class: 'step ' + kind, x: x + 1, y: y + 3, width: WIDTH - 2, height: HEIGHT - 6, rx: 3 }),
		svg('text', { class: 'letter', x: x + WIDTH / 2, y: y + 16 }, letters));
	for (const woken of event.woken)
		if (woken !== event.task)
			group.append(svg('path', { class: 'wake', d: `M${x + WIDTH / 2} ${y + (woken > event.task ? HEIGHT - 3 : 3)}` +
				`V${lanes[woken].top + (woken > event.task ? 6 : HEIGHT - 6)}` }));
}

function drawState(group, i) {
	lanes.forEach((lane, task) => {
		if (waits(states[i], task) && waits(states[i + 1] || states[i], task))
			group.append(svg('path', { class: 'waits', d: `M${i * WIDTH} ${lane.top + HEIGHT / 2}h${WIDTH}` }));
	});
}

function threadText(state, number) {
	const context = state.contexts[number];
	return context.state === 'free' ? '' :
		(context.state === 'active' ? 'A ' : 'S ') + (context.owner ? context.owner.task : 'lost');
}

/* One bar as long as somebody has the thread, and is the same there. */
function drawThread(group, number, from, to) {
	for (let i = from, end; i < to; i = end) {
		const text = threadText(states[i + 1], number), y = threads[number].top;
		for (end = i + 1; end < to && threadText(states[end + 1], number) === text; end++)
			;
		if (!text)
			continue;
		group.append(svg('rect', { class: text[0] === 'A' ? 'held' : 'parked', x: i * WIDTH, y: y + 3,
			width: (end - i) * WIDTH, height: HEIGHT - 6 }),
		svg('text', { class: 'bar', x: i * WIDTH + 3, y: y + 16 }, shortened(text, Math.floor((end - i) * WIDTH / 7))));
	}
}

/* As much of a name as there is room for; where that is hardly any, its first letter says the state. */
function shortened(text, room) {
	return text.length <= room ? text : room < 6 ? text[0] : text.slice(0, room - 1) + '\u2026';
}

let cursor = stepCount;

function drawHead(group, from, to) {
	for (let i = from; i < to; i++)
		if (i % 5 === 0)
			group.append(svg('text', { x: i * WIDTH + 2, y: 10, 'font-size': 10 }, i));
	if (data.noReturn && data.noReturn.step >= from && data.noReturn.step < to) {
		const x = (data.noReturn.step + 1) * WIDTH;
		group.append(svg('path', { class: 'lost', d: `M${x} 0V${height}` }),
			svg('text', { x: x + 3, y: 22, 'font-size': 10 }, 'no return'));
	}
}

/* What can be seen, and a little on either side: a long run has no more elements than a short one. */
function draw() {
	const scroll = byId('scroll'), drawing = byId('drawing');
	const from = Math.max(0, Math.floor(scroll.scrollLeft / WIDTH) - 10);
	const to = Math.min(stepCount, Math.ceil((scroll.scrollLeft + scroll.clientWidth) / WIDTH) + 10);
	const group = svg('g', {});
	for (const lane of lanes.concat(threads))
		group.append(svg('path', { class: 'lane', d: `M${from * WIDTH} ${lane.top}H${to * WIDTH}` }));
	for (let i = from; i < to; i++) {
		drawState(group, i);
		drawStep(group, i);
	}
	threads.forEach((thread, number) => drawThread(group, number, from, to));
	drawHead(group, from, to);
	if (cursor > 0)
		group.append(svg('rect', { class: 'now', x: (cursor - 1) * WIDTH, y: 1, width: WIDTH, height: height - 2 }));
	drawing.replaceChildren(drawing.firstElementChild, group);
}

function prepareLanes() {
	const drawing = byId('drawing'), names = byId('names');
	drawing.setAttribute('width', Math.max(1, stepCount * WIDTH + 60));
	drawing.setAttribute('height', height);
	drawing.setAttribute('aria-label', `${stepCount} steps of ${lanes.length} tasks; the slider above tells each step`);
	for (const [kind, list] of [['head', [{ name: 'step' }]], ['', lanes], ['', threads]])
		for (const lane of list) {
			const div = document.createElement('div');
			div.className = kind;
			div.textContent = lane.name;
			names.append(div);
		}
}
