import { type Bus, BusError, type BusStatus } from '../../../src/fleet/bus/bus.ts';

let synced = 0;

/** Waits until the server knows all subscriptions that a member has made. */
export async function synchronize(bus: Bus): Promise<void> {
  const subject = `sync.${process.pid}.${synced++}`;
  const end = bus.subscribe(subject, ({ respond }) => respond?.(new Uint8Array()));
  await bus.request(subject, new Uint8Array(), 60_000);
  end();
}

export const encode = (text: string): Uint8Array => Buffer.from(text);
export const decode = (data: Uint8Array): string => Buffer.from(data).toString();

/** Messages of a subscription, as `subject text`. */
export function collect(bus: Bus, subject: string): string[] {
  const texts: string[] = [];
  bus.subscribe(subject, (message) => texts.push(`${message.subject} ${decode(message.data)}`));
  return texts;
}

/** Answers each request to a subject with a text. */
export function answer(bus: Bus, subject: string, text: string): void {
  bus.subscribe(subject, ({ respond }) => respond?.(encode(text)));
}

/** The answer to a request, or the code of its error. */
export async function ask(bus: Bus, subject: string, timeoutMs = 60_000): Promise<string> {
  return bus.request(subject, encode('?'), timeoutMs).then(decode, codeOf);
}

/** Answers to a request to many, in the order of their arrival. */
export async function askMany(bus: Bus, subject: string, withinMs: number): Promise<readonly string[]> {
  const answers: string[] = [];
  await bus.requestMany(subject, encode('?'), withinMs, (data) => answers.push(decode(data)));
  return answers;
}

/** The code of a bus's error; any other error is thrown. */
export function codeOf(error: unknown): string {
  if (error instanceof BusError) return error.code;
  throw error;
}

/** The code of the error that a call throws. */
export function refusalOf(call: () => unknown): string | undefined {
  try {
    call();
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}

/** Resolves when a member has a status. */
export async function reach(bus: Bus, status: BusStatus): Promise<void> {
  if (bus.status === status) return;
  await new Promise<void>((resolve) => {
    const end = bus.onStatus((now) => {
      if (now !== status) return;
      end();
      resolve();
    });
  });
}
