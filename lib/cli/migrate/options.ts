import type { LiveOptions } from '../options.ts';

export interface MigrateOptions extends LiveOptions {
  /** Must be given. */
  readonly to?: string;
  /** The other colour, or a file with what was exported. @default - the other colour */
  readonly from?: string;
  /** @default - every region of the locator */
  readonly region?: string;
  /** Only plan. */
  readonly dryRun?: boolean;
  /** The file that the plan is written to. @default - none */
  readonly out?: string;
  /** A file that `out` wrote: it is carried out as long as it still holds. @default - a plan is made now */
  readonly plan?: string;
  /** Only say whether the services are the same. */
  readonly verify?: boolean;
  /** With `verify`: paths whose answers are compared. @default - none */
  readonly get?: readonly string[];
  /** Go on until the cutover ends. */
  readonly follow?: boolean;
  /** Let go of what was applied. */
  readonly release?: boolean;
  /** Kinds that are taken along though others deliver or make them. @default - none */
  readonly copyManaged?: readonly string[];
  /** @default - all but the system's */
  readonly namespace?: readonly string[];
  /** Only what has these labels, and what that needs. @default - whatever its labels */
  readonly selector?: string;
}

export type Stream = NodeJS.WritableStream & { readonly isTTY?: boolean };
