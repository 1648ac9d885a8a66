/* SPDX-License-Identifier: BSD-2-Clause */
/* The command in a worker: a message names its arguments and the files that it finds, the answer has what it wrote.
 * Each time it is a new instance, as a command is a new process. */
let compiling = null;

async function command(request) {
	const written = { out: '', err: '' }, compiled = await compiling;
	const options = {
		noInitialRun: true,
		print: line => { written.out += line + '\n'; },
		printErr: line => { written.err += line + '\n'; },
		instantiateWasm: (imports, done) => {
			WebAssembly.instantiate(compiled, imports).then(instance => done(instance, compiled));
			return {};
		},
	};
	const module = await teeqModule(options);
	for (const [name, text] of Object.entries(request.files))
		module.FS.writeFile(name, text);
	let status;
	try {
		status = module.callMain(request.arguments);
	} catch (thrown) {
		status = thrown && thrown.name === 'ExitStatus' ? thrown.status : -1;
		if (status < 0)
			written.err += String(thrown) + '\n';
	}
	const made = {};
	for (const name of request.wanted || [])
		try {
			/* The mask of modes that there is no user for leaves nobody any right. */
			module.FS.chmod(name, 0o600);
			made[name] = module.FS.readFile(name, { encoding: 'utf8' });
		} catch (absent) {
			made[name] = null;
		}
	return { id: request.id, status, out: written.out, err: written.err, files: made };
}

/* The bytes are the page's; they are compiled once. */
self.onmessage = async message => {
	if (message.data.wasm)
		compiling = WebAssembly.compile(message.data.wasm);
	else
		self.postMessage(await command(message.data));
};
