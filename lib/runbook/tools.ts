import type { RegionFacts } from '../cutover/plan.ts';
import type { Colour } from '../fleet/colour.ts';
import type { Locator } from '../fleet/locator.ts';
import type { Endpoint } from '../traffic/traffic-port.ts';
import { quoted } from './shell.ts';

/** The cloud's own tools, with everything that they need to reach what the locator leads to. */
export interface Tools {
  /** `aws globalaccelerator` with its operation. */
  accelerator(operation: string): string;
  /** `kubectl` for the cluster of a colour. */
  kubectl(region: string, colour: Colour): string;
  /** `curl` for a host, through the entrance of a colour. */
  curl(region: string, colour: Colour, host: string): string;
  /** What has to be given once, before the first `kubectl`; empty where the locator names kubeconfigs. */
  readonly before: readonly string[];
}

export function toolsFor({ fleet, accelerator, regions }: Locator): Tools {
  const place = (region: string, colour: Colour) =>
    regions.find((location) => location.region === region)?.colours[colour];
  // A cluster that only has a name gets a context here: the current one may be any cluster.
  const alias = (region: string, colour: Colour): string => `${fleet}-${region}-${colour}`;
  return {
    accelerator: (operation) =>
      [
        `aws globalaccelerator ${operation} --region us-west-2`,
        ...(accelerator.controlPlane === undefined
          ? []
          : [`--endpoint-url ${quoted(accelerator.controlPlane)}`]),
      ].join(' '),
    kubectl: (region, colour) => {
      const { kubeconfig, context } = place(region, colour)?.cluster ?? {};
      return [
        'kubectl',
        ...(kubeconfig === undefined ? [] : [`--kubeconfig ${quoted(kubeconfig)}`]),
        `--context ${quoted(context ?? alias(region, colour))}`,
      ].join(' ');
    },
    curl: (region, colour, host) => {
      const addresses = place(region, colour)?.entrance.addresses ?? {};
      const port = addresses['80'] === undefined ? '443' : '80';
      const address = addresses[port] ?? '';
      // The entrance is dialled, the host is asked for: in its header, and in the certificate where there is one.
      const url = `${port === '80' ? 'http' : 'https'}://${host}/`;
      return `curl --fail-with-body -sS -o /dev/null --connect-to ${quoted(`::${address}`)} ${quoted(url)}`;
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

/** Writes a whole endpoint group: every endpoint, others' included. */
export const writeGroup = (tools: Tools, facts: RegionFacts, endpoints: readonly Endpoint[]): string[] => [
  `${tools.accelerator('update-endpoint-group')} \\`,
  `  --endpoint-group-arn ${quoted(facts.endpointGroupArn)} \\`,
  '  --endpoint-configurations \\',
  ...endpoints.map(
    (endpoint, index) => `    ${quoted(configuration(endpoint))}${index < endpoints.length - 1 ? ' \\' : ''}`,
  ),
];

/** In the JSON form: the shorthand has no way to say a value with a comma. */
const configuration = ({ id, weight, clientIpPreservation, attachmentArn }: Endpoint): string =>
  JSON.stringify({
    EndpointId: id,
    Weight: weight,
    ...(clientIpPreservation === undefined ? {} : { ClientIPPreservationEnabled: clientIpPreservation }),
    ...(attachmentArn === undefined ? {} : { AttachmentArn: attachmentArn }),
  });
