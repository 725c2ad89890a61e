import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROOT = new URL('../../', import.meta.url);

function pagesBelow(folder: string): readonly string[] {
  return readdirSync(new URL(folder, ROOT), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => `${folder}/${name}`);
}

const PAGES = [
  'README.md',
  'CONTRIBUTING.md',
  'SECURITY.md',
  ...pagesBelow('docs'),
  ...pagesBelow('examples'),
  ...pagesBelow('charts'),
  ...pagesBelow('workloads'),
];

/** Text without code: a bracket in an example is not a link. */
function withoutCode(markdown: string): string {
  return markdown.replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1/gm, '').replace(/`[^`\n]*`/g, 'code');
}

/** Anchors as GitHub makes them of headings. */
function anchorsOf(file: URL): ReadonlySet<string> {
  const text = readFileSync(file, 'utf8').replace(/^(`{3,})[^\n]*\n[\s\S]*?^\1/gm, '');
  return new Set(
    [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, '')
        .replaceAll(' ', '-'),
    ),
  );
}

function linksOf(page: string): readonly { readonly path: string; readonly anchor: string | undefined }[] {
  const text = withoutCode(readFileSync(new URL(page, ROOT), 'utf8'));
  return [...text.matchAll(/\]\(([^)#\s]*)(?:#([^)\s]+))?\)/g)]
    .map(([, path = '', anchor]) => ({ path, anchor }))
    .filter(({ path }) => !/^[a-z]+:/.test(path));
}

function isBroken(page: string, path: string, anchor: string | undefined): boolean {
  const file = path === '' ? new URL(page, ROOT) : new URL(path, new URL(page, ROOT));
  if (!existsSync(file)) return true;
  return anchor !== undefined && !anchorsOf(file).has(anchor);
}

test('finds links and anchors in the pages', () => {
  const links = PAGES.flatMap(linksOf);
  expect(links.length).toBeGreaterThan(100);
  expect(links.filter(({ anchor }) => anchor !== undefined).length).toBeGreaterThan(50);
  expect(isBroken('README.md', 'docs/metrics.md', 'no-such-heading')).toBe(true);
  expect(isBroken('README.md', 'docs/no-such-page.md', undefined)).toBe(true);
});

test.each(PAGES)('every local link of %s leads to a file and a heading', (page) => {
  const broken = linksOf(page).filter(({ path, anchor }) => isBroken(page, path, anchor));
  expect(broken).toEqual([]);
});
