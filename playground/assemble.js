/* SPDX-License-Identifier: BSD-2-Clause */
'use strict';
/* One page of its parts, the command, the editor and the examples: node assemble.js ROOT BUILT LIBYAML JANSSON OUT */
const fs = require('fs'), path = require('path');

const [root, built, libyaml, jansson, out] = process.argv.slice(2);
const read = (...parts) => fs.readFileSync(path.join(...parts), 'utf8');
const part = name => read(root, 'playground', name);
/* In a page no '<' may stand in it, or it could end the element that it is in. */
const json = value => JSON.stringify(value).replace(/</g, '\\u003c');
const plain = text => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

const folder = path.join(root, 'examples/scenarios'), examples = {};
for (const name of fs.readdirSync(folder).sort())
	if (name.endsWith('.yaml'))
		examples[name.slice(0, -5)] = read(folder, name);

const licences = [['teeq', read(root, 'LICENSE')], ['libyaml', read(libyaml, 'License')], ['Jansson', read(jansson, 'LICENSE')],
	['xxHash', read('/usr/include/xxhash.h').split('*/')[0].replace(/^\/?[ *]*/gm, '')],
	['Emscripten and musl', read('/usr/share/doc/emscripten/copyright')]];

/* Those of the editor, which share some. */
const editor = path.join(built, 'editor'), kept = JSON.parse(read(editor, 'package-lock.json')).packages, shared = new Map();
for (const name of Object.keys(kept).filter(name => name && !kept[name].dev).sort()) {
	const text = read(editor, name, 'LICENSE');
	shared.set(text, (shared.get(text) || []).concat(name.replace('node_modules/', '')));
}
for (const [text, names] of shared)
	licences.push([names.join(', '), text]);

fs.writeFileSync(out, `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>teeq: a playground</title>
<style>
${read(root, 'src/cli/page/page.css')}${part('page.css')}</style>
</head>
<body>
${part('page.html')}<footer><details><summary>Licences of what is in this page</summary>
${licences.map(([name, text]) => `<h2>${name}</h2><pre>${plain(text)}</pre>`).join('\n')}
</details></footer>
<script type="application/json" id="examples">${json(examples)}</script>
<script type="text/plain" id="wasm">${fs.readFileSync(path.join(built, 'teeq.wasm')).toString('base64')}</script>
<script type="text/plain" id="command">
${read(built, 'teeq.js').replace(/<\/script/g, '<\\/script')}
${part('worker.js')}</script>
<script>
${read(editor, 'editor.min.js').replace(/<\/script/g, '<\\/script')}
${part('page.js')}</script>
</body>
</html>
`);
