import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Crds, KnativeServing, release } from '../constructs/knative/index.ts';
import type { Colour, Fleet } from '../lib/fleet/index.ts';
import { numbered } from './files.ts';
import { checkServing, servingSettings } from './settings.ts';

/** Whether anything of a colour scales by Kubernetes' horizontal autoscaler, which Knative needs a part of its own for. */
const needsHpa = (fleet: Fleet, colour: Colour): boolean =>
  fleet.services.some(({ scaling }) => scaling?.class === 'hpa') ||
  fleet.colours[colour].serving.autoscaler['pod-autoscaler-class'] === 'hpa.autoscaling.knative.dev';

/** Knative Serving of one colour. @throws ZeroshiftError `knative.unknown-release`, `fleet.invalid` */
export class ServingChart extends Chart {
  /** File name → the construct whose objects it holds, in the order of application. */
  readonly files: ReadonlyMap<string, Construct>;

  constructor(scope: Construct, id: string, fleet: Fleet, colour: Colour) {
    super(scope, id, { disableResourceNameHashes: true });
    checkServing(fleet, colour);
    const { deployment, ...config } = servingSettings(fleet, colour);
    const data = release(fleet.colours[colour].knative);
    const crds = new Crds(this, 'crds', { release: data });
    const serving = new KnativeServing(this, 'serving', {
      release: data,
      config,
      queueProxy: { deployment },
      ...(needsHpa(fleet, colour) ? { hpaAutoscaler: {} } : {}),
    });
    this.files = numbered([crds, ...serving.parts]);
  }
}
