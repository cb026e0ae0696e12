import type { KnativeServiceProps } from 'zeroshift/constructs/service';

/**
 * "Scaling down cuts requests": now the service says how long a request may take and how long the app takes to end
 * after its last one, and the grace period of its pods follows: 10 s in which requests still come, 90 s for the longest,
 * 20 s to drain, 120 s in all. A timeout that is too short for that is an error at synthesis.
 */
export const reports: KnativeServiceProps = {
  name: 'reports',
  namespace: 'talk',
  image: 'ghcr.io/zeroshift-examples/talk-reports:1.0',
  longestRequest: '90s',
  drainTime: '20s',
  // The size does not flutter: a smaller wish must hold for two minutes.
  scaling: { min: 1, max: 20, scaleDownDelay: '2m', lastPodRetention: '1m' },
};
