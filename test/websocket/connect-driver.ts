import { onTestFinished } from 'vitest';
import { Probe } from '../../src/driver-kit/probe.ts';
import { sampleOptions, ticketData } from '../../src/driver-kit/sample-options.ts';
import type { Session } from '../../src/drivers/driver.ts';
import { webSocketDriver } from '../../src/drivers/websocket/websocket-driver.ts';
import type { Json } from '../../src/shared/json.ts';

/** Time after which a request that has not ended is a fault, in milliseconds. */
const PATIENCE_MS = 10_000;

interface ConnectOptions {
  /** One for each operation; `#n` becomes the ticket number. */
  readonly commands?: readonly Json[];
  readonly options?: { readonly [name: string]: Json };
  readonly timeoutMs?: number;
  readonly path?: string;
}

/** Opens a session of the WebSocket driver, which keeps all answers. It is closed at the end of the test. */
export async function connectDriver(
  { port }: { readonly port: number },
  { commands = [{ send: { id: '#n' } }], options = {}, timeoutMs = 5000, path = '' }: ConnectOptions = {},
): Promise<{ readonly probe: Probe; readonly session: Session }> {
  const url = `ws://127.0.0.1:${port}${path}`;
  const needs = { headers: false, body: true, maxBytes: 1e6 };
  const materials = ticketData('#n');
  const driver = webSocketDriver(
    sampleOptions(
      { driver: 'websocket', url, secretUrl: url },
      commands.map((statement) => ({ materials, statement, needs })),
      { driverOptions: options, timeoutMs, metrics: [OTHERS] },
    ),
  );
  const session = await driver.connect(new AbortController().signal);
  onTestFinished(() => session.close());
  return { session, probe: new Probe(session, PATIENCE_MS) };
}

const OTHERS = { index: 0, name: 'other_messages', family: '', type: 'counter', help: '', scope: 'requests' } as const;
