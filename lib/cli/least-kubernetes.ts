import type { Colour } from '../fleet/colour.ts';
import type { Fleet } from '../fleet/fleet.ts';

/** The oldest Kubernetes minor version that each colour's Knative runs on. */
export async function leastKubernetes({
  colours,
}: Pick<Fleet, 'colours'>): Promise<Readonly<Record<Colour, string>>> {
  const { release } = await import('../../constructs/knative/releases/index.ts');
  const of = (colour: Colour): string =>
    release(colours[colour].knative, `colours.${colour}.knative`).kubernetes;
  return { blue: of('blue'), green: of('green') };
}
