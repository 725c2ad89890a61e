import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Family } from '../../src/metrics/family.ts';
import { updateFamilies } from '../docs/families.ts';
import { GENERATED_FILES } from '../docs/generated-files.ts';
import { GENERATED_PARTS } from '../docs/generated-parts.ts';
import { markedBlocks, replaceBlocks } from '../docs/marked-blocks.ts';
import { fillTable, MISSING_CELL } from '../docs/markdown-table.ts';

const ROOT = new URL('../../', import.meta.url);
/** `npm run docs:write` writes the pages instead of comparing them. */
const isWriting = process.env['LOADBOT_DOCS'] === 'write';

function read(page: string): string {
  return readFileSync(new URL(page, ROOT), 'utf8');
}

async function generate(page: string, text: string): Promise<string> {
  const parts = GENERATED_PARTS[page] ?? {};
  const texts: string[] = [];
  for (const block of markedBlocks(text)) texts.push((await parts[block.name]?.(block.text)) ?? block.text);
  return replaceBlocks(text, texts);
}

describe.each(Object.entries(GENERATED_PARTS))('generated parts of %s', (page, parts) => {
  test('are up to date', async () => {
    const text = read(page);
    const generated = await generate(page, text);
    if (isWriting) writeFileSync(new URL(page, ROOT), generated);
    else expect(text, 'to update the page, run `npm run docs:write`').toBe(generated);
  });

  test('all have a block in the page', () => {
    const names = markedBlocks(read(page)).map(({ name }) => name);
    expect(names.toSorted()).toEqual(Object.keys(parts).toSorted());
  });

  test('have no cell that is still to be written', () => {
    expect(read(page)).not.toContain(MISSING_CELL);
  });
});

test.each(Object.entries(GENERATED_FILES))('%s is up to date', (file, generateFile) => {
  const generated = generateFile();
  if (isWriting) writeFileSync(new URL(file, ROOT), generated);
  else expect(read(file), 'to update the file, run `npm run docs:write`').toBe(generated);
});

test('each page with marked blocks has generated parts', () => {
  const pages = readdirSync(new URL('docs', ROOT)).map((name) => `docs/${name}`);
  const marked = pages.filter((page) => page.endsWith('.md') && markedBlocks(read(page)).length > 0);
  expect(marked.toSorted()).toEqual(Object.keys(GENERATED_PARTS).toSorted());
});

describe('parts with columns written by hand', () => {
  const family = (name: string): Family => ({ name, type: 'gauge', help: `Help of ${name}.`, samples: [] });

  test('keep the cells of known rows and mark those of new rows', () => {
    const table = '| name | meaning |\n| --- | --- |\n| `b` | second |\n| `gone` | third |';
    expect(fillTable(table, [['`a`'], ['`b`']])).toBe(
      `| name | meaning |\n| --- | --- |\n| \`a\` | ${MISSING_CELL} |\n| \`b\` | second |`,
    );
  });

  test('insert a new metric family after its predecessor, with its help text', () => {
    const head = '| family | type | labels | meaning |\n| --- | --- | --- | --- |\n';
    const page = `Requests:\n\n${head}| \`a\` | counter | x | first |\n\nOthers:\n\n${head}| \`c\` | gauge | | last |\n`;
    expect(updateFamilies(page, ['a', 'b', 'c'].map(family))).toBe(
      `Requests:\n\n${head}| \`a\` | gauge | | first |\n| \`b\` | gauge | | Help of b. |\n\n` +
        `Others:\n\n${head}| \`c\` | gauge | | last |\n`,
    );
  });
});
