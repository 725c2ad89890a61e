import { messageOf } from '../../shared/errors.ts';
import type { BusMessage } from '../bus/bus.ts';
import { decodeUp, type Up } from '../wire/messages/up.ts';

/** Reads the messages of agents. One that cannot be read is reported once for each subject: the agent repeats it. */
export class UpReader {
  readonly #warn: (message: string) => void;
  readonly #reported = new Set<string>();

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** `undefined`: not a message of an agent. */
  read({ subject, data }: BusMessage): Up | undefined {
    try {
      return decodeUp(data);
    } catch (error) {
      if (!this.#reported.has(subject)) this.#warn(`${subject}: ${messageOf(error)}`);
      this.#reported.add(subject);
      return undefined;
    }
  }
}
