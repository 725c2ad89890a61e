import { compileComparison } from '../../checks/comparison.ts';
import type { FunctionStepPlan, StepCondition, StepPlan, StepRepetition } from '../../plan/scenario.ts';
import type { Json } from '../../shared/json.ts';
import { streamKey } from '../../shared/random.ts';
import { MissingValue } from './captured-tags.ts';
import type { StepCall } from './step-calls.ts';
import type { Draw } from '../../shared/distribution.ts';
import { unitDraw } from '../../shared/distribution.ts';
import { countDraw, thinkTimeDraw } from './draws.ts';

/** One instruction of a program. Targets are indexes into the program. */
export type Instruction =
  | { readonly kind: 'request'; readonly operation: number; readonly numbering: Numbering }
  | { readonly kind: 'function'; readonly call: StepCall; readonly numbering: Numbering }
  | { readonly kind: 'think'; readonly draw: Draw; readonly numbering: Numbering }
  /** Continues at `target` unless the draw is below `share`. */
  | {
      readonly kind: 'chance';
      readonly draw: Draw;
      readonly share: number;
      readonly target: number;
      readonly numbering: Numbering;
    }
  /** Continues at `target` unless the condition holds. */
  | { readonly kind: 'condition'; readonly holds: (ticket: number) => boolean; readonly target: number }
  | { readonly kind: 'loop'; readonly loop: Loop; readonly target: number; readonly numbering: Numbering }
  /** End of a loop: repeats it from `target`, or continues. */
  | { readonly kind: 'repeat'; readonly loop: Loop; readonly target: number }
  | {
      readonly kind: 'branch';
      readonly draw: Draw;
      readonly ends: readonly number[];
      readonly targets: readonly number[];
      readonly numbering: Numbering;
    }
  | { readonly kind: 'jump'; readonly target: number };

/** A loop of a program. */
export interface Loop {
  /** Index of its counter. */
  readonly slot: number;
  /** Maximum number of repetitions. */
  readonly most: number;
  /** Number of repetitions, for `repeat`; `undefined`: one for each element of `list`. */
  readonly count: Draw | undefined;
  /** List by ticket, for `for_each`. */
  readonly list: ((ticket: number) => Json) | undefined;
  /** The loop around it. */
  readonly outer: Loop | undefined;
}

/** The loops around an instruction, outermost first, which number its executions within an iteration. */
export type Numbering = readonly Loop[];

/** Returns the largest number of executions of each operation within one execution of the steps. */
export function executionsByOperation(steps: readonly StepPlan[]): ReadonlyMap<number, number> {
  const executions = new Map<number, number>();
  const visit = (step: StepPlan, around: number): void => {
    const { repetition } = step;
    const most = repetition === undefined ? 1 : repetition.kind === 'times' ? repetition.to : repetition.limit;
    const times = around * most;
    if (step.kind === 'request') executions.set(step.operation, times);
    else for (const inner of stepsWithin(step)) visit(inner, times);
  };
  for (const step of steps) visit(step, 1);
  return executions;
}

/** Steps of a group or of branches; empty for other steps. */
export function stepsWithin(step: StepPlan): readonly StepPlan[] {
  if (step.kind === 'group') return step.steps;
  return step.kind === 'one_of' ? step.branches.flatMap(({ steps }) => steps) : [];
}

/** Compiled steps. */
export interface Program {
  readonly instructions: readonly Instruction[];
}

/** Values of templates that steps are controlled by, and the random stream of their draws. */
export interface ProgramOptions {
  readonly key: number;
  readonly value: (template: Json) => (ticket: number) => Json;
  readonly callOf: (step: FunctionStepPlan) => StepCall;
}

/** Compiles steps; draws are pure functions of the ticket and of the executions within it. */
export function compileProgram(steps: readonly StepPlan[], options: ProgramOptions): Program {
  const compiler = new Compiler(options);
  compiler.compileAll(steps, [], 'steps');
  return { instructions: compiler.instructions };
}

class Compiler {
  readonly instructions: Instruction[] = [];
  readonly #options: ProgramOptions;
  loops = 0;

  constructor(options: ProgramOptions) {
    this.#options = options;
  }

  compileAll(steps: readonly StepPlan[], numbering: Numbering, place: string): void {
    for (const [index, step] of steps.entries()) this.#compile(step, numbering, `${place}/${index}`);
  }

  #compile(step: StepPlan, outer: Numbering, place: string): void {
    const { chance, condition, repetition, thinkTime } = step;
    const skips: (() => void)[] = [];
    if (chance < 1) {
      const draw = unitDraw(this.#key(place, 'chance'));
      skips.push(this.#reserve((target) => ({ kind: 'chance', draw, share: chance, target, numbering: outer })));
    }
    if (condition !== undefined) {
      const holds = this.#conditionOf(condition);
      skips.push(this.#reserve((target) => ({ kind: 'condition', holds, target })));
    }
    const loop = repetition && this.#loopOf(repetition, outer.at(-1), place);
    const numbering = loop === undefined ? outer : [...outer, loop];
    if (loop !== undefined) {
      skips.push(this.#reserve((target) => ({ kind: 'loop', loop, target, numbering: outer })));
    }
    const start = this.instructions.length;
    this.#compileBody(step, numbering, place);
    if (thinkTime !== undefined) {
      this.instructions.push({ kind: 'think', draw: thinkTimeDraw(thinkTime, this.#key(place, 'think')), numbering });
    }
    if (loop !== undefined) this.instructions.push({ kind: 'repeat', loop, target: start });
    for (const skip of skips) skip();
  }

  #compileBody(step: StepPlan, numbering: Numbering, place: string): void {
    if (step.kind === 'request') {
      this.instructions.push({ kind: 'request', operation: step.operation, numbering });
    } else if (step.kind === 'function') {
      this.instructions.push({ kind: 'function', call: this.#options.callOf(step), numbering });
    } else if (step.kind === 'group') {
      this.compileAll(step.steps, numbering, place);
    } else {
      const total = step.branches.reduce((sum, { weight }) => sum + weight, 0);
      let sum = 0;
      const ends = step.branches.map(({ weight }) => (sum += weight) / total);
      const targets: number[] = [];
      const draw = unitDraw(this.#key(place, 'branch'));
      this.instructions.push({ kind: 'branch', draw, ends, targets, numbering });
      const exits = step.branches.map(({ steps }, branch) => {
        targets.push(this.instructions.length);
        this.compileAll(steps, numbering, `${place}/${branch}`);
        return this.#reserve((target) => ({ kind: 'jump', target }));
      });
      for (const exit of exits) exit();
    }
  }

  /** A value that the iteration has not captured satisfies `absent` only. */
  #conditionOf({ value, comparison }: StepCondition): (ticket: number) => boolean {
    const valueOf = this.#options.value(value);
    const test = compileComparison(comparison);
    return (ticket) => {
      try {
        return test(valueOf(ticket));
      } catch (error) {
        if (error instanceof MissingValue) return test(undefined);
        throw error;
      }
    };
  }

  #loopOf(repetition: StepRepetition, outer: Loop | undefined, place: string): Loop {
    const slot = this.loops++;
    if (repetition.kind === 'times') {
      const { from, to } = repetition;
      return { slot, most: to, count: countDraw(from, to, this.#key(place, 'repeat')), list: undefined, outer };
    }
    return { slot, most: repetition.limit, count: undefined, list: this.#options.value(repetition.list), outer };
  }

  /** Adds an instruction whose target is the next instruction at the time of the returned call. */
  #reserve(make: (target: number) => Instruction): () => void {
    const at = this.instructions.push(make(0)) - 1;
    return () => {
      this.instructions[at] = make(this.instructions.length);
    };
  }

  #key(...place: readonly string[]): number {
    return streamKey(this.#options.key, ...place);
  }
}
