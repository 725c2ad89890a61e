import { describe, it, type TestAPI } from 'vitest';
import { describeNeed, type Need, toUnmetNeed, type UnmetNeed, unmetNeeds } from '../needs.ts';

export { findBinary, PROMETHEUS, PROMTOOL, PUSHGATEWAY, type ServiceBinary, VICTORIA_METRICS } from '../needs.ts';

declare module 'vitest' {
  interface TaskMeta {
    /** The unmet needs of a skipped test; the list at the end of a run is made of them. */
    unmet?: readonly UnmetNeed[];
  }
}

/**
 * A suite that needs these commands. Where one is missing, the suite is skipped and its title states the reason; with
 * LOADBOT_REQUIRE_SERVICES=1 it fails.
 */
export function describeWithServices(title: string, needs: readonly Need[], suite: () => void): void {
  const unmet = unmetNeeds(needs);
  if (unmet.length === 0) {
    describe(title, suite);
    return;
  }
  if (isRequired()) {
    describe(title, () => void it('has the commands it needs', () => failFor(unmet)));
    return;
  }
  describe.skip(`${title} (skipped: ${reasonOf(unmet)})`, { meta: metaOf(unmet) }, suite);
}

type Test = Parameters<TestAPI>[2];
type TestOptions = Parameters<TestAPI>[1];

/** A single test that needs commands; see {@link describeWithServices}. */
export function testWith(
  needs: readonly Need[],
  title: string,
  test: NonNullable<Test>,
  options: TestOptions = {},
): void {
  const unmet = unmetNeeds(needs);
  if (unmet.length === 0) it(title, options, test);
  else if (isRequired()) it(title, () => failFor(unmet));
  else it.skip(`${title} (skipped: ${reasonOf(unmet)})`, { meta: metaOf(unmet) }, test);
}

function isRequired(): boolean {
  return process.env['LOADBOT_REQUIRE_SERVICES'] === '1';
}

function reasonOf(unmet: readonly Need[]): string {
  return unmet.map(describeNeed).join('; ');
}

function failFor(unmet: readonly Need[]): never {
  throw new Error(`${reasonOf(unmet)} (LOADBOT_REQUIRE_SERVICES=1)`);
}

function metaOf(unmet: readonly Need[]): { readonly unmet: readonly UnmetNeed[] } {
  return { unmet: unmet.map(toUnmetNeed) };
}
