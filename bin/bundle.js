// Joins the compiled modules of dist to the few files that Node loads, in dist/bundle: hundreds of small files cost a third of
// the processor time of a short command. Dependencies are not joined: they keep their own files, versions and licences.
// `--watch`: again after each change of dist.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown, watch } from 'rolldown';

const dist = fileURLToPath(new URL('../dist/', import.meta.url));
const out = `${dist}bundle`;

/** Modules that are loaded by name: by the command, by users of the package, and as threads and processes. */
function entries() {
  const names = ['cli/main', 'library/index', 'driver-kit/driver', 'driver-kit/test'];
  for (const file of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const isEntry = /^cli\/actions\/[^/]+\.js$/.test(file) || /(?:^|\/)[^/]+-(?:thread|process)\.js$/.test(file);
    if (isEntry && !file.startsWith('bundle/')) names.push(file.slice(0, -'.js'.length));
  }
  return Object.fromEntries(names.map((name) => [name, `${dist}${name}.js`]));
}

/** @type {import('rolldown').OutputOptions} */
const output = {
  dir: out,
  entryFileNames: '[name].js',
  chunkFileNames: 'chunks/[name]-[hash].js',
  comments: false,
};
/** @type {import('rolldown').InputOptions} */
const input = {
  input: entries(),
  platform: 'node',
  // As compiled: no syntax is lowered.
  transform: { target: 'esnext' },
  tsconfig: false,
  external: (id) => !id.startsWith('.') && !isAbsolute(id),
};

rmSync(out, { recursive: true, force: true });
if (process.argv.includes('--watch')) {
  watch({ ...input, output }).on('event', (event) => {
    if (event.code === 'ERROR') console.error(event.error.message);
    if (event.code === 'BUNDLE_END') console.error(`bundled: ${relative(process.cwd(), out)}`);
  });
} else {
  const bundle = await rolldown(input);
  const { output: files } = await bundle.write(output);
  refuseForeignImports(files);
  // For tests of what a command loads.
  const modules = files.map(({ fileName, moduleIds = [] }) => [fileName, moduleIds.map((id) => relative(dist, id))]);
  writeFileSync(`${dist}.bundle.json`, `${JSON.stringify(Object.fromEntries(modules))}\n`);
  await bundle.close();
}

/** The bundler may import helpers of its own, which users do not have. @param {import('rolldown').RolldownOutput['output']} files */
function refuseForeignImports(files) {
  const { dependencies, peerDependencies } = JSON.parse(
    readFileSync(new URL('../package.json', import.meta.url), 'utf8'),
  );
  const known = new Set([
    ...Object.keys(dependencies),
    ...Object.keys(peerDependencies),
    ...files.map((f) => f.fileName),
  ]);
  for (const { fileName, imports = [], dynamicImports = [] } of files) {
    for (const name of [...imports, ...dynamicImports]) {
      const [, wanted = name] = /^((?:@[^/]+\/)?[^@/.][^/]*)/.exec(name) ?? [];
      if (isBuiltin(name) || known.has(name) || known.has(wanted)) continue;
      throw new Error(`${fileName} imports ${name}, which is no dependency`);
    }
  }
}
