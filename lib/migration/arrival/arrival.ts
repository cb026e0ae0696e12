import type { KubeObject } from '../../clusters/cluster-port.ts';

/**
 * How a Service, or a Configuration that stands alone, comes to the target with its history: what is to be there in the
 * end. Plain data. Whoever carries it out looks at what is there and does what is missing.
 */
export interface Arrival {
  /** The Service or the Configuration as it is to be. */
  readonly object: KubeObject;
  /** `metadata.generation` that its Configuration ends with. 1: one apply of `object` is all. */
  readonly generation: number;
  /** Revisions that are to be there, without owner: they get the target's Configuration. The earliest first. */
  readonly revisions: readonly KubeObject[];
  /** Revisions that pass generations, as long as it takes: they are gone in the end. The names alternate. */
  readonly temporary: readonly string[];
  /** Annotations of those. */
  readonly temporaryAnnotations: Readonly<Record<string, string>>;
  /** Writes that the target lacked when this was found out. */
  readonly writes: number;
}
