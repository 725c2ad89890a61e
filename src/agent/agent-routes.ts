import { LoadbotError } from '../shared/errors.ts';
import { toResultDocument } from '../reports/document/result-document.ts';
import type { RunStore } from '../run-store/run-store.ts';
import type { Agent } from './agent.ts';
import type { ControlRoute, ControlRoutes, WorkloadText } from './control-routes.ts';
import type { ReportRenderer } from './report-renderer.ts';
import { createRoutes } from './run-routes.ts';
import { createPastRunRoutes, textOf } from './past-run-routes.ts';

/** Routes of a long-running agent: those of a run, those that start one, and those of past runs. */
export function createAgentRoutes(agent: Agent, store: RunStore, render: ReportRenderer): ControlRoutes {
  return new Map<string, ControlRoute>([
    ...createRoutes(agent),
    [
      '/start',
      {
        POST: async (body) => ({ status: 202, document: await agent.start(readWorkload(body)) }),
      },
    ],
    [
      '/config',
      {
        GET: () => {
          const { workload } = agent;
          return workload === undefined
            ? { status: 404, document: { error: 'no workload is configured', hint: HOW_TO_CONFIGURE } }
            : { status: 200, document: { text: workload.text, source: workload.source } };
        },
        POST: async (body) => {
          const workload = readWorkload(body);
          if (workload === undefined) throw new LoadbotError('config_invalid', NO_WORKLOAD);
          await agent.configure(workload);
          return { status: 200, document: { source: workload.source } };
        },
      },
    ],
    [
      '/result',
      {
        GET: async () => {
          const { result } = agent;
          if (result !== undefined) return { status: 200, document: toResultDocument(result) };
          // After a restart.
          if (store.entries.length > 0) return textOf(await store.read('latest'), 'application/json');
          return { status: 404, document: { error: 'no run is over yet' } };
        },
      },
    ],
    ...createPastRunRoutes(store, render),
  ]);
}

const HOW_TO_CONFIGURE = 'loadbot-agent config FILE gives the agent one';

const NO_WORKLOAD =
  'the body must be {"text": ..., "source": ..., "files": {"PATH": ...}, "param": ["NAME=VALUE"], "environment": ...}: the text of a workload file, its path, and the texts of its includes; all but the first are optional';

/**
 * The workload in a body; `undefined` without a body, or in an empty one.
 * @throws {LoadbotError} `config_invalid` for anything else
 */
function readWorkload(body: unknown): WorkloadText | undefined {
  const fields = Object(body) as Record<string, unknown>;
  if (Object.keys(fields).length === 0) return undefined;
  const { text, source = 'stdin', files = {}, param, environment } = fields;
  const isChoice = environment === undefined || typeof environment === 'string';
  if (typeof text === 'string' && typeof source === 'string' && isChoice && isTexts(param) && isTextByPath(files)) {
    return { text, source, files, param, environment };
  }
  throw new LoadbotError('config_invalid', NO_WORKLOAD);
}

function isTexts(value: unknown): value is readonly string[] | undefined {
  return value === undefined || (Array.isArray(value) && value.every((item) => typeof item === 'string'));
}

function isTextByPath(value: unknown): value is Readonly<Record<string, string>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === 'string');
}
