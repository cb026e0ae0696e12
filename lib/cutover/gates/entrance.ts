import type { ProbeResult } from '../../metrics/metrics-port.ts';
import type { RegionSample } from '../commands.ts';
import type { GateResult } from './gate-result.ts';

interface Place {
  readonly region: string;
  readonly to: string;
}

/** Does the accelerator call the target's entrance healthy? */
export function health(
  { region, to }: Place,
  endpoints: RegionSample['endpoints'],
  targetEndpoint: string,
): GateResult {
  const endpoint = endpoints.find(({ id }) => id === targetEndpoint);
  const healthy = endpoint?.health === 'HEALTHY';
  return {
    gate: 'health',
    region,
    verdict: healthy ? 'pass' : endpoint?.health === 'UNHEALTHY' ? 'fail' : 'inconclusive',
    value: healthy ? 1 : 0,
    limit: 1,
    unit: 'count',
    samples: 1,
    text: `the entrance of ${to} is ${endpoint?.health ?? 'not in the group'}`,
  };
}

/** Of so many probes that failed it is said which. */
const named = 10;

/** Did whatever was probed answer through the target's entrance? */
export function probes({ region, to }: Place, results: readonly ProbeResult[]): GateResult {
  const failed = results.filter(({ ok }) => !ok);
  const told = failed
    .slice(0, named)
    .map(({ url, status, error }) => `${url} ${status ?? error ?? 'no answer'}`);
  const more = failed.length > named ? `, and ${failed.length - named} more` : '';
  const probed = [...new Set(results.flatMap(({ quiet }) => quiet ?? []))];
  return {
    gate: 'probes',
    region,
    verdict: failed.length === 0 ? 'pass' : 'fail',
    value: failed.length,
    limit: 0,
    unit: 'count',
    samples: results.length,
    text:
      failed.length === 0
        ? `${results.length} probes of ${to} were answered`
        : `${failed.length} of ${results.length} probes of ${to} failed: ${told.join(', ')}${more}`,
    ...(probed.length === 0 ? {} : { probed }),
  };
}
