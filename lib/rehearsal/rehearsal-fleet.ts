import { Duration, type Fleet } from '../fleet/index.ts';
import { gatewayPortsOf } from '../fleet/plain-ports.ts';

const least = (a: Duration, b: Duration): Duration => (a.milliseconds <= b.milliseconds ? a : b);
const greatest = (a: Duration, b: Duration): Duration => (a.milliseconds >= b.milliseconds ? a : b);

/**
 * A fleet with the times of a rehearsal: the same steps and gates, in seconds instead of minutes. What is already
 * shorter stays. Ports that lead past the gateway are left out: nothing would answer there.
 */
export function rehearsalFleet(fleet: Fleet): Fleet {
  const { cutover, entrance } = fleet;
  return {
    ...fleet,
    entrance: { ...entrance, ports: gatewayPortsOf(entrance), plainPorts: [] },
    cutover: {
      ...cutover,
      bake: least(cutover.bake, Duration.seconds(5)),
      patience: least(cutover.patience, Duration.seconds(20)),
      hold: least(cutover.hold, Duration.seconds(5)),
      waveBake: least(cutover.waveBake, Duration.seconds(5)),
      deployTimeout: least(cutover.deployTimeout, Duration.seconds(30)),
      readyTimeout: least(cutover.readyTimeout, Duration.seconds(60)),
      drain: {
        quiet: least(cutover.drain.quiet, Duration.seconds(2)),
        timeout: least(cutover.drain.timeout, Duration.seconds(60)),
      },
      gates: {
        ...cutover.gates,
        // What the team asks elsewhere knows nothing of a rehearsal.
        own: [],
        // A few seconds hold fewer requests than minutes do,
        minSamples: Math.min(cutover.gates.minSamples, 50),
        // and everything shares one machine's cores, with whatever else runs there.
        latencyFloor: greatest(cutover.gates.latencyFloor, Duration.milliseconds(500)),
      },
    },
  };
}
