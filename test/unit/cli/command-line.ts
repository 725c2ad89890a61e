import type { Command } from 'commander';
import { canonicalFlags } from '../../../src/cli/arguments.ts';
import { createProgram } from '../../../src/cli/main.ts';

/** The real command line, in which commands do nothing. */
export function commandLine(): { readonly program: Command; readonly printed: () => string } {
  let printed = '';
  const sink = { write: (text: string) => ((printed += text), true) } as unknown as NodeJS.WriteStream;
  const io = { stdout: sink, stderr: sink, env: {}, readStdin: () => Promise.resolve('') };
  const program = createProgram(io, { with: () => {}, now: () => {} });
  for (const command of program.commands.flatMap(allOf)) command.action(() => {});
  return { program, printed: () => printed };
}

/** A command and those below it. */
export function allOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(allOf)];
}

/** Commands in shell text: their lines joined, without prompts, comments, pipes and prefixes. */
export function commandsIn(text: string): string[] {
  return text
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .flatMap((line) => /^(?:\$ |.*[;|&] |kubectl .* -- )?loadbot-agent (.*)$/.exec(line.trim())?.[1] ?? [])
    .map((args) => args.replace(/(?: {2,}| #).*$/, '').replace(/\s[|<>&;].*$/, ''));
}

/** Arguments after the shell's quoting rules, without expansions. */
export function split(args: string): string[] {
  return [...args.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) => word.replaceAll(/["']/g, ''));
}

/** The problem of arguments; `undefined`: none. */
export async function fault(args: readonly string[]): Promise<string | undefined> {
  try {
    const { program } = commandLine();
    await program.parseAsync(canonicalFlags(args, program), { from: 'user' });
    return undefined;
  } catch (error) {
    return String(error);
  }
}
