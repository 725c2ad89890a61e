import type { BuiltInMetricName } from '../shared/job-metric.ts';
import type { OptionalPackage } from '../shared/optional-package.ts';
import type { JsonObject } from '../templates/request-data.ts';
import type { Json } from '../shared/json.ts';
import type { DriverFactory, RequestCheck } from './driver.ts';

/** Form of a `command`: an object, text or a list of words, or any of these. */
interface CommandForm {
  readonly form: 'object' | 'words' | 'any';
  /** A request of the target, for messages. */
  readonly example?: string | undefined;
}

/** Field of a job that holds the native request of a target, and the cheapest such request, for `calibrate`. */
type RequestLanguage =
  | {
      readonly requestLanguage: 'http';
      readonly probe: { readonly collection: string; readonly http: { readonly path: string } };
      readonly command?: undefined;
    }
  | { readonly requestLanguage: 'sql'; readonly probe: { readonly sql: string }; readonly command?: undefined }
  | {
      readonly requestLanguage: 'command';
      /** Absent: `calibrate` cannot load its targets. */
      readonly probe?: { readonly command: Json; readonly driver_options?: JsonObject };
      readonly command: CommandForm;
    };

/** Properties of drivers in the catalog and in modules. */
interface DriverTraits {
  /** Name of its targets in messages. */
  readonly title: string;
  /** Its client library; absent: built in. */
  readonly peer?: OptionalPackage;
  /**
   * When the server executes the steps of a transaction: each at once, or all at the commit, before which it only confirms
   * them. Absent: scenarios cannot run their steps in a transaction.
   */
  readonly transactions?: 'immediate' | 'queued';
}

/** A driver outside of the agent: the default export of a module that `drivers` of a workload names. */
export interface DriverModule extends DriverTraits {
  /** URL schemes of its targets, with the colon, at least one. The first one is used in messages. */
  readonly schemes: readonly string[];
  /** Form of its commands; absent: any. */
  readonly command?: CommandForm;
  /** Creates the driver of one job, in each load thread. */
  readonly create: DriverFactory;
  /** Absent: requests are first checked when the job starts. */
  readonly check?: RequestCheck;
}

/** Description of a driver: a row of the driver catalog. */
export type DriverEntry = RequestLanguage &
  DriverTraits & {
    /** URL schemes of its targets, with the colon: `redis:`. The first one is used in messages. */
    readonly schemes: readonly [string, ...string[]];
    /** Whether the run itself starts and ends the server, in this process. */
    readonly isBuiltIn?: true;
    /** Whether its documents are BSON: they have ObjectIds, and a limited size. */
    readonly storesBson?: true;
    /** Whether it has settings of its own: `driver_options`. */
    readonly hasOptions?: true;
    /** Metrics that all of its jobs record. */
    readonly metrics?: readonly BuiltInMetricName[];
    /** Paths of settings that name files of the machine that loads the workload, such as `tls.ca`. */
    readonly fileOptions?: readonly string[];
    /** Loads the driver, without its client library. */
    readonly load: () => Promise<DriverFactory>;
    /** Loads only the code that compiles requests. */
    readonly loadRequestCheck: () => Promise<RequestCheck>;
  };
