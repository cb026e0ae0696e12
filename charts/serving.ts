import { Chart } from 'cdk8s';
import type { Construct } from 'constructs';
import { KnativeServing } from '../constructs/knative/index.ts';
import type { Colour, Fleet } from '../lib/fleet/index.ts';
import { checkServing, servingSettings } from './settings.ts';

/** Knative Serving of one colour. @throws ZeroshiftError `knative.unknown-release`, `fleet.invalid` */
export class ServingChart extends Chart {
  /** File name → the construct whose objects it holds, in the order of application. */
  readonly files: ReadonlyMap<string, Construct>;

  constructor(scope: Construct, id: string, fleet: Fleet, colour: Colour) {
    super(scope, id, { disableResourceNameHashes: true });
    checkServing(fleet, colour);
    const { deployment, ...config } = servingSettings(fleet, colour);
    const serving = new KnativeServing(this, 'serving', {
      release: fleet.colours[colour].knative,
      config,
      queueProxy: { deployment },
    });
    this.files = new Map(
      serving.parts.map((part, index) => [
        `${String(index * 10).padStart(2, '0')}-${part.node.id}.yaml`,
        part,
      ]),
    );
  }
}
