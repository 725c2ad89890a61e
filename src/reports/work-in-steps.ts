/** Work in steps of bounded length, so that its caller can do other work between them; its value is that of the last step. */
export type WorkInSteps<Value> = Generator<undefined, Value>;

/** Does all steps at once. */
export function finishSteps<Value>(steps: WorkInSteps<Value>): Value {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** Does each step in a turn of the event loop. @param nextTurn resolves in a later turn */
export async function finishInTurns<Value>(
  steps: WorkInSteps<Value>,
  nextTurn: () => Promise<unknown>,
): Promise<Value> {
  for (;;) {
    await nextTurn();
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}
