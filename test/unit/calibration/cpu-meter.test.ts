import { expect, test } from 'vitest';
import { CpuMeter, type CpuReading } from '../../../src/calibration/cpu-meter.ts';
import { systemClock } from '../../../src/shared/clock.ts';
import { VirtualClock } from '../../virtual-clock.ts';

test('measures CPU time between any two instants', () => {
  const clock = new VirtualClock();
  const startMs = clock.epochMs();
  // A process that uses a tenth of a processor at first and a whole one after 100 ms, on a machine of two that is half idle.
  const read = (): CpuReading => {
    const epochMs = clock.epochMs();
    const seconds = (epochMs - startMs) / 1000;
    return {
      epochMs,
      processSeconds: Math.min(seconds, 0.1) * 0.1 + Math.max(0, seconds - 0.1),
      idleSeconds: seconds,
      machineSeconds: seconds * 2,
    };
  };
  const meter = new CpuMeter(clock, read);
  meter.start();
  clock.pass(1000);
  meter.stop();
  expect(meter.between(startMs, startMs + 100).processSeconds).toBeCloseTo(0.01);
  expect(meter.between(startMs + 100, startMs + 975).processSeconds).toBeCloseTo(0.875);
  expect(meter.between(startMs + 25, startMs + 125).processSeconds).toBeCloseTo(0.0325);
  expect(meter.between(startMs, startMs + 1000).machineShare).toBeCloseTo(0.5);
  // It is only known up to the last reading.
  expect(meter.between(startMs + 900, startMs + 5000).processSeconds).toBeCloseTo(0.1);
});

test('reads the CPU time of this process', () => {
  const clock = systemClock();
  const meter = new CpuMeter(clock);
  const startMs = clock.epochMs();
  meter.start();
  while (clock.epochMs() < startMs + 30);
  meter.stop();
  const { processSeconds } = meter.between(startMs, clock.epochMs());
  expect(processSeconds).toBeGreaterThan(0);
});
