import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../../../src/drivers/embedded/faults.ts';
import { latencies, parseLatencyDistribution } from '../../../../src/drivers/embedded/latency.ts';

const DRAWS = 100_000;

function moments(text: string, meanMs: number): { mean: number; deviation: number; min: number; max: number } {
  const distribution = parseLatencyDistribution(text);
  if (distribution === undefined) throw new Error(text);
  const draw = latencies(meanMs, distribution, seededRandom(7));
  const drawn = Array.from({ length: DRAWS }, draw);
  const mean = drawn.reduce((sum, ms) => sum + ms, 0) / DRAWS;
  const variance = drawn.reduce((sum, ms) => sum + (ms - mean) ** 2, 0) / DRAWS;
  const ordered = drawn.sort((a, b) => a - b);
  return { mean, deviation: Math.sqrt(variance), min: ordered[0] ?? NaN, max: ordered.at(-1) ?? NaN };
}

describe('latencies', () => {
  // Standard deviations from the formulas of each distribution, for a mean of 20 ms.
  it.each([
    ['constant', 0],
    ['uniform', 20 / Math.sqrt(3)],
    ['exponential', 20],
    ['normal', 5],
    ['normal:0.1', 2],
    ['lognormal', 20 * Math.sqrt(Math.exp(0.25) - 1)],
    ['lognormal:1', 20 * Math.sqrt(Math.exp(1) - 1)],
  ])('%s has its mean and standard deviation', (text, deviation) => {
    const drawn = moments(text, 20);
    expect(Math.abs(drawn.mean - 20)).toBeLessThan((5 * deviation) / Math.sqrt(DRAWS) + 1e-9); // 5 standard errors
    expect(Math.abs(drawn.deviation - deviation)).toBeLessThan(0.03 * deviation + 1e-9);
    expect(drawn.min).toBeGreaterThanOrEqual(0);
  });

  it('of a uniform distribution are below twice the mean', () => {
    const { min, max } = moments('uniform', 20);
    expect(min).toBeLessThan(0.01);
    expect(max).toBeLessThan(40);
    expect(max).toBeGreaterThan(39.99);
  });

  it('of mean 0 are 0, for any distribution', () => {
    expect(moments('lognormal', 0)).toEqual({ mean: 0, deviation: 0, min: 0, max: 0 });
  });

  it('are the same for the same seed', () => {
    const [first, second] = [1, 1].map((seed) => {
      const draw = latencies(20, { kind: 'exponential', spread: 0 }, seededRandom(seed));
      return Array.from({ length: 10 }, draw);
    });
    expect(first).toEqual(second);
  });
});

describe('parseLatencyDistribution', () => {
  it('parses the spread of distributions that have one', () => {
    expect(parseLatencyDistribution('normal')).toEqual({ kind: 'normal', spread: 0.25 });
    expect(parseLatencyDistribution('lognormal:1.5')).toEqual({ kind: 'lognormal', spread: 1.5 });
  });

  it.each([
    '',
    'gauss',
    'constant:1',
    'normal:',
    'normal:0.34',
    'normal:-1',
    'lognormal:4',
    'normal:0.1:2',
    'toString',
  ])('refuses %j', (text) => {
    expect(parseLatencyDistribution(text)).toBeUndefined();
  });
});
