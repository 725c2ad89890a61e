import type { Clock } from '../../shared/clock.ts';
import type { Bus } from '../bus/bus.ts';
import { timeSubject } from '../subjects.ts';
import { decodeTimePing, encodeTimePong } from '../wire/messages/time.ts';

/**
 * Answers the questions of a run's agents for the clock of this coordinator, at once.
 * @returns a function that ends it
 */
export function answerTime(bus: Bus, run: string, clock: Pick<Clock, 'nowMs'>): () => void {
  return bus.subscribe(timeSubject(run), ({ data, respond }) => {
    const clockMs = clock.nowMs();
    try {
      respond?.(encodeTimePong({ ping: decodeTimePing(data).ping, clockMs }));
    } catch {} // not a question
  });
}
