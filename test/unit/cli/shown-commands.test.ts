import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { canonicalFlags } from '../../../src/cli/arguments.ts';
import { allOf, commandLine, commandsIn, fault, split } from './command-line.ts';

const ROOT = new URL('../../../', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8');

const PAGES = [
  'README.md',
  ...readdirSync(new URL('docs', ROOT)).flatMap((name) => (name.endsWith('.md') ? [`docs/${name}`] : [])),
  ...readdirSync(new URL('examples', ROOT)).map((name) => `examples/${name}/README.md`),
];

test('finds unknown arguments', async () => {
  expect(await fault(['start-agent', '--metrics-port', '1'])).toContain("unknown option '--metrics-port'");
  expect(await fault(['status', 'now'])).toContain('too many arguments');
  expect(await fault(['strat'])).toContain("unknown command 'strat'");
});

const { program } = commandLine();
test.each([program, ...program.commands].map((command) => command.name()))(
  'the examples of %s --help are valid commands',
  async (name) => {
    const { program, printed } = commandLine();
    const shown = program.commands.find((command) => command.name() === name);
    for (const command of shown === undefined ? [program] : allOf(shown)) command.outputHelp();
    const examples = commandsIn(printed());
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) expect([example, await fault(split(example))]).toEqual([example, undefined]);
  },
);

test.each(PAGES)('the commands of %s are valid', async (path) => {
  const blocks = [...read(path).matchAll(/^```(?:sh|shell|shell-session|console)\n([\s\S]*?)^```$/gm)];
  const inline = [...read(path).matchAll(/`(loadbot-agent [^`]+)`/g)].flatMap(([, text = '']) => commandsIn(text));
  const shown = [
    ...blocks.flatMap(([, text = '']) => commandsIn(text)),
    ...inline.filter((args) => !args.includes('...')),
  ];
  for (const command of shown) expect([command, await fault(split(command))]).toEqual([command, undefined]);
});

test('docs/operations.md shows commands', () => {
  expect([...read('docs/operations.md').matchAll(/loadbot-agent [a-z]/g)].length).toBeGreaterThan(8);
});

test('every flag with underscores also works with dashes', () => {
  const { program } = commandLine();
  const flags = allOf(program).flatMap(({ options }) => options.map(({ long }) => long ?? ''));
  const underscored = flags.filter((flag) => flag.includes('_'));
  expect(underscored.length).toBeGreaterThan(10);
  for (const flag of underscored) expect(canonicalFlags([flag.replaceAll('_', '-')], program)).toEqual([flag]);
});
