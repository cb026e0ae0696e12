import { App, Chart } from 'cdk8s';
import type { KubeObject } from '../../../lib/clusters/cluster-port.ts';
import type { Tuning } from '../component.ts';
import { Crds } from '../crds/index.ts';
import { KnativeServing } from '../knative-serving.ts';
import { PostInstallJobs } from '../post-install-jobs.ts';
import type { Release } from '../releases/index.ts';

/** Every object of a release as the constructs make it, in the order of application. */
export function composeServing(release: Release, tuning: Tuning): KubeObject[] {
  const chart = new Chart(new App(), 'all');
  new Crds(chart, 'crds', { release });
  new KnativeServing(chart, 'serving', { release, tuning, hpaAutoscaler: {} });
  new PostInstallJobs(chart, 'jobs', { release });
  return chart.toJson() as KubeObject[];
}
