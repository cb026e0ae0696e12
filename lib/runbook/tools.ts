import type { Colour } from '../fleet/colour.ts';
import type { Locator } from '../fleet/locator.ts';
import { quoted } from './shell.ts';

/** The cloud's own tools, with everything that they need to reach what the locator leads to. */
export interface Tools {
  /** `aws globalaccelerator` with its operation. */
  accelerator(operation: string): string;
  /** `aws elbv2` with its operation, for the entrance of a colour. */
  balancer(region: string, colour: Colour, operation: string): string;
  /** `kubectl` for the cluster of a colour. */
  kubectl(region: string, colour: Colour): string;
  /** Lines of `curl` for hosts, through the entrance of a colour. `more`: what stands behind it, such as `>> file`. */
  curl(region: string, colour: Colour, hosts: readonly string[], more?: string): readonly string[];
  /** What has to be given once, before the first `kubectl`; empty where the locator names kubeconfigs. */
  readonly before: readonly string[];
}

/** Seconds for one answer: a service may start from zero within it. */
const answerSeconds = 60;

export function toolsFor({ fleet, accelerator, regions }: Locator): Tools {
  const place = (region: string, colour: Colour) =>
    regions.find((location) => location.region === region)?.colours[colour];
  // A cluster that only has a name gets a context here: the current one may be any cluster.
  const alias = (region: string, colour: Colour): string => `${fleet}-${region}-${colour}`;
  const at = (url: string | undefined): string[] =>
    url === undefined ? [] : [`--endpoint-url ${quoted(url)}`];
  return {
    accelerator: (operation) =>
      [`aws globalaccelerator ${operation} --region us-west-2`, ...at(accelerator.controlPlane)].join(' '),
    balancer: (region, colour, operation) =>
      [
        `aws elbv2 ${operation} --region ${quoted(region)}`,
        ...at(place(region, colour)?.entrance.controlPlane),
      ].join(' '),
    kubectl: (region, colour) => {
      const { kubeconfig, context } = place(region, colour)?.cluster ?? {};
      return [
        'kubectl',
        ...(kubeconfig === undefined ? [] : [`--kubeconfig ${quoted(kubeconfig)}`]),
        `--context ${quoted(context ?? alias(region, colour))}`,
      ].join(' ');
    },
    curl: (region, colour, hosts, more = '') => {
      const addresses = place(region, colour)?.entrance.addresses ?? {};
      const port = addresses['80'] === undefined ? '443' : '80';
      const address = addresses[port] ?? '';
      // The entrance is dialled, the host is asked for: in its header, and in the certificate where there is one.
      const urls = hosts.map((host) => quoted(`${port === '80' ? 'http' : 'https'}://${host}/`));
      return [
        `for url in ${urls.join(' ')}; do`,
        `  curl -fsS -o /dev/null --max-time ${answerSeconds} --connect-to ${quoted(`::${address}`)} "$url"${more} || echo "failed: $url"`,
        'done',
      ];
    },
    before: regions.flatMap(({ region, colours }) =>
      Object.entries(colours).flatMap(([colour, { cluster }]) =>
        cluster.context === undefined
          ? [
              `aws eks update-kubeconfig --region ${quoted(region)} --name ${quoted(cluster.name)} --alias ${quoted(
                alias(region, colour as Colour),
              )}${cluster.kubeconfig === undefined ? '' : ` --kubeconfig ${quoted(cluster.kubeconfig)}`}`,
            ]
          : [],
      ),
    ),
  };
}
