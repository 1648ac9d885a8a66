/* SPDX-License-Identifier: BSD-2-Clause */
/* The editor of scenarios: as much of CodeMirror as that takes, in one function for the page. */
import { EditorState } from '@codemirror/state';
import { EditorView, drawSelection, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view';
import { defaultKeymap, history, historyKeymap } from '@codemirror/commands';
import { bracketMatching, indentUnit, syntaxHighlighting } from '@codemirror/language';
import { lintGutter, linter, lintKeymap } from '@codemirror/lint';
import { yaml } from '@codemirror/lang-yaml';
import { classHighlighter } from '@lezer/highlight';

/*
 * An editor in @parent. @check: what is wrong with a text, as a promise of {line, text} each. The
 * tab key goes on to the next field, as everywhere in the page.
 */
globalThis.makeEditor = (parent, check) => {
	const marks = async view => (await check(view.state.doc.toString())).map(({ line, text }) => {
		const at = view.state.doc.line(Math.min(Math.max(line, 1), view.state.doc.lines));
		return { from: at.from, to: at.to, severity: text.startsWith('warning: ') ? 'warning' : 'error', message: text };
	});
	const view = new EditorView({
		parent,
		state: EditorState.create({
			extensions: [
				lineNumbers(), history(), drawSelection(), highlightActiveLine(), bracketMatching(), indentUnit.of('  '),
				yaml(), syntaxHighlighting(classHighlighter), lintGutter(), linter(marks, { delay: 500 }),
				EditorView.contentAttributes.of({ 'aria-label': 'Scenario' }),
				keymap.of([...defaultKeymap, ...historyKeymap, ...lintKeymap]),
			],
		}),
	});
	return {
		get value() { return view.state.doc.toString(); },
		set value(text) { view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }); },
	};
};
