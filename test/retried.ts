import type { Reporter, TestModule, Vitest } from 'vitest/node';

/** Lists the tests that only passed at their second try, and why the first failed. */
export class RetriedReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const lines = modules.flatMap((module) =>
      [...module.children.allTests()].flatMap((test) => {
        if (test.diagnostic()?.flaky !== true) return [];
        const [error] = test.result().errors ?? [];
        return [`  ${module.relativeModuleId} > ${test.fullName}`, `    ${error?.message ?? 'no message'}`];
      }),
    );
    if (lines.length > 0) this.#vitest?.logger.log(`\npassed at the second try:\n${lines.join('\n')}\n`);
  }
}
