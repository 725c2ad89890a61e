import { type Draw, unitDraw } from '../../shared/distribution.ts';
import type { ThinkTime } from '../../plan/scenario.ts';
import { integersBetween, streamKey } from '../../shared/random.ts';

/** Draws a count from `from` to `to`. @param key random stream */
export function countDraw(from: number, to: number, key: number): Draw {
  return from === to ? () => from : integersBetween(key, from, to);
}

/** Draws a pause in milliseconds, 0 or more. @param key random stream */
export function thinkTimeDraw(time: ThinkTime, key: number): Draw {
  const unit = unitDraw(key);
  switch (time.kind) {
    case 'constant':
      return () => time.ms;
    case 'uniform':
      return (number) => time.fromMs + unit(number) * (time.toMs - time.fromMs);
    case 'exponential':
      return (number) => -Math.log(1 - unit(number)) * time.meanMs;
    case 'normal':
    default: {
      const angle = unitDraw(streamKey(key, 'angle'));
      // Box-Muller transform.
      return (number) => {
        const radius = Math.sqrt(-2 * Math.log(1 - unit(number)));
        return Math.max(0, time.meanMs + time.deviationMs * radius * Math.cos(2 * Math.PI * angle(number)));
      };
    }
  }
}
