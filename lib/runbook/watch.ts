import type { CutoverPlan } from '../cutover/plan.ts';
import { regionOf } from '../cutover/plan.ts';
import { Duration } from '../fleet/duration.ts';
import { assigned, countAnswers } from './gateways.ts';
import { codeBlock, expectsAtTheEnd, plain } from './markdown.ts';
import { quoted, seconds } from './shell.ts';
import type { Tools } from './tools.ts';

/** Hosts that are asked while a share is watched; a fleet has thousands. */
const asked = 10;

/** Watches the target of a region for a time, and says whether it is well: by what clients got, and by what is asked. */
export function watched(tools: Tools, plan: CutoverPlan, region: string, time: string): string[] {
  const { from, to, policy } = plan;
  const { gates } = policy;
  const hosts = regionOf(plan, region)
    .services.filter(({ probe }) => probe !== false)
    .flatMap((service) => service.hosts)
    .slice(0, asked);
  const timesOf = (colour: string): string => quoted(`times-${region}-${colour}.txt`);
  const floor = Duration.parse(gates.latencyFloor).seconds;
  return [
    `Watch for ${plain(time)}. ${to}'s clients must get at least ${percent(gates.minSuccessRate)} % good answers, and ${to}'s p99 may be ${gates.maxLatencyRatio} times that of ${from}`,
    `(${plain(gates.latencyFloor)} always pass). Each line of \`curl\` is an answer that failed.`,
    '',
    ...codeBlock(
      `: > ${timesOf(from)}; : > ${timesOf(to)}`,
      ...assigned('before', countAnswers(tools.kubectl(region, to))),
      `end=$(($(date +%s) + ${seconds(Duration.parse(time).milliseconds)}))`,
      'while [ "$(date +%s)" -lt "$end" ]; do',
      ...[from, to].flatMap((colour) =>
        tools
          .curl(region, colour, hosts, ` -w '%{time_total}\\n' >> ${timesOf(colour)}`)
          .map((line) => `  ${line}`),
      ),
      '  sleep 1',
      'done',
      ...assigned('after', countAnswers(tools.kubectl(region, to))),
      ...[from, to].map(
        (colour) =>
          `${colour}=$(sort -n ${timesOf(colour)} | awk '{ t[NR] = $1 } END { n = int(NR * 0.99 + 0.999); print n ? t[n] : 0 }')`,
      ),
      `echo "$before $after $${from} $${to}" | awk '{`,
      `  all = $3 - $1; bad = $4 - $2; slow = $6 > ${floor} && $6 > $5 * ${gates.maxLatencyRatio}`,
      `  printf "${to}: %d answers, %d of them errors; p99 of ${from} %s s, of ${to} %s s\\n", all, bad, $5, $6`,
      `  if (NF < 6 || all < ${gates.minSamples}) print "too little to tell: watch once more"`,
      `  else print (bad > all * ${Number((1 - gates.minSuccessRate).toFixed(9))} || slow) ? "NOT WELL: give the undo now" : "well"`,
      `}'`,
    ),
    ...expectsAtTheEnd('well'),
  ];
}

/** Without what binary fractions add: 0.9995 is 99.95 %. */
const percent = (ratio: number): number => Number((ratio * 100).toFixed(6));
