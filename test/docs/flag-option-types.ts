import { type Flag, flagRows } from '../../src/workload/flags.ts';
import { optionNameOf } from '../../src/library/internal/flag-names.ts';
import { docComment } from './doc-comment.ts';

const HEADER = `// Generated from the table of flags (src/workload/flags.ts) by \`npm run docs:write\`.`;

/** Renders the types of the options of `run` and `validate` that are flags of these commands. */
export function flagOptionTypes(): string {
  const [run, validate] = (['run', 'validate'] as const).map((command) =>
    flagRows().filter(([, { commands }]) => commands.some((one) => one === command)),
  ) as [Row[], Row[]];
  const shared = run.filter(([name]) => validate.some(([other]) => other === name));
  const own = run.filter((row) => !shared.includes(row));
  const base = `${docComment('Options of `run` and `validate` that are also flags of these commands.', [], '')}export interface PlanOptions {\n${shared.map(renderOption).join('')}}`;
  const rest = `${docComment('Options of `run` that are also flags of the command.', [], '')}export interface RunFlagOptions extends PlanOptions {\n${own.map(renderOption).join('')}}`;
  return `${HEADER}\n\n${base}\n\n${rest}\n`;
}

type Row = ReturnType<typeof flagRows>[number];

function renderOption([name, flag]: Row): string {
  const { description, variable } = flag;
  const text = `${description[0]?.toUpperCase() ?? ''}${description.slice(1).replace('; may be repeated', '')}.`;
  const notes = variable === undefined ? [] : [`Default: variable ${variable} of the environment.`];
  return `${docComment(text, notes, '  ')}  readonly ${optionNameOf(name)}?: ${typeOf(flag)} | undefined;\n`;
}

function typeOf({ kind, argument }: Flag): string {
  if (kind === 'switch') return 'boolean';
  if (kind === 'number') return 'number';
  if (kind === 'text') return 'string';
  return argument === 'url' ? 'readonly string[]' : 'Readonly<Record<string, string | number | boolean>>';
}
