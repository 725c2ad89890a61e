import { type ChildProcess, spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { findBinary, type ServiceBinary } from './binary.ts';

/** A running server that a test started. */
export interface Service {
  /** Stops it by its own process id and removes its folder. */
  stop(): Promise<void>;
  /** Ends it as a crash would; it still has to be stopped. */
  kill(): Promise<void>;
}

/** Command to start one, and check of its readiness. */
export type ServiceSpec = ServiceCommand & Readiness;

interface ServiceCommand {
  readonly binary: ServiceBinary;
  /** Its arguments, given an empty folder of its own. */
  args(folder: string): readonly string[] | Promise<readonly string[]>;
  /** Environment variables beside those of the test. */
  env?(folder: string): NodeJS.ProcessEnv;
}

type Readiness =
  /** Answers 2xx once the server is ready. */
  | { readonly readyUrl: string }
  /** Check of a server without HTTP: throws until it is ready. */
  | { askIfReady(): Promise<unknown> };

const READY_MS = 120_000;
const STOP_MS = 20_000;
const LOG_TAIL = 4_000;

/** Starts a real server in a temporary folder and waits until it is ready. */
export async function startService(spec: ServiceSpec): Promise<Service> {
  const binary = findBinary(spec.binary.name, spec.binary.folder);
  if (binary === undefined) throw new Error(`${spec.binary.name} is not installed`);
  const folder = await mkdtemp(join(tmpdir(), `loadbot-${spec.binary.name}-`));
  const child = spawn(binary, [...(await spec.args(folder))], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, ...spec.env?.(folder) },
  });
  let log = '';
  const keepTail = (chunk: Buffer): void => {
    log = (log + chunk.toString()).slice(-LOG_TAIL);
  };
  child.stdout.on('data', keepTail);
  child.stderr.on('data', keepTail);
  const stop = async (): Promise<void> => {
    await endProcess(child);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await waitUntilReady(spec, child);
  } catch (error) {
    await stop();
    throw new Error(`${spec.binary.name} did not become ready; its log ends:\n${log}`, { cause: error });
  }
  const kill = async (): Promise<void> => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  };
  return { stop, kill };
}

/** Ports below the ephemeral ones: no outgoing connection and no listener on port 0 takes one of them. */
const PORTS = { first: 10_000, last: 30_000 } as const;

/** A free port on loopback, which another process takes only if it asks for that very port. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(PORTS.first, PORTS.last);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, 'close');
    return port;
  }
}

/** Asks again and again until `probe` gives something, at most `withinMs`. */
export async function eventually<T>(probe: () => Promise<T | undefined>, withinMs = 60_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const found = await probe();
    if (found !== undefined) return found;
    if (Date.now() > deadline) throw new Error(`nothing within ${withinMs} ms`);
    await sleep(100);
  }
}

async function waitUntilReady(spec: Readiness, child: ChildProcess): Promise<void> {
  const ask = 'readyUrl' in spec ? () => askUrl(spec.readyUrl) : () => spec.askIfReady();
  await eventually(async () => {
    if (child.exitCode !== null) throw new Error(`it exited with ${child.exitCode}`);
    return ask().then(
      () => true,
      () => undefined,
    );
  }, READY_MS);
}

async function askUrl(url: string): Promise<void> {
  const response = await fetch(url);
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), STOP_MS);
  await gone;
  clearTimeout(killer);
}
