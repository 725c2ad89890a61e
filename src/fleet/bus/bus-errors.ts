import { BusError } from './bus.ts';

export function noAnswer(subject: string, withinMs: number): BusError {
  return new BusError('timeout', `${subject}: no answer within ${withinMs} ms`);
}

export function noResponders(subject: string): BusError {
  return new BusError('no_responders', `${subject}: no member subscribes to it`);
}

export function notConnected(subject: string): BusError {
  return new BusError('disconnected', `${subject}: the bus is not connected`);
}

export function connectionLost(subject: string): BusError {
  return new BusError('disconnected', `${subject}: the connection to the bus was lost before the answer`);
}
