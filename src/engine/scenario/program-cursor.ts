import type { MetricSink } from '../../functions/function-context.ts';
import { LoopCounters } from './loop-counters.ts';
import type { Instruction, Numbering, Program } from './program.ts';
import type { UserState } from './user-state.ts';

export type RequestInstruction = Extract<Instruction, { readonly kind: 'request' }>;
export type ThinkInstruction = Extract<Instruction, { readonly kind: 'think' }>;
export type CallInstruction = Extract<Instruction, { readonly kind: 'function' }>;
/** Instructions that the cursor stops at. */
type StepInstruction = RequestInstruction | ThinkInstruction | CallInstruction;

const NO_PROGRAM: Program = { instructions: [] };

/** Position of one user in a program: follows its branches and loops from one request or pause to the next. */
export class ProgramCursor {
  readonly #loops = new LoopCounters();
  #program = NO_PROGRAM;
  #ticket = 0;
  #at = 0;

  /** @param ticket number of the iteration, or of the user for its own steps */
  start(program: Program, ticket: number): void {
    this.#program = program;
    this.#ticket = ticket;
    this.#at = 0;
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#program.instructions.length;
  }

  /**
   * Returns the next request, pause or call of a function; `undefined` at the end.
   * @throws {Error} when a condition or a list has no value
   */
  next(state: UserState): StepInstruction | undefined {
    for (;;) {
      const instruction = this.#program.instructions[this.#at++];
      if (instruction === undefined || instruction.kind === 'request' || instruction.kind === 'think')
        return instruction;
      if (instruction.kind === 'function') return instruction;
      this.#follow(instruction, state);
    }
  }

  /** Calls the function of a step. @throws {Error} when the step fails */
  call({ call, numbering }: CallInstruction, state: UserState, sink: MetricSink): void {
    call(this.numberOf(numbering), this.#ticket, state, sink);
  }

  /** Number of an execution: unique for the instruction, and pure in the ticket and the loop counters. */
  numberOf(numbering: Numbering): number {
    return this.#loops.numberOf(this.#ticket, numbering);
  }

  #follow(instruction: Exclude<Instruction, StepInstruction>, state: UserState): void {
    switch (instruction.kind) {
      case 'chance':
        if (instruction.draw(this.numberOf(instruction.numbering)) >= instruction.share) this.#at = instruction.target;
        return;
      case 'condition':
        if (!instruction.holds(this.#ticket)) this.#at = instruction.target;
        return;
      case 'loop': {
        const number = this.numberOf(instruction.numbering);
        if (!this.#loops.begin(instruction.loop, this.#ticket, number, state)) this.#at = instruction.target;
        return;
      }
      case 'repeat':
        if (this.#loops.next(instruction.loop, state)) this.#at = instruction.target;
        return;
      case 'branch': {
        const draw = instruction.draw(this.numberOf(instruction.numbering));
        const branch = instruction.ends.findIndex((end) => draw < end);
        // The last end may be below 1 by rounding.
        this.#at = instruction.targets.at(branch)!; // one for each end
        return;
      }
      case 'jump':
      default: // all kinds are above
        this.#at = instruction.target;
    }
  }
}
