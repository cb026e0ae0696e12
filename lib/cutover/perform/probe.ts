import type { ProbePort, ProbeResult } from '../../metrics/metrics-port.ts';
import type { PlannedService } from '../plan.ts';
import type { ColourPorts } from '../ports.ts';

/** Long enough for a service that starts from zero. */
const timeoutMs = 15_000;
/** At most so many probes at once: they shall not be a load. */
const atOnce = 4;

/**
 * One request to every host of services through the colour's own entrance, whatever its weight.
 * @param only as `namespace/name`; each probe then names its service. @default - all of them
 */
export async function probeColour(
  services: readonly PlannedService[],
  colour: Pick<ColourPorts, 'entrance'>,
  prober: ProbePort,
  only?: readonly string[],
): Promise<ProbeResult[]> {
  const address = addressOf(colour.entrance);
  const chosen = new Set(only);
  const targets = services.flatMap((service) => {
    const key = `${service.namespace}/${service.name}`;
    if (only !== undefined && !chosen.has(key)) return [];
    return service.hosts.map((host) => ({ host, ...(only === undefined ? {} : { quiet: key }) }));
  });
  const results: ProbeResult[] = [];
  for (let i = 0; i < targets.length; i += atOnce)
    results.push(
      ...(await Promise.all(
        targets.slice(i, i + atOnce).map(async ({ host, ...of }) => ({
          ...(await prober.probe({ address, host, path: '/', timeoutMs })),
          ...of,
        })),
      )),
    );
  return results;
}

/** One request through a colour's entrance with a service's host, whatever answers it; undefined where there is no host. */
export async function reachEntrance(
  services: readonly PlannedService[],
  { entrance }: Pick<ColourPorts, 'entrance'>,
  prober: ProbePort,
): Promise<ProbeResult | undefined> {
  const host = services.flatMap(({ hosts }) => hosts)[0];
  if (host === undefined) return undefined;
  return prober.probe({ address: addressOf(entrance), host, path: '/', timeoutMs });
}

const addressOf = ({ addresses }: ColourPorts['entrance']): string =>
  addresses['80'] ?? addresses['443'] ?? '';
