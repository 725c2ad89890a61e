import { describe, expect, test } from 'vitest';
import { IdleForecast } from '../../../src/engine/idle-forecast.ts';

/** Timers at which the thread was idle, or was not. */
function fire(forecast: IdleForecast, timers: number, wasIdle: boolean): void {
  for (let timer = 0; timer < timers; timer++) {
    if (wasIdle) forecast.idle();
    forecast.fired();
  }
}

describe('IdleForecast', () => {
  test('expects an idle thread after 128 timers in a row at which it was idle', () => {
    const forecast = new IdleForecast();
    fire(forecast, 127, true);
    expect(forecast.isIdleAtTimers).toBe(false);
    fire(forecast, 1, true);
    expect(forecast.isIdleAtTimers).toBe(true);
  });

  test('starts over after a timer with requests in flight', () => {
    const forecast = new IdleForecast();
    fire(forecast, 127, true);
    fire(forecast, 1, false);
    fire(forecast, 127, true);
    expect(forecast.isIdleAtTimers).toBe(false);
  });

  test('needs twice as many timers after each missed one, at most 8192', () => {
    const forecast = new IdleForecast();
    for (const needed of [128, 256, 512, 1024, 2048, 4096, 8192, 8192]) {
      fire(forecast, needed - 1, true);
      expect(forecast.isIdleAtTimers).toBe(false);
      fire(forecast, 1, true);
      expect(forecast.isIdleAtTimers).toBe(true);
      forecast.missed();
      expect(forecast.isIdleAtTimers).toBe(false);
    }
  });
});
