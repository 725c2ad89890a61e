import type { Reporter, TestCase, TestModule, Vitest } from 'vitest/node';
import { type Need, SLOW_SUBJECTS, type UnmetNeed, toUnmetNeed, unmetNeeds } from './needs.ts';

/** The project of vitest.config.ts that has the tests with real servers. */
const SLOW_PROJECT = 'slow';
const ALL_COMMAND = 'npm run test:all';
const HEADING = ['not tested', 'tests', 'needs', 'Debian package'] as const;

type Row = readonly [subject: string, tests: string, needs: string, from: string];

/** Prints a table of the tests that a run left out, and of the commands that these need. */
export class NotTestedReporter implements Reporter {
  #vitest: Vitest | undefined;

  onInit(vitest: Vitest): void {
    this.#vitest = vitest;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    // With `--testNamePattern` every test but the named ones counts as skipped.
    if (this.#vitest?.config.testNamePattern !== undefined) return;
    const rows = [...skippedRows(modules), ...(this.#leavesOutSlow() ? slowRows() : [])];
    if (rows.length > 0) this.#vitest?.logger.log(`\n${formatTable(rows)}\n`);
  }

  /** Only `--project` leaves out a project. */
  #leavesOutSlow(): boolean {
    return this.#vitest?.projects.every(({ name }) => name !== SLOW_PROJECT) ?? false;
  }
}

/** Tests that this machine cannot run, by their file and their unmet needs. */
function skippedRows(modules: readonly TestModule[]): readonly Row[] {
  const counts = new Map<string, { readonly row: Row; count: number }>();
  for (const module of modules) {
    for (const test of module.children.allTests('skipped')) {
      const row = rowOf(module, test);
      const key = row.join('\n');
      const entry = counts.get(key) ?? { row, count: 0 };
      entry.count++;
      counts.set(key, entry);
    }
  }
  return [...counts.values()].map(({ row: [subject, , needs, from], count }) => [subject, String(count), needs, from]);
}

function rowOf(module: TestModule, test: TestCase): Row {
  const unmet = test.meta().unmet ?? [];
  const needs = unmet.map(({ name }) => name).join(', ');
  return [module.relativeModuleId, '', needs || 'no reason given', sourcesOf(unmet)];
}

function slowRows(): readonly Row[] {
  return SLOW_SUBJECTS.map(([subject, needs]) => {
    const missing = new Set(unmetNeeds(needs));
    const all = [...new Set(withStarters(needs))];
    const names = all.map((need) => `${need.name}${missing.has(need) ? ' (missing)' : ''}`);
    return [subject, ALL_COMMAND, names.join(', '), sourcesOf(all.map(toUnmetNeed))];
  });
}

function withStarters(needs: readonly Need[]): readonly Need[] {
  return needs.flatMap((need) => [need, ...withStarters(need.alsoNeeds ?? [])]);
}

function sourcesOf(needs: readonly UnmetNeed[]): string {
  return [...new Set(needs.map(({ from }) => from).filter(Boolean))].join(', ');
}

function formatTable(rows: readonly Row[]): string {
  const lines = [HEADING, ...rows];
  const widths = HEADING.map((_, column) => Math.max(...lines.map((line) => line[column]?.length ?? 0)));
  return lines
    .map((line) =>
      line
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}
