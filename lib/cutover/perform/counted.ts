import { ZeroshiftError } from '../../messages/error.ts';
import type { GatewaySample } from '../../metrics/metrics-port.ts';

/**
 * A sample in which everything is a number. What is none becomes `null` in the journal, and would be taken for "no
 * requests": no data is never a zero.
 * @throws ZeroshiftError `metrics.unavailable`
 */
export function counted(sample: GatewaySample, colour: string): GatewaySample {
  const { flows, openFlows, requests, errors, latency, perSource = {} } = sample;
  const numbers: Record<string, number> = { flows, openFlows, requests, errors };
  const wrong =
    Object.entries(numbers).find(([, value]) => !Number.isFinite(value))?.[0] ??
    (latency.some(({ count }) => !Number.isFinite(count)) ? 'latency' : undefined) ??
    (Object.values(perSource).some((one) => !Object.values(one).every(Number.isFinite))
      ? 'the counters of a gateway'
      : undefined);
  if (wrong === undefined) return sample;
  throw new ZeroshiftError(`what the gateways of ${colour} count is no number: ${wrong}`, {
    code: 'metrics.unavailable',
    source: 'outside',
    action: 'see what answers for the metrics of the gateways',
  });
}
