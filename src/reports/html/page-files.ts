import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** The page's own files stay as they are written, so both `src` and `dist` read them from here. */
const FOLDER = new URL('../../../src/reports/html/page/', import.meta.url);

/** The style sheet of a page. */
export function readStyle(): string {
  return [readFileSync(require.resolve('uplot/dist/uPlot.min.css'), 'utf8'), own('page.css')].join('\n');
}

/** The script of a page: the charts' library with its licence, which wants to be in every copy, then ours, in a scope of its own. */
export function readScript(): string {
  const modules = new Map<string, string>();
  gather('main.js', modules);
  const charts = readFileSync(require.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8');
  const licence = readFileSync(require.resolve('uplot/LICENSE'), 'utf8');
  return `/*!\n${licence}*/\n${charts}\n(() => {\n'use strict';\n${[...modules.values()].join('\n')}})();\n`;
}

/** What a content security policy calls an inline script or style, and so allows this one and no other. */
export function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/**
 * A module of the page after those that it imports, without its imports and exports: all of them in one scope say the same,
 * because no two of them use one name for two things.
 */
function gather(name: string, modules: Map<string, string>): void {
  if (modules.has(name)) return;
  const module = own(name);
  for (const [, imported = ''] of module.matchAll(/^import [^;]+ from '\.\/([^']+)';$/gm)) gather(imported, modules);
  modules.set(name, module.replaceAll(/^import [^;]+;\n/gm, '').replaceAll(/^export /gm, ''));
}

function own(name: string): string {
  return readFileSync(fileURLToPath(new URL(name, FOLDER)), 'utf8');
}
