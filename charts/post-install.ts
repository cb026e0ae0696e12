import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { PostInstallJobs, release } from '../constructs/knative/index.ts';
import type { Colour, Fleet } from '../lib/fleet/index.ts';
import { numbered } from './files.ts';

/** The jobs that run once after Serving was installed or upgraded: hooks for Argo CD, plain jobs for everybody else. */
export class PostInstallChart extends Chart {
  /** File name → the construct whose objects it holds, in the order of application. */
  readonly files: ReadonlyMap<string, Construct>;

  constructor(scope: Construct, id: string, fleet: Fleet, colour: Colour) {
    super(scope, id, { disableResourceNameHashes: true });
    const data = release(fleet.colours[colour].knative, `colours.${colour}.knative`);
    this.files = numbered([new PostInstallJobs(this, 'jobs', { release: data, delivery: 'argo-cd' })]);
  }
}
