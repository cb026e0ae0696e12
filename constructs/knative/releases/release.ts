/** Where upstream publishes the image of each part, below its registry. */
const repositories = {
  activator: 'serving/cmd/activator',
  autoscaler: 'serving/cmd/autoscaler',
  'autoscaler-hpa': 'serving/cmd/autoscaler-hpa',
  cleanup: 'serving/pkg/cleanup/cmd/cleanup',
  controller: 'serving/cmd/controller',
  migrate: 'pkg/apiextensions/storageversion/cmd/migrate',
  queue: 'serving/cmd/queue',
  webhook: 'serving/cmd/webhook',
} as const;

/** The parts that a release has an image for: what runs, and the jobs after an installation. */
export type Part = keyof typeof repositories;

/** All parts, in the order in which a release's file lists them. */
export const parts = Object.keys(repositories) as readonly Part[];

/** What differs from release to release: figures, never texts. */
export interface Release {
  /** `1.23.0`. */
  readonly version: string;
  /** The oldest Kubernetes minor version that it runs on: `1.34`. */
  readonly kubernetes: string;
  /** Digest of each part's image. */
  readonly digests: Readonly<Record<Part, string>>;
  /** The feature flags that it knows, in upstream's order. */
  readonly features: readonly string[];
}

/** The part's image as upstream publishes it, without tag or digest. */
export const repository = (part: Part): string => `gcr.io/knative-releases/knative.dev/${repositories[part]}`;

/** The part's image as upstream publishes it, pinned by digest. */
export const image = (release: Release, part: Part): string => `${repository(part)}@${release.digests[part]}`;
