import { expect, test } from 'vitest';
import { closeAll, type DisposableStack, openAll } from '../../../src/compose/parts.ts';

function closersOf(closed: string[]): DisposableStack {
  const closer = (name: string) => () => Promise.resolve(closed.push(name));
  const failing = (name: string) => () => Promise.reject(new Error(`${name} cannot be closed`));
  return [closer('first'), failing('second'), closer('third'), failing('fourth'), closer('fifth')];
}

test('closes all in reverse order despite failures, and reports the first failure', async () => {
  const closed: string[] = [];
  const closers = closersOf(closed);
  await expect(closeAll(closers)).rejects.toThrow('fourth cannot be closed');
  expect(closed).toEqual(['fifth', 'third', 'first']);
  await closeAll(closers);
  expect(closed).toHaveLength(3);
});

test('reports the error of opening even if closing fails', async () => {
  const closed: string[] = [];
  const opening = openAll((closers) => {
    closers.push(...closersOf(closed));
    return Promise.reject(new Error('cannot be opened'));
  });
  await expect(opening).rejects.toThrow('cannot be opened');
  expect(closed).toEqual(['fifth', 'third', 'first']);
});
