// Every row of the bench, each with its aim. Figures of one run on one machine: read the ratios.
import { measureAutoscaling } from './autoscaling.ts';
import { measurePlan, measureWatch } from './cutover.ts';
import { measureStacks } from './stacks.ts';
import { measureStartUp } from './start-up.ts';
import { measureSynth } from './synth.ts';
import { measureValidation } from './validation.ts';

const row = (what: string, figure: string, aim: string): void =>
  console.log(`${what.padEnd(56)} ${figure.padEnd(52)} ${aim}`);

row('what', 'figure', 'aim');
const { node, command, more, runs } = measureStartUp('dist/command/zeroshift.js');
row(
  'zeroshift --help against node -e 0',
  `${command.toFixed(0)} ms / ${node.toFixed(0)} ms = ${(command / node).toFixed(2)}, ${more.toFixed(0)} ms more (${runs} pairs)`,
  'at most 40 ms more',
);
const { decisionsPerSecond, ticksPerSecond } = measureAutoscaling();
row(
  'autoscaler decisions a second, one core',
  `${(decisionsPerSecond / 1e6).toFixed(1)} million, ${(decisionsPerSecond / 5e6).toFixed(1)} of the aim`,
  '5 million',
);
const validation = measureValidation('dist/command/zeroshift.js');
row(
  `zeroshift validate, ${validation.services} services, whole process`,
  `${validation.milliseconds.toFixed(0)} ms = ${(validation.milliseconds / node).toFixed(1)} node -e 0 (${validation.runs} runs)`,
  '1500 ms',
);
const synth = measureSynth('dist/command/zeroshift.js');
row(
  `zeroshift synth, 2 colours, ${synth.services} services, whole process`,
  `${synth.milliseconds.toFixed(0)} ms = ${(synth.milliseconds / node).toFixed(1)} node -e 0 (${synth.runs} runs)`,
  '1500 ms',
);
row(
  '  kubectl kustomize, 2 releases, no services',
  'skipped' in synth.peer
    ? `skipped: ${synth.peer.skipped}`
    : `${synth.peer.milliseconds.toFixed(0)} ms; synth takes ${(synth.milliseconds / synth.peer.milliseconds).toFixed(1)} times as long`,
  '',
);
const stacks = measureStacks();
row(
  `the CDK app, 1 region, ${stacks.stacks} stacks, whole process`,
  `${stacks.milliseconds.toFixed(0)} ms = ${(stacks.milliseconds / node).toFixed(1)} node -e 0 (${stacks.runs} runs)`,
  '1500 ms',
);
row('whole autoscaler ticks a second, one core', `${(ticksPerSecond / 1e6).toFixed(1)} million`, '');

const plan = await measurePlan('dist/command/zeroshift.js', 3334);
row(
  `zeroshift plan, 3 regions, ${plan.services} services, whole process`,
  `${plan.milliseconds.toFixed(0)} ms, ${plan.megabytes.toFixed(0)} MiB (${plan.runs} runs)`,
  '5000 ms, 286 MiB',
);
const watch = measureWatch(10_000, 24);
row(
  `the engine, 3 regions of 10000 services, 24 h of hold`,
  `${((100 * watch.cpuSeconds) / watch.virtualSeconds).toFixed(2)} % of the time, ${watch.megabytes.toFixed(0)} MiB, journal ${watch.journalMegabytes.toFixed(0)} MiB`,
  '1 %, 286 MiB',
);
