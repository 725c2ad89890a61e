// Joins the compiled modules of dist to the few files that Node loads, in dist/bundle: hundreds of small files cost a third of
// the processor time of a short command. Libraries that every command or every run loads are joined as well; the others keep
// their own files. The files are CommonJS, which Node loads in less time than ES modules, and whose compiled code can be kept
// (bin/record-code.js).
// `--watch`: again after each change of dist.
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { dirname, isAbsolute, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown, watch } from 'rolldown';
import { rewriteCode } from './rewrite-code.js';

const root = new URL('../', import.meta.url);
const dist = fileURLToPath(new URL('dist/', root));
const out = `${dist}bundle`;
const load = fileURLToPath(new URL('bin/load.cjs', root));

/**
 * Libraries of every run. package.json has them with one exact version, so that `npm audit` checks the version that is joined.
 */
const JOINED = ['commander', 'csv-parse', 'jsonc-parser', 'p-limit', 'proxy-from-env', 'yocto-queue', 'zod'];

/** Modules that users of the package import. */
const PUBLIC = ['library/index', 'driver-kit/driver', 'driver-kit/test'];

/** Modules that are started as threads and processes. */
const started = compiled().filter((name) => /(?:^|\/)[^/]+-(?:thread|process)$/.test(name));
const actions = compiled().filter((name) => /^cli\/actions\/[^/]+$/.test(name));
const entries = ['cli/main', ...actions, ...PUBLIC, ...started];

function compiled() {
  return readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.js') && !file.startsWith('bundle/'))
    .map((file) => file.slice(0, -'.js'.length));
}

/** @type {import('rolldown').OutputOptions} */
const output = {
  dir: out,
  format: 'cjs',
  entryFileNames: '[name].cjs',
  chunkFileNames: 'chunks/[name]-[hash].cjs',
  banner: '"use strict";',
  comments: false,
};
/** @type {import('rolldown').InputOptions} */
const input = {
  input: Object.fromEntries(entries.map((name) => [name, `${dist}${name}.js`])),
  platform: 'node',
  // As compiled: no syntax is lowered.
  transform: { target: 'esnext' },
  // jsonc-parser has its ES modules under `module`.
  resolve: { mainFields: ['module', 'main'] },
  tsconfig: false,
  external: (id) => !id.startsWith('.') && !isAbsolute(id) && !JOINED.includes(packageOf(id)),
};

// Archives and compiled code belong to the files that are replaced.
for (const folder of [out, `${dist}archives`, `${dist}code-cache`]) rmSync(folder, { recursive: true, force: true });
if (process.argv.includes('--watch')) {
  watch({ ...input, output }).on('event', (event) => {
    if (event.code === 'ERROR') console.error(event.error.message);
    if (event.code !== 'BUNDLE_END') return;
    // The exports of public modules are those of the last build.
    rewriteCode(out);
    writeStarts();
    console.error(`bundled: ${relative(process.cwd(), out)}`);
  });
} else {
  const bundle = await rolldown(input);
  const { output: files } = await bundle.write(output);
  refuseForeignImports(files);
  rewriteCode(out);
  writeStarts();
  writePublic(files);
  writeLicenses();
  // For tests of what a command loads.
  const modules = files.map(({ fileName, moduleIds = [] }) => [fileName, moduleIds.map((id) => relative(dist, id))]);
  writeFileSync(`${dist}.bundle.json`, `${JSON.stringify(Object.fromEntries(modules))}\n`);
  await bundle.close();
}

/** Writes the files that threads and processes start with, which load their entry with its compiled code. */
function writeStarts() {
  for (const name of started) {
    const path = `${out}/start/${name}.cjs`;
    write(path, `require('${relative(dirname(path), load)}').load('${name}');\n`);
  }
}

/** Writes ES modules of what users import, with the same exports. @param {import('rolldown').RolldownOutput['output']} files */
function writePublic(files) {
  for (const name of PUBLIC) {
    const { exports = [] } = files.find(({ fileName }) => fileName === `${name}.cjs`);
    const file = `./${name.split('/').at(-1)}.cjs`;
    write(`${out}/${name}.js`, `import all from '${file}';\nexport const { ${exports.join(', ')} } = all;\n`);
  }
}

/** Writes the licences of the joined libraries, which demand it. */
function writeLicenses() {
  const texts = JOINED.map((name) => {
    const folder = new URL(`node_modules/${name}/`, root);
    const { version } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8'));
    const file = readdirSync(folder).find((entry) => /^licen[cs]e(\.\w+)?$/i.test(entry));
    if (file === undefined) throw new Error(`${name} has no file with its licence`);
    return `${name} ${version}\n\n${readFileSync(new URL(file, folder), 'utf8').trim()}\n`;
  });
  write(`${out}/LICENSES.txt`, texts.join(`\n${'-'.repeat(80)}\n\n`));
}

/** @param {string} path @param {string} text */
function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

/** The package of an import. @param {string} id */
function packageOf(id) {
  return /^((?:@[^/]+\/)?[^/]+)/.exec(id)?.[1] ?? id;
}

/** The bundler may import helpers of its own, which users do not have. @param {import('rolldown').RolldownOutput['output']} files */
function refuseForeignImports(files) {
  const { dependencies, peerDependencies } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8'));
  for (const name of JOINED.filter((joined) => joined in dependencies)) {
    if (!/^\d/.test(dependencies[name]))
      throw new Error(`package.json needs an exact version of ${name}: it is joined`);
  }
  const known = new Set([
    ...Object.keys(dependencies),
    ...Object.keys(peerDependencies),
    ...files.map((f) => f.fileName),
  ]);
  for (const { fileName, imports = [], dynamicImports = [] } of files) {
    for (const name of [...imports, ...dynamicImports]) {
      if (isBuiltin(name) || known.has(name) || known.has(packageOf(name))) continue;
      throw new Error(`${fileName} imports ${name}, which is no dependency`);
    }
  }
}
