import { type Colour, colours } from '../fleet/colour.ts';
import type { Fleet } from '../fleet/fleet.ts';

/** The first colour in which nobody has a certificate for port 443, or undefined where somebody has or the port is not open. */
export function colourWithoutTls(fleet: Fleet): Colour | undefined {
  const { ports, plainPorts, tls } = fleet.entrance;
  if (!ports.includes(443) || plainPorts.some(({ port }) => port === 443) || tls !== undefined)
    return undefined;
  return colours.find((colour) => !gatewayHasCertificate(fleet, colour));
}

/** By a controller of certificates, or one for all hosts. A mapping's own is for its host: others are not answered by it. */
function gatewayHasCertificate(fleet: Fleet, colour: Colour): boolean {
  const { serving, ingress } = fleet.colours[colour];
  const automatic = String(serving.network['external-domain-tls'] ?? '').toLowerCase() === 'enabled';
  return automatic || ingress?.config?.['certs-secret-name'] !== undefined;
}
