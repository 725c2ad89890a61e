import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);

/** The page's own files stay as they are written, so both `src` and `dist` read them from here. */
const FOLDER = new URL('../../../src/reports/html/page/', import.meta.url);

/** In an order in which each uses only what stands before it. */
const SCRIPTS = ['format.js', 'theme.js', 'axes.js', 'marks.js', 'legend.js', 'keyboard.js', 'values.js', 'figure.js', 'main.js'];

/** The style sheet of a page. */
export function readStyle(): string {
  return [fileOf('uplot/dist/uPlot.min.css'), own('page.css')].join('\n');
}

/** The script of a page: the charts' library, then ours, in a scope of its own. */
export function readScript(): string {
  const ours = SCRIPTS.map((name) => unwrap(own(name))).join('\n');
  return `${fileOf('uplot/dist/uPlot.iife.min.js')}\n(() => {\n'use strict';\n${ours}})();\n`;
}

/** What a content security policy calls an inline script or style, and so allows this one and no other. */
export function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/** A module of the page without its imports and exports: no two of them use one name for two things. */
function unwrap(module: string): string {
  return module.replaceAll(/^import [^;]+;\n/gm, '').replaceAll(/^export /gm, '');
}

function own(name: string): string {
  return readFileSync(fileURLToPath(new URL(name, FOLDER)), 'utf8');
}

function fileOf(specifier: string): string {
  return readFileSync(require.resolve(specifier), 'utf8');
}
