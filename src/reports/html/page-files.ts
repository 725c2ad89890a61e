import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { packageFile } from '../../shared/package-files.ts';

const require = createRequire(import.meta.url);

/** Folder of the page's own files. They are not compiled. */
const FOLDER = packageFile('src/reports/html/page/');

/** Parts of the style sheet; rules of later ones have precedence. The last one has the rules of narrow screens and paper. */
const STYLES = ['page.css', 'tables.css', 'charts.css', 'folds.css'];

/** Reads the style sheet of a page. */
export function readStyle(): string {
  const charts = readFileSync(require.resolve('uplot/dist/uPlot.min.css'), 'utf8');
  return `${charts}\n${STYLES.map(readPageFile).join('\n')}`;
}

/**
 * Reads the script of a page: the chart library with its licence, which must be in every copy, then our modules in
 * their own scope.
 */
export function readScript(): string {
  return bundlePage('main.js');
}

/** Reads the style sheet of the live page. */
export function readLiveStyle(): string {
  return [readStyle(), readPageFile('live.css')].join('\n');
}

/** Reads the script of the live page. */
export function readLiveScript(): string {
  return bundlePage('live.js');
}

function bundlePage(entry: string): string {
  const modules = new Map<string, string>();
  bundleModule(entry, modules);
  const charts = readFileSync(require.resolve('uplot/dist/uPlot.iife.min.js'), 'utf8');
  const licence = readFileSync(require.resolve('uplot/LICENSE'), 'utf8');
  return `/*!\n${licence}*/\n${charts}\n(() => {\n'use strict';\n${[...modules.values()].join('\n')}})();\n`;
}

/** Returns the content security policy source of an inline script or style, which allows exactly this text. */
export function sourceHash(text: string): string {
  return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
}

/**
 * Collects a module of the page after its imports, without import and export statements. One common scope is
 * equivalent, because no two modules declare the same name.
 */
function bundleModule(name: string, modules: Map<string, string>): void {
  if (modules.has(name)) return;
  const module = readPageFile(name);
  for (const [, imported = ''] of module.matchAll(/^import [^;]+ from '\.\/([^']+)';$/gm))
    bundleModule(imported, modules);
  modules.set(name, module.replaceAll(/^import [^;]+;\n/gm, '').replaceAll(/^export /gm, ''));
}

function readPageFile(name: string): string {
  return readFileSync(fileURLToPath(new URL(name, FOLDER)), 'utf8');
}

/** Encodes JSON for a `script` element: no text in it can close the element or open another. */
export function embedJson(value: unknown): string {
  return JSON.stringify(value).replaceAll('<', String.raw`\u003c`);
}
