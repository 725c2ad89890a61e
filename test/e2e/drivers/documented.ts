import { mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { DriverModule } from '../../../src/drivers/driver-entry.ts';
import type { TestServer } from '../../../src/driver-kit/suite.ts';

const page = readFileSync(new URL('../../../docs/drivers.md', import.meta.url), 'utf8');

/** Files of docs/drivers.md by name: the block after the paragraph that names one. */
const FILES = new Map(
  [...page.matchAll(/`([\w-]+\.mjs)`[^`]*(?:`[^`\n]+`[^`]*)*?\n\n```js\n([\s\S]*?)^```$/gm)].map(
    ([, name = '', text = '']) => [name, text] as const,
  ),
);

/** A file of the page. */
export function documentedFile(name: string): string {
  const text = FILES.get(name);
  if (text === undefined) throw new Error(`docs/drivers.md has no ${name}`);
  return text;
}

/** A folder with the files of the page, in which the package is installed. */
export function documentedFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'loadbot-drivers-'));
  mkdirSync(join(folder, 'node_modules'));
  symlinkSync(fileURLToPath(new URL('../../..', import.meta.url)), join(folder, 'node_modules/loadbot-agent'));
  for (const [name, text] of FILES) writeFileSync(join(folder, name), text);
  return folder;
}

/** The driver of the page. */
export async function importDocumented(folder: string): Promise<DriverModule> {
  const { default: driver } = (await import(pathToFileURL(join(folder, 'line-driver.mjs')).href)) as {
    readonly default: DriverModule;
  };
  return driver;
}

/** The server of the page. */
export async function importServer(folder: string): Promise<{ readonly startLineServer: () => Promise<TestServer> }> {
  return (await import(pathToFileURL(join(folder, 'line-server.mjs')).href)) as Awaited<
    ReturnType<typeof importServer>
  >;
}
