import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { Crds, KnativeServing, release } from '../constructs/knative/index.ts';
import type { Colour, Fleet } from '../lib/fleet/index.ts';
import { numbered } from './files.ts';
import { checkServing, needsHpa, servingProps } from './settings.ts';

/** Knative Serving of one colour. @throws ZeroshiftError `knative.unknown-release`, `fleet.invalid` */
export class ServingChart extends Chart {
  /** File name → the construct whose objects it holds, in the order of application. */
  readonly files: ReadonlyMap<string, Construct>;

  constructor(scope: Construct, id: string, fleet: Fleet, colour: Colour) {
    super(scope, id, { disableResourceNameHashes: true });
    checkServing(fleet, colour);
    const { deployment = {}, ...config } = servingProps(fleet, colour);
    const { knative, serving: options } = fleet.colours[colour];
    const data = release(knative);
    const crds = new Crds(this, 'crds', { release: data });
    const serving = new KnativeServing(this, 'serving', {
      release: data,
      config,
      queueProxy: { deployment },
      activator: { terminationGracePeriod: options.activator.terminationGracePeriod.seconds },
      controller: options.controller,
      ...(needsHpa(fleet, colour) ? { hpaAutoscaler: {} } : {}),
    });
    this.files = numbered([crds, ...serving.parts]);
  }
}
