import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { type Diagnostic, LoadbotError, messageOf } from '../../shared/errors.ts';
import { planText } from '../../planning/plan-workload.ts';
import type { CommandIo } from '../command-io.ts';
import { CONFIG_DEFAULTS, type ConfigAnswers, generateWorkload, jobKindsOf } from '../generated-workload.ts';
import { type AskLine, askInTerminal } from '../ask-in-terminal.ts';

/** Flags of `generate-config`: an answer each. */
export interface GenerateConfigFlags extends Partial<ConfigAnswers> {
  readonly out?: string;
  readonly force?: boolean;
}

const DEFAULT_FILE = 'load.jsonc';
const DEFAULT_THRESHOLDS = 'p(99) < 500ms, error_rate < 1%';

/** A question, and the answers with the one to it. */
interface Question {
  readonly flag: keyof GenerateConfigFlags;
  /** @returns its text and its default */
  readonly ask: (soFar: GenerateConfigFlags) => readonly [text: string, absent: string];
  readonly take: (answer: string) => GenerateConfigFlags;
}

const QUESTIONS: readonly Question[] = [
  { flag: 'url', ask: () => ['URL of the target', ''], take: (url) => ({ url }) },
  {
    flag: 'job',
    ask: ({ url = '' }) => [`kind of job: ${jobKindsOf(url).join(', ')}`, jobKindsOf(url)[0] ?? ''],
    take: (job) => ({ job }),
  },
  { flag: 'rate', ask: () => ['requests per second; empty: as fast as possible', ''], take: (rate) => ({ rate }) },
  {
    flag: 'connections',
    ask: () => ['connections', CONFIG_DEFAULTS.connections],
    take: (connections) => ({ connections }),
  },
  { flag: 'duration', ask: () => ['duration', CONFIG_DEFAULTS.duration], take: (duration) => ({ duration }) },
  {
    flag: 'threshold',
    ask: () => ['limits that the run has to meet; none: -', DEFAULT_THRESHOLDS],
    take: (text) => ({ threshold: text === '-' ? [] : text.split(/,(?![^(]*\))/).map((one) => one.trim()) }),
  },
  {
    flag: 'metrics_export_port',
    ask: () => ['metrics: a port for Prometheus, or a URL to push them to; empty: none', ''],
    take: (text) => (/^\d+$/.test(text) ? { metrics_export_port: text } : { metrics_export_url: text }),
  },
  { flag: 'out', ask: () => ['file to write', DEFAULT_FILE], take: (out) => ({ out }) },
];

/**
 * Writes a workload file of the flags, and of the answers in a terminal. A refused answer is asked for again.
 * @throws {LoadbotError} `config_invalid` for a refused flag, a missing URL, and a file that exists
 */
export async function generateConfig(flags: GenerateConfigFlags, io: CommandIo): Promise<void> {
  const isAsking = flags.url === undefined && process.stdin.isTTY;
  const answers = isAsking ? await askInTerminal(io.stderr, (ask) => askAll(flags, ask, io)) : flags;
  const { out = DEFAULT_FILE } = answers;
  const { text } = await checked(answers, io);
  if (out === '-') {
    io.stdout.write(text);
    return;
  }
  requireNew(out, flags.force);
  try {
    await writeFile(out, text, { flag: flags.force === true ? 'w' : 'wx' });
  } catch (cause) {
    throw new LoadbotError('config_invalid', `cannot write ${out}: ${messageOf(cause)}`, { cause });
  }
  io.stderr.write(`wrote ${out}; next: loadbot-agent try ${out}, then loadbot-agent run ${out}\n`);
}

async function askAll(flags: GenerateConfigFlags, ask: AskLine, io: CommandIo): Promise<GenerateConfigFlags> {
  let answers = flags;
  for (const question of QUESTIONS) {
    if (question.flag in flags) continue;
    for (;;) {
      const [text, absent] = question.ask(answers);
      const given = (await ask(`${text}${absent === '' ? '' : ` [${absent}]`}: `)).trim() || absent;
      const next = { ...answers, ...question.take(given) };
      try {
        if (question.flag === 'out') requireNew(given, flags.force);
        await checked(next, io);
        answers = next;
        break;
      } catch (error) {
        if (!(error instanceof LoadbotError)) throw error;
        const lines = error.problems.length > 0 ? error.problems : [error];
        for (const { message, hint } of lines)
          io.stderr.write(`  ${message}${hint === undefined ? '' : `: ${hint}`}\n`);
      }
    }
  }
  return answers;
}

/** The flag that a field of the file comes from. */
const FLAG_OF_FIELD: readonly (readonly [field: RegExp, flag: string])[] = [
  [/^connection_string|http\.path/, '--url'],
  [/pace/, '--rate'],
  [/connections/, '--connections'],
  [/duration/, '--duration'],
  [/thresholds/, '--threshold'],
  [/metrics_export_port/, '--metrics_export_port'],
  [/metrics_export_url/, '--metrics_export_url'],
];

/** @throws {LoadbotError} `config_invalid`, with all problems under the names of their flags */
async function checked(answers: GenerateConfigFlags, io: CommandIo): Promise<{ readonly text: string }> {
  const { url = '' } = answers;
  if (url === '') {
    throw new LoadbotError('config_invalid', 'the URL of the target is missing', {
      hint: '--url http://127.0.0.1:8080/',
    });
  }
  const generated = generateWorkload({ ...answers, url }, io.env);
  try {
    await planText({ text: generated.text, source: resolve(DEFAULT_FILE) }, {}, { env: generated.env });
  } catch (error) {
    if (!(error instanceof LoadbotError)) throw error;
    const problems = error.problems.map(({ message, hint, path = '' }): Diagnostic => {
      const flag = FLAG_OF_FIELD.find(([field]) => field.test(path))?.[1] ?? path;
      return { path: flag, message, ...(hint !== undefined && { hint }) };
    });
    throw new LoadbotError('config_invalid', problems.length > 0 ? 'the workload is not valid' : error.message, {
      problems,
      ...(error.hint !== undefined && { hint: error.hint }),
    });
  }
  return generated;
}

function requireNew(file: string, force = false): void {
  if (file === '-' || force || !existsSync(file)) return;
  throw new LoadbotError('config_invalid', `${file} exists`, {
    hint: 'choose another name, or overwrite it with --force',
  });
}
