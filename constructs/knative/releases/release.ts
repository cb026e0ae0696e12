import type { FeatureFlag } from '../../../lib/validation/index.ts';

/** The running parts that a release has an image for. */
export type Part = 'activator' | 'autoscaler' | 'controller' | 'queue' | 'webhook';

/** What differs from release to release: figures, never texts. */
export interface Release {
  /** `1.23.0`. */
  readonly version: string;
  /** The oldest Kubernetes minor version that it runs on: `1.34`. */
  readonly kubernetes: string;
  /** Digest of each part's image. */
  readonly digests: Readonly<Record<Part, string>>;
  /** The feature flags that it knows. */
  readonly features: readonly FeatureFlag[];
}

/** The part's image as upstream publishes it, pinned by digest. */
export const image = (release: Release, part: Part): string =>
  `gcr.io/knative-releases/knative.dev/serving/cmd/${part}@${release.digests[part]}`;
