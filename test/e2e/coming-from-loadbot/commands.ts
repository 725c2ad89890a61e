import { writeFileSync } from 'node:fs';
import { expect } from 'vitest';
import { Agent, type Ended, loadbot, scratchFile, workloadFile } from '../agent.ts';
import { type Check, expectSaid, type Row } from './row.ts';

/** An agent of a file with `agent` alone. */
export interface LiveAgent {
  /** As `--agent-uri` takes it. */
  readonly uri: string;
  readonly log: () => string;
  readonly metricsUrl: string;
  readonly end: () => Promise<Ended>;
}

export async function startAgent(flags: readonly string[] = []): Promise<LiveAgent> {
  const file = workloadFile({ agent: { name: 'alone', port: '0', metrics_export_port: '0' } });
  const agent = new Agent(['start-agent', '-f', file, ...flags]);
  const [, uri = ''] = await agent.sees(/control: http:\/\/(127\.0\.0\.1:\d+)\/status/);
  const [, metricsUrl = ''] = await agent.sees(/metrics: (http:\S+)/);
  await agent.sees(/agent alone is idle/);
  const end = async (): Promise<Ended> => {
    agent.child.kill('SIGTERM');
    return agent.ended;
  };
  return { uri, metricsUrl, log: () => agent.stderr, end };
}

async function refused(args: readonly string[], row: Row): Promise<string> {
  const { status, stderr } = await loadbot(args);
  expect([args, status]).toEqual([args, 104]);
  expectSaid(stderr, row);
  return stderr;
}

const SHOP = {
  name: 'shop',
  connection_string: 'embedded:',
  jobs: [{ name: 'fill', type: 'write', collection: 'c', operations: 40 }],
};

/** Rows about the command line, by their first cell. */
export function commandRows(agent: () => LiveAgent): Readonly<Record<string, Check>> {
  return {
    '`-v`, `--version`': async () => {
      const [short, long] = await Promise.all([loadbot(['-v']), loadbot(['--version'])]);
      expect(short).toEqual(long);
      expect(short.status).toBe(0);
      expect(short.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    },
    '`start --progress`, `-p`': async () => {
      const failing = { ...SHOP, thresholds: ['errors > 5'] };
      for (const flag of ['--progress', '-p', '--follow']) {
        const { status, stdout } = await loadbot(['start', workloadFile(failing), flag, '-u', agent().uri]);
        expect(stdout).toMatch(/of shop: completed, 40 requests/);
        expect(status).toBe(99);
      }
    },
    '`-i`, `--interval` of `progress` and `start`, 200ms without it': async (row) => {
      const paced = { ...SHOP, jobs: [{ name: 'fill', type: 'write', collection: 'c', pace: 50, duration: '3s' }] };
      const file = workloadFile(paced);
      const lines = ({ stdout }: Ended): number =>
        stdout.split('\n').filter((text) => text.startsWith('fill: ')).length;
      const often = lines(await loadbot(['start', file, '-p', '-i', '100ms', '-u', agent().uri]));
      expect(often).toBeGreaterThan(lines(await loadbot(['start', file, '-p', '--interval', '2s', '-u', agent().uri])));
      expect((await loadbot(['progress', '-i', '200ms', '-u', agent().uri])).status).toBe(0);
      await refused(['start', file, '-i', '200ms', '-u', agent().uri], row);
      for (const wrong of ['200', '49ms', '2h']) {
        expect((await loadbot(['progress', '-i', wrong, '-u', agent().uri])).stderr).toContain('from 50ms to 1h');
      }
    },
    '`--log-format fancy` or `json`': async () => {
      const run = async (format: string): Promise<string> =>
        (await loadbot(['run', workloadFile(SHOP), '--port', '0', '--log-format', format])).stderr;
      expect(await run('fancy')).toMatch(/^\d\d:\d\d:\d\d INFO {2}control: /m);
      expect(await run('json')).toMatch(/^\{"time":"[^"]+","level":"info","message":"control: /m);
    },
    '`--log-level trace`, `fatal` or `panic`': async () => {
      const levels = async (level: string): Promise<ReadonlySet<string>> => {
        const { stderr } = await loadbot(['run', workloadFile(SHOP), '--port', '0', '--log-level', level]);
        return new Set([...stderr.matchAll(/^\d\d:\d\d:\d\d ([A-Z]+)/gm)].map(([, name = '']) => name));
      };
      expect(await levels('trace')).toContain('INFO');
      expect(await levels('fatal')).not.toContain('INFO');
      expect(await levels('panic')).not.toContain('INFO');
    },
    '`-u`, `--log-level`, `--log-format` before the command': async (row) => {
      await refused(['-u', '127.0.0.1:1', 'start'], row);
      for (const flag of ['--log-level=debug', '--log-format=json', '--agent-uri=127.0.0.1:1']) {
        const { status, stderr } = await loadbot([flag, 'start-agent']);
        expect(status).toBe(104);
        expect(stderr).toMatch(/stands behind the command\n {2}hint: write loadbot-agent start/);
      }
    },
    '`start-agent --watch-config`': async () => {
      const { stderr } = await loadbot(['start-agent', '--watch-config']);
      expect(stderr).toContain('--watch_config needs a file');
    },
    '`generate-config`': async () => {
      const { status, stdout } = await loadbot(['generate-config', '--url', 'mongodb://127.0.0.1/d', '--out', '-']);
      expect(status).toBe(0);
      expect(stdout).toContain('"connection_string": "mongodb://127.0.0.1/d"');
    },
    '`watch`, `install`, `upgrade`, `uninstall`, `list`': async (row) => {
      const commands = [...row.loadbot.matchAll(/`(\w+)`/g)].map(([, name = '']) => name);
      expect(commands).toHaveLength(5);
      for (const command of commands) expect(await refused([command, 'x'], row)).toMatch(/hint: \S/);
    },
    '`config` prints protobuf text, without filters and templates': async () => {
      const file = scratchFile('json');
      const text = `{ // as it is
  "connection_string": "embedded:",
  "jobs": [{ "type": "write", "template": "u" }, { "type": "read", "template": "u", "filter": { "a": "#a" }, "operations": 1 }],
  "schemas": [{ "name": "u", "collection": "c", "schema": { "a": "#string" }, "save": ["a"] }],
}
`;
      writeFileSync(file, text);
      expect((await loadbot(['config', '-f', file, '-u', agent().uri])).status).toBe(0);
      expect((await loadbot(['config', '-u', agent().uri])).stdout).toBe(text);
    },
    '`progress` without a run: `There are no running jobs`': async () => {
      const { status, stdout } = await loadbot(['progress', '-u', agent().uri]);
      expect(stdout).toContain('agent alone: idle');
      expect(status).toBe(0);
    },
  };
}
