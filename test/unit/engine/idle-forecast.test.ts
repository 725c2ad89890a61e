import { describe, expect, test } from 'vitest';
import { IdleForecast } from '../../../src/engine/idle-forecast.ts';

/** Timers at which the thread was idle, or was not. */
function fire(forecast: IdleForecast, timers: number, wasIdle: boolean, delayMs = 0): void {
  for (let timer = 0; timer < timers; timer++) {
    if (wasIdle) forecast.idle();
    forecast.fired(delayMs);
  }
}

/** A forecast that expects an idle thread. */
function expectingIdle(): IdleForecast {
  const forecast = new IdleForecast();
  fire(forecast, 128, true);
  return forecast;
}

describe('IdleForecast', () => {
  test('expects an idle thread after 128 timers if it was idle at half of them', () => {
    const forecast = new IdleForecast();
    fire(forecast, 64, false);
    fire(forecast, 63, true);
    expect(forecast.isIdleAtTimers).toBe(false);
    fire(forecast, 1, true);
    expect(forecast.isIdleAtTimers).toBe(true);
  });

  test('watches the next 128 timers if the thread was idle at fewer', () => {
    const forecast = new IdleForecast();
    fire(forecast, 65, false);
    fire(forecast, 63, true);
    fire(forecast, 127, true);
    expect(forecast.isIdleAtTimers).toBe(false);
    fire(forecast, 1, true);
    expect(forecast.isIdleAtTimers).toBe(true);
  });

  test('bears delays of 50 µs on average, and single ones of a millisecond', () => {
    const forecast = expectingIdle();
    fire(forecast, 1000, false, 0.05);
    fire(forecast, 1000, true);
    for (let rare = 0; rare < 20; rare++) {
      fire(forecast, 1, false, 0.9);
      fire(forecast, 99, true);
    }
    expect(forecast.isIdleAtTimers).toBe(true);
  });

  test('ends when responses delay the timers by more', () => {
    const forecast = expectingIdle();
    fire(forecast, 1000, false, 0.06);
    expect(forecast.isIdleAtTimers).toBe(false);
  });

  test('watches twice as many timers after each failure, at most 8192', () => {
    const forecast = new IdleForecast();
    for (const watched of [128, 256, 512, 1024, 2048, 4096, 8192, 8192]) {
      fire(forecast, watched - 1, true);
      expect(forecast.isIdleAtTimers).toBe(false);
      fire(forecast, 1, true);
      expect(forecast.isIdleAtTimers).toBe(true);
      fire(forecast, 255, true);
      forecast.missed();
      expect(forecast.isIdleAtTimers).toBe(false);
    }
  });

  test.each([
    [256, 1792],
    [1900, 148],
    [2048, 128],
    [100_000, 128],
  ])('misses at most one of 2048 timers: after %i it watches %i', (timers, watched) => {
    const forecast = expectingIdle();
    fire(forecast, timers, true);
    forecast.missed();
    fire(forecast, watched - 1, true);
    expect(forecast.isIdleAtTimers).toBe(false);
    fire(forecast, 1, true);
    expect(forecast.isIdleAtTimers).toBe(true);
  });

  test('ignores a missed timer for which it expected no idle thread', () => {
    const forecast = new IdleForecast();
    forecast.missed();
    fire(forecast, 128, true);
    expect(forecast.isIdleAtTimers).toBe(true);
  });
});
