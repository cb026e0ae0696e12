import type { ProbePort, ProbeResult } from '../../metrics/metrics-port.ts';
import type { PlannedService } from '../plan.ts';
import type { ColourPorts } from '../ports.ts';

/** Long enough for a service that starts from zero. */
const timeoutMs = 15_000;
/** At most so many probes at once: they shall not be a load. */
const atOnce = 4;

/** One request to every host of every service through the colour's own entrance, whatever its weight. */
export async function probeColour(
  services: readonly PlannedService[],
  colour: Pick<ColourPorts, 'entrance'>,
  prober: ProbePort,
): Promise<ProbeResult[]> {
  const { addresses } = colour.entrance;
  const address = addresses['80'] ?? addresses['443'] ?? '';
  const hosts = services.flatMap((service) => service.hosts);
  const results: ProbeResult[] = [];
  for (let i = 0; i < hosts.length; i += atOnce)
    results.push(
      ...(await Promise.all(
        hosts.slice(i, i + atOnce).map((host) => prober.probe({ address, host, path: '/', timeoutMs })),
      )),
    );
  return results;
}
