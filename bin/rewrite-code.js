// Changes the files that the bundler has written, so that less is loaded at the start.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseSync } from 'rolldown/utils';

const IMPORTER = fileURLToPath(new URL('import.cjs', import.meta.url));

/** Modules of Node that are loaded at their first use: most runs need none of them, and together they take 30 ms. */
const DEFERRED = new Set(
  ['child_process', 'crypto', 'dns', 'http', 'https', 'net', 'os', 'readline', 'tls', 'tty', 'v8', 'zlib'].map(
    (name) => `node:${name}`,
  ),
);

const FOREIGN = /[^\0-\x7f]/g;

/** How the bundler calls its helper for `import * as`. */
const TO_ESM = 'require_rolldown_runtime.__toESM';

/**
 * Changes the joined files in a folder: replaces `import()` by a call of bin/import.cjs, and loads modules of Node that few runs
 * use where they are used.
 * @param {string} folder
 */
export function rewriteCode(folder) {
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) =>
    file.endsWith('.cjs'),
  )) {
    const path = `${folder}/${name}`;
    const code = readFileSync(path, 'utf8');
    const { program } = parseSync(path, code, { sourceType: 'script' });
    const nodes = nodesOf(program);
    const imports = nodes.filter(({ type }) => type === 'ImportExpression');
    const changes = imports.map(({ start }) => ({ start, end: start + 'import'.length, text: 'routedImport' }));
    if (imports.length > 0) {
      const end = program.body[0].end;
      const text = `\nconst routedImport = require('${relative(dirname(path), IMPORTER)}');`;
      changes.push({ start: end, end, text });
    }
    const declarations = nodes.filter(({ type }) => type === 'VariableDeclaration');
    changes.push(...declarations.flatMap((declaration) => deferRequire(declaration, nodes)));
    const fromEnd = changes.toSorted((a, b) => b.start - a.start);
    const changed = fromEnd.reduce((all, { start, end, text }) => all.slice(0, start) + text + all.slice(end), code);
    writeFileSync(path, toAscii(changed, nodes));
  }
}

/** Changes that load a module of Node at its first use. @returns {{ start: number, end: number, text: string }[]} */
function deferRequire({ start, end, declarations: [{ id, init } = {}] = [] }, nodes) {
  const isRequire = init?.type === 'CallExpression' && init.callee.name === 'require';
  if (!isRequire || !DEFERRED.has(init.arguments[0]?.value)) return [];
  const name = id.name;
  const uses = nodes.filter((node) => node.type === 'Identifier' && node.name === name);
  const members = nodes.filter(({ type, object }) => type === 'MemberExpression' && object.name === name);
  // `import * as` and default imports: a statement that replaces the module by one with `default`.
  const wrap = nodes.find(
    ({ type, expression }) =>
      type === 'ExpressionStatement' && expression.left?.name === name && expression.operator === '=',
  );
  // Two uses are those of the declaration and of the wrap. Another use needs the module itself.
  if (members.length !== uses.length - (wrap === undefined ? 1 : 3)) return [];
  const loaded = `require(${JSON.stringify(init.arguments[0].value)})`;
  const value = wrap === undefined ? loaded : `${TO_ESM}(${loaded}, 1)`;
  return [
    { start, end, text: `let ${name}$;\nconst ${name} = () => (${name}$ ??= ${value});` },
    ...(wrap === undefined ? [] : [{ start: wrap.start, end: wrap.end, text: '' }]),
    // In brackets, because of `new`.
    ...members.map(({ object }) => ({ start: object.start, end: object.end, text: `(${name}())` })),
  ];
}

/** Code with escapes instead of other characters than ASCII, which V8 stores in half of the memory. */
function toAscii(code, nodes) {
  const raw = nodes.find(({ type, tag, quasi }) => {
    const isRaw = type === 'TaggedTemplateExpression' && tag.property?.name === 'raw';
    return isRaw && quasi.quasis.some(({ value }) => value.raw.search(FOREIGN) !== -1);
  });
  if (raw !== undefined) throw new Error(`escape what is not ASCII in ${JSON.stringify(raw.quasi.quasis)}`);
  return code.replace(FOREIGN, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** All nodes of a syntax tree. @param {unknown} node */
function nodesOf(node) {
  if (typeof node !== 'object' || node === null) return [];
  const inside = Object.values(node).flatMap(nodesOf);
  return 'type' in node ? [node, ...inside] : inside;
}
