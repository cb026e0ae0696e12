import { event } from './definition.ts';

/** What is said of plans and cutovers. */
export const cutoverEvents = {
  'plan.made': event<{
    plan: string;
    digest: string;
    from: string;
    to: string;
    services: number;
    steps: readonly string[];
    file: string;
  }>(
    'a cutover plan was written',
    ({ from, to, services, steps, file, digest }) =>
      `plan: ${services} services from ${from} to ${to} in ${steps.length} steps, written to ${file} (${digest.slice(0, 19)}…)`,
  ),
  'cutover.started': event<{ plan: string; from: string; to: string; steps: readonly string[] }>(
    'a cutover began',
    ({ plan, from, to }) => `cutover ${plan}: from ${from} to ${to}`,
  ),
  'cutover.resumed': event<{
    plan: string;
    from: string;
    to: string;
    steps: readonly string[];
    records: number;
    step: string | null;
    index: number;
  }>('a cutover goes on from its journal', ({ plan, records, step }) =>
    step === null
      ? `cutover ${plan} goes on after ${records} records`
      : `cutover ${plan} goes on after ${records} records, in ${step}`,
  ),
  'cutover.step': event<{
    step: string;
    kind: string;
    region: string;
    index: number;
    of: number;
    share?: number;
  }>(
    'a step was entered',
    ({ step, index, of, share }) =>
      `step ${index} of ${of}: ${step}${share === undefined ? '' : ` (${share} % to the target)`}`,
  ),
  'cutover.waiting': event<{ reason: string }>(
    'the engine waits for something (only in live views and with --json)',
    ({ reason }) => `waiting for ${reason}`,
    'info',
    true,
  ),
  'cutover.checked': event<{
    region: string;
    passed: number;
    others: readonly { check: string; where: string; value: string; verdict: string; todo?: string }[];
  }>('the preflight has asked the doctor, and nothing failed', ({ region, passed, others }) => {
    const warned = others.filter(({ verdict }) => verdict === 'warn');
    const unknown = others.length - warned.length;
    return [
      `${passed} checks passed in ${region}, ${warned.length} warned, ${unknown} not known${others.length === 0 ? '' : '; `zeroshift doctor` says more'}`,
      ...warned.map(({ check, where, value }) => `  warn: ${check} of ${where}: ${value}`),
    ].join('\n');
  }),
  'cutover.nodes-held': event<{ region: string; pods: number }>(
    'nodes under gateways and activators stay where they are until the end of the hold',
    ({ region, pods }) => `the nodes of ${pods} gateways and activators are held in ${region}`,
  ),
  'cutover.nodes-freed': event<{ region: string; pods: number }>(
    'what was asked of nodes was taken back',
    ({ region, pods }) => `the nodes of ${pods} gateways and activators are given back in ${region}`,
  ),
  'cutover.migrated': event<{ region: string; services: number; objects: number }>(
    'the services were recreated on the target',
    ({ services, objects, region }) =>
      `${services} services recreated in ${region} (${objects} objects written)`,
  ),
  'cutover.verified': event<{ region: string; services: number }>(
    'every service of the target is ready and serves what the source serves',
    ({ services, region }) => `${services} services verified in ${region}`,
    'good',
  ),
  'cutover.floors': event<{ region: string; floors: number; pods: number }>(
    'the floors have their pods',
    ({ floors, pods, region }) => `${floors} floors hold ${pods} pods in ${region}`,
  ),
  'cutover.weights': event<{ region: string; weights: Readonly<Record<string, number>>; direction: string }>(
    'the weights were written and read back',
    ({ weights, region }) =>
      `weights in ${region}: ${Object.entries(weights)
        .map(([colour, weight]) => `${colour} ${weight}`)
        .join(', ')}`,
  ),
  'cutover.deployed': event<{ region: string }>(
    'the accelerator has taken the change',
    ({ region }) => `the change is deployed in ${region}`,
  ),
  'cutover.gates': event<{
    step: string;
    verdict: string;
    gates: readonly {
      gate: string;
      verdict: string;
      value?: number;
      limit: number;
      unit: string;
      samples: number;
      text: string;
    }[];
  }>('the gates of a step were judged', ({ step, verdict, gates }) =>
    [
      `gates of ${step}: ${verdict}`,
      ...gates.map(({ gate, verdict, text }) => `  ${verdict.padEnd(12)} ${gate}: ${text}`),
    ].join('\n'),
  ),
  'cutover.drained': event<{ region: string; colour: string }>(
    'a colour has no old connections any more',
    ({ colour, region }) => `the gateways of ${colour} in ${region} are drained`,
  ),
  'cutover.handed-over': event<{ region: string; colour: string; singletons: readonly string[] }>(
    'the singletons run on the other colour, and nothing of them is left on the one before',
    ({ colour, singletons, region }) => `${singletons.join(', ')} in ${region} handed over to ${colour}`,
  ),
  'cutover.handed-back': event<{ region: string; colour: string; singletons: readonly string[] }>(
    'the singletons are again what they were before the cutover',
    ({ colour, singletons, region }) => `${singletons.join(', ')} in ${region} handed back to ${colour}`,
  ),
  'cutover.command-failed': event<{ command: string; code: string; message: string; retry: boolean }>(
    'a command of the engine failed',
    ({ command, message, code, retry }) =>
      `${command} failed: ${message} [${code}]${retry ? '; trying again' : ''}`,
    'warn',
  ),
  'cutover.rolling-back': event<{ cause: string; text: string; step?: string }>(
    'the cutover goes back',
    ({ text }) => `rolling back: ${text}`,
    'warn',
  ),
  'cutover.held': event<{ code: string; text: string; next: string }>(
    'the cutover stopped where it is',
    ({ text, next, code }) => `held: ${text} [${code}]\n  to go on: ${next}`,
    'warn',
  ),
  'cutover.ended': event<{ outcome: string; plan: string; next?: string }>(
    'the cutover ended',
    ({ outcome, next }) => `cutover ${outcome}${next === undefined ? '' : `; ${next}`}`,
    'good',
  ),
  'cutover.unchanged': event<{ plan: string; status: string }>(
    'there was nothing to do: the cutover had come to its end before',
    ({ plan, status }) => `nothing to do: cutover ${plan} is ${status} already`,
  ),
  'cutover.dry-run': event<{
    plan: string;
    verb: string;
    /** What would be done, in this order; none where there is nothing to do. */
    steps: readonly { step: string; does: readonly string[] }[];
    /** The process at work, which would do it. @default - nobody is at work */
    by?: string;
  }>('what a command would do; nothing was changed', ({ plan, verb, steps, by }) =>
    steps.length === 0
      ? `nothing to do: cutover ${plan} needs no ${verb}`
      : [
          `${verb} of ${plan} would do this; nothing was changed${by === undefined ? '' : `. ${by} is at work on it and would be asked`}`,
          ...steps.flatMap(({ step, does }) => [`  ${step}`, ...does.map((deed) => `    ${deed}`)]),
        ].join('\n'),
  ),
  'cutover.interrupted': event<{ plan: string; next: string }>(
    'the process was asked to stop',
    ({ next }) => `stopped before the next step; to go on: ${next}`,
    'warn',
  ),
  'rollback.asked': event<{ plan: string; holder: string }>(
    'a running cutover was asked to roll back',
    ({ holder }) => `${holder} rolls back; \`zeroshift status\` tells when it is done`,
  ),
} as const;
