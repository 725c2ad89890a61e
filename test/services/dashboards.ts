import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A dashboard as Grafana stores it, as far as tests look. */
export interface Dashboard {
  readonly uid: string;
  readonly title: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: { readonly list: readonly Variable[] };
  readonly annotations: { readonly list: readonly Annotation[] };
}

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly datasource?: DataSource;
  readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly fieldConfig?: { readonly defaults: { readonly unit?: string } };
  readonly targets?: readonly Target[];
}

interface DataSource {
  readonly type: string;
  readonly uid: string;
}

interface Target {
  readonly refId: string;
  readonly datasource: DataSource;
  readonly expr: string;
  readonly instant: boolean;
  readonly range: boolean;
  readonly legendFormat: string;
}

interface Variable {
  readonly name: string;
  readonly type: string;
  readonly query: string | { readonly query: string };
  readonly allValue?: string;
}

interface Annotation {
  readonly name: string;
  readonly datasource: DataSource;
  readonly expr?: string;
}

/** One query of a dashboard, and where it stands. */
export interface DashboardQuery {
  readonly where: string;
  readonly expr: string;
  /** Asked for one moment rather than over a range of time. */
  readonly instant: boolean;
}

export const DASHBOARDS = ['loadbot-agent', 'go-process'] as const;

/** Full path of a file of `examples/grafana`. */
export function grafanaFile(path: string): string {
  return fileURLToPath(new URL(`../../examples/grafana/${path}`, import.meta.url));
}

export function readDashboard(name: (typeof DASHBOARDS)[number]): Dashboard {
  return JSON.parse(readFileSync(grafanaFile(`${name}.json`), 'utf8')) as Dashboard;
}

/** Every query of every panel and annotation. */
export function queriesOf({ uid, panels, annotations }: Dashboard): readonly DashboardQuery[] {
  return [
    ...panels.flatMap(({ title, targets = [] }) =>
      targets.map(({ refId, expr, instant }) => ({ where: `${uid}, ${title}, ${refId}`, expr, instant })),
    ),
    ...annotations.list.flatMap(({ name, expr }) =>
      expr === undefined ? [] : [{ where: `${uid}, annotation ${name}`, expr, instant: false }],
    ),
  ];
}
