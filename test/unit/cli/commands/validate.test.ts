import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { schemaCommand } from '../../../../src/cli/commands/schema.ts';
import { validateCommand } from '../../../../src/cli/commands/validate.ts';
import type { CommandIo } from '../../../../src/cli/command-io.ts';
import { formatError } from '../../../../src/cli/print-error.ts';
import { editorSchema } from '../../../../src/workload/json-schema.ts';
import { failureOf } from '../../workload/loading.ts';
import { textSink } from './text-sink.ts';

const WORKLOAD = `{
  "connection_string": "http://bob:hunter2@127.0.0.1:8080/api",
  "agent": { "name": "186.12.9.19" },
  "threads": 2,
  "jobs": [
    { "type": "drop_collection", "schema": "user" },
    { "name": "workload 1", "type": "write", "schema": "user", "connections": 50, "operations": 10000, "duration": "1h30m" },
    { "type": "sleep", "duration": "5s" },
    { "parallel": [
      { "type": "read", "schema": "user", "connections": 1000, "pace": "30000/m", "duration": "30s", "warm_up": "5s" },
      { "type": "update", "schema": "user", "stages": [{ "duration": "10s", "pace": 1500 }, { "duration": "0s", "pace": 0.5 }] },
    ] },
  ],
  "schemas": [{ "name": "user", "collection": "users", "schema": {} }],
}`;

const directory = mkdtempSync(join(tmpdir(), 'loadbot-validate-'));
const file = join(directory, 'load.jsonc');
writeFileSync(file, WORKLOAD);
afterAll(() => rmSync(directory, { recursive: true }));

let stdin = '';
let stdout = textSink();
let io: CommandIo;
beforeEach(() => {
  stdin = '';
  stdout = textSink();
  io = { stdout: stdout.stream, stderr: textSink().stream, env: {}, readStdin: () => Promise.resolve(stdin) };
});

const validate = (...args: string[]) => validateCommand(io).parseAsync(args, { from: 'user' });

describe('validate', () => {
  test('shows the plan with one line per job', async () => {
    await validate(file);
    expect(stdout.text().replace(directory, '').split('\n')).toEqual([
      'ok: /load.jsonc: 5 jobs',
      'target http://127.0.0.1:8080/api, 2 threads, agent 186.12.9.19, a new seed each run',
      '  1   drop_collection  drop_collection  1 connection       no pace                     1 operation',
      '  2   workload 1       write            50 connections     no pace                     for 1h30m or 10,000 operations',
      '  3   sleep            sleep                                                           for 5s',
      '  4a  read             read             1,000 connections  500/s                       for 30s, after 5s of warm-up',
      '  4b  update           update           1 connection       1,500/s in 10s, then 0.5/s  for 10s',
      '',
    ]);
  });

  test.each([['-f'], ['--config-file']])('reads the file given by %s', async (flag) => {
    await validate(flag, file);
    expect(stdout.text()).toContain('5 jobs');
  });

  test.each([['-'], ['--stdin']])('reads standard input given by %s', async (flag) => {
    stdin = 'connection_string: "embedded:"\njobs: [{ type: write, collection: c }]';
    await validate(flag);
    expect(stdout.text()).toMatch(/^ok: stdin: 1 job\ntarget embedded:, 1 thread, agent /);
  });

  test('accepts the target by --connection_string, like run', async () => {
    stdin = 'jobs: [{ type: write, collection: c }]';
    await validate('-', '--connection_string', 'embedded:');
    expect(stdout.text()).toMatch(/^ok: stdin: 1 job\ntarget embedded:, /);
  });

  test('requires exactly one file', async () => {
    const hint = 'give one path, -f/--config-file PATH, or --stdin';
    expect(await failureOf(validate())).toMatchObject({
      code: 'config_invalid',
      message: 'no workload file is given',
      hint,
    });
    expect(await failureOf(validate(file, '--stdin'))).toMatchObject({
      message: 'more than one workload file is given',
      hint,
    });
  });

  test('reports every problem, none on standard output', async () => {
    stdin = WORKLOAD.replace('"threads"', '"thread"').replace('"5s"', '5').replace('http:', 'gopher:');
    const error = await failureOf(validate('-'));
    expect(stdout.text()).toBe('');
    expect(formatError(error).split('\n')).toEqual([
      'error: stdin: 3 problems',
      '',
      '  stdin:2:24  connection_string  `gopher:` is not a supported scheme',
      '                                 hint: it may be http:, https:, embedded:, postgres:, postgresql:, mysql:, mongodb:, mongodb+srv:, redis:, rediss:, grpc:, grpcs:, nats:, tls:, ws:, wss:, kafka:, kafkas:',
      '  stdin:4:3   thread             `thread` is not a known field',
      '                                 hint: did you mean `threads`?',
      '  stdin:8:36  jobs[2].duration   must be a duration such as "30s", "200ms" or "1h30m"; it is 5',
      '                                 hint: add a unit: a bare number could be seconds or milliseconds',
    ]);
  });

  test('refuses more phases than supported, including those of profiles', async () => {
    const source = (index: number, profile: string): unknown => ({
      name: `s${index}`,
      url: 'http://db/metrics',
      profile,
    });
    const workload = (sources: number, phases: Record<string, string>): string => {
      const all = Array.from({ length: sources }, (_, index) => source(index, 'dragonfly-client')); // of 3 phases each
      return JSON.stringify(
        { connection_string: 'embedded:', sources: all, phases, jobs: [{ type: 'write', collection: 'c' }] },
        null,
        2,
      );
    };
    stdin = workload(10, { busy: 'up == 1' });
    await validate('-');
    stdin = workload(10, { busy: 'up == 1', idle: 'up == 0' });
    const error = await failureOf(validate('-'));
    expect(error).toMatchObject({ code: 'config_invalid' });
    expect(error.problems).toEqual([
      {
        file: 'stdin:3:14',
        path: 'sources',
        message: 'their profiles add 30 phases, `phases` has 2 more; at most 31 are supported',
        hint: 'leave out the `profile` of some sources, and name those of their states that matter in `phases`',
      },
    ]);
    stdin = workload(11, {});
    expect((await failureOf(validate('-'))).problems[0]?.message).toBe(
      'their profiles add 33 phases; at most 31 are supported',
    );
  });

  test('its help has examples', () => {
    const help = textSink();
    validateCommand(io)
      .configureOutput({ writeOut: (text) => help.stream.write(text) })
      .outputHelp();
    expect(help.text()).toContain('loadbot-agent validate load.jsonc');
  });
});

describe('schema', () => {
  test('prints the JSON Schema of the workload file', async () => {
    await schemaCommand(io).parseAsync([], { from: 'user' });
    expect(JSON.parse(stdout.text())).toEqual(JSON.parse(JSON.stringify(editorSchema())));
    expect(stdout.text().endsWith('}\n')).toBe(true);
  });
});
