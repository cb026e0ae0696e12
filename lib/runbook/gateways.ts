import { gatewayName, gatewayPorts, kourierNamespace } from '../../constructs/kourier/names.ts';
import type { CutoverPlan } from '../cutover/plan.ts';
import { codeBlock, expectsAtTheEnd } from './markdown.ts';
import { quoted } from './shell.ts';

const outside = `${gatewayPorts.external}|${gatewayPorts.externalTls}`;
/** Envoy counts for each listener; where it does not, for all that come in. */
const listener = (metric: string): string => `/^envoy_listener_${metric}[{].*_(${outside})"/`;
const http = (metric: string): string => `/^envoy_http_${metric}[{].*"ingress_http"/`;

/** Everything that the gateways of a colour have counted, through the API server. */
const statistics = (kubectl: string): string[] => [
  `for pod in $(${kubectl} -n ${kourierNamespace} get pods -l app=${gatewayName} \\`,
  `  --field-selector status.phase=Running -o 'jsonpath={.items[*].metadata.name}'); do`,
  `  ${kubectl} get --raw "/api/v1/namespaces/${kourierNamespace}/pods/\${pod}:${gatewayPorts.stats}/proxy/stats/prometheus"`,
  'done',
];

/** Commands that print one line, or nothing where no gateway answers: how many flows came to the gateways of a colour through its entrance. */
export const countFlows = (kubectl: string): string[] => {
  const flows = 'downstream_cx_total';
  return piped(statistics(kubectl), [
    `  ${listener(flows)} { byListener += $NF; seen = 1 }`,
    `  ${http(flows)} { all += $NF }`,
    '  END { if (NR) printf "%d\\n", seen ? byListener : all }',
  ]);
};

/** Commands that print one line, or nothing where no gateway answers: how many answers its gateways gave, and how many of them were errors. */
export const countAnswers = (kubectl: string): string[] => {
  const [byListener, all] = [listener('http_downstream_rq_xx'), http('downstream_rq_xx')];
  const errors = '/response_code_class="5"/';
  return piped(statistics(kubectl), [
    `  ${byListener} { n += $NF; seen = 1 } ${byListener} && ${errors} { bad += $NF }`,
    `  ${all} { m += $NF } ${all} && ${errors} { worse += $NF }`,
    '  END { if (NR) printf "%d %d\\n", seen ? n : m, seen ? bad : worse }',
  ]);
};

function piped(lines: readonly string[], program: readonly string[]): string[] {
  return [...lines.slice(0, -1), `${lines.at(-1)} | awk '`, ...program, "'"];
}

/** `name=$(…)`, whose commands print one line. */
export const assigned = (name: string, commands: readonly string[]): string[] => [
  `${name}=$(`,
  ...commands.map((line) => `  ${line}`),
  ')',
];

/** Restarts the gateways of a colour, a few at a time, so that the connections that they keep end. */
export const drain = ({ policy }: CutoverPlan, kubectl: string): string[] => {
  const deployment = `deployment/${gatewayName}`;
  return [
    ...codeBlock(
      `${kubectl} -n ${kourierNamespace} rollout restart ${deployment}`,
      `${kubectl} -n ${kourierNamespace} rollout status ${deployment} --timeout=${quoted(policy.drainTimeout)}`,
    ),
    ...expectsAtTheEnd(`deployment "${gatewayName}" successfully rolled out`),
  ];
};

/** Waits until a colour gives no answers to what comes in through its entrance, for so many seconds. */
export const awaitQuiet = (kubectl: string, seconds: number): string[] => [
  ...codeBlock(
    'while :; do',
    ...assigned('earlier', countAnswers(kubectl)).map(indented),
    `  sleep ${seconds}`,
    ...assigned('later', countAnswers(kubectl)).map(indented),
    '  [ -n "$later" ] && [ "$earlier" = "$later" ] && break',
    'done; echo quiet',
  ),
  ...expectsAtTheEnd('quiet'),
];

const indented = (line: string): string => `  ${line}`;
