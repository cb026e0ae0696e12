import type { Released } from '../../constructs/knative/index.ts';
import type { KourierRelease } from '../../constructs/kourier/index.ts';
import { ZeroshiftError } from '../../lib/messages/error.ts';
import { textsOf } from './release-figures.ts';

/** Whether a released object is Kourier's. */
export const isKourier = ({ object: { metadata } }: Released): boolean =>
  metadata.labels?.['app.kubernetes.io/component'] === 'net-kourier';

const first = (texts: readonly string[], pattern: RegExp): string | undefined =>
  texts.map((text) => pattern.exec(text)?.[1]).find((found) => found !== undefined);

/**
 * What differs from release to release of Kourier, read from its released objects.
 * @param version the release of Serving that it belongs to
 * @param before the newest release that is known: its Envoy patch holds as long as Envoy's minor version does
 * @throws ZeroshiftError `upstream.incomplete`
 */
export function kourierFigures(
  released: readonly Released[],
  version: string,
  before: KourierRelease,
): KourierRelease {
  const texts = released.flatMap(({ object }) => [...textsOf(object)]);
  const controller = first(texts, /\/net-kourier\/cmd\/kourier@(sha256:[0-9a-f]{64})$/);
  const envoy = first(texts, /\/envoyproxy\/envoy:v(\d+\.\d+)-latest$/);
  if (controller === undefined || envoy === undefined)
    throw new ZeroshiftError('the release of Kourier is not complete', {
      code: 'upstream.incomplete',
      source: 'user',
      problems: [
        ...(controller === undefined
          ? [{ where: 'net-kourier-controller', allowed: "the controller's image, by digest" }]
          : []),
        ...(envoy === undefined
          ? [{ where: '3scale-kourier-gateway', allowed: "Envoy's image, as v1.37-latest" }]
          : []),
      ],
      action: "name a folder with all of Kourier's objects, or with none",
    });
  return {
    version,
    controller,
    envoy,
    envoyPatch: envoy === before.envoy ? before.envoyPatch : `${envoy}.0`,
    statsAddress: texts.some((text) => /address: "::"/.test(text)) ? '::' : '0.0.0.0',
  };
}
