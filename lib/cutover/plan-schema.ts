import { z } from 'zod';

/** The JSON Schema of a plan. It says what other tools may rely on; a plan itself is checked by its digest. */

const text = z.string();
const texts = z.array(text);
const length = z
  .string()
  .regex(/^(\d+(\.\d+)?(ms|s|m|h|d))+$/)
  .describe('A length of time, such as 30s or 1h30m');
const colour = z.enum(['blue', 'green']);
const weights = z.record(text, z.int().min(0).max(255)).describe('Endpoint id → weight');

const endpoint = z.looseObject({
  id: text,
  weight: z.int().min(0).max(255),
  clientIpPreservation: z.boolean().optional(),
  attachmentArn: text.optional(),
});

const service = z.looseObject({ namespace: text, name: text, hosts: texts });

const singleton = z.looseObject({
  apiVersion: text,
  kind: text,
  namespace: text,
  name: text,
  autoscaler: text.optional(),
});

const region = z
  .looseObject({
    region: text,
    endpointGroupArn: text,
    endpoints: z.array(endpoint).describe("The group as it was read, others' endpoints included"),
    entrances: z.looseObject({ blue: text, green: text }).describe('Endpoint ids of the two colours'),
    services: z.array(service),
    singletons: z.array(singleton).optional(),
  })
  .describe('What the plan rests on in one region');

const at = { id: text, region: text };
const step = z.discriminatedUnion('kind', [
  z.looseObject({ ...at, kind: z.literal('preflight') }),
  z.looseObject({ ...at, kind: z.literal('migrate') }),
  z.looseObject({ ...at, kind: z.literal('verify') }),
  z.looseObject({ ...at, kind: z.literal('floors') }),
  z.looseObject({
    ...at,
    kind: z.literal('shift'),
    share: z.number().min(0.5).max(100).multipleOf(0.5).describe('Percent of new flows'),
    weights,
  }),
  z.looseObject({ ...at, kind: z.literal('drain') }),
  z.looseObject({ ...at, kind: z.literal('hand-over') }),
  z.looseObject({ ...at, kind: z.literal('bake'), regions: texts.optional() }),
  z.looseObject({ ...at, kind: z.literal('hold'), regions: texts.optional() }),
]);

const policy = z.looseObject({
  bake: length,
  patience: length,
  hold: length,
  deployTimeout: length,
  readyTimeout: length,
  drainQuiet: length,
  drainTimeout: length,
  maxLag: length.optional(),
  waveBake: length.optional(),
  podsAtOnce: z.int().min(1).optional(),
  gates: z.looseObject({
    minSuccessRate: z.number().min(0).max(1),
    maxLatencyRatio: z.number().min(1),
    latencyFloor: length,
    shareTolerance: z.number().min(0).max(100),
    minSamples: z.int().min(1),
  }),
});

const hook = z.looseObject({
  name: text,
  when: z.array(z.enum(['before', 'after'])),
  steps: texts,
  timeout: length,
});

/** What a plan's file holds; later versions may add to it. */
export const cutoverPlanSchema = z.looseObject({
  apiVersion: z.literal('zeroshift/v1'),
  kind: z.literal('CutoverPlan'),
  id: text,
  fleet: text,
  createdAt: z.iso.datetime(),
  from: colour,
  to: colour,
  acceleratorArn: text,
  regions: z.array(region).min(1),
  policy,
  workloads: z.array(z.looseObject({ kind: text, runs: text })).optional(),
  steps: z.array(step).min(1),
  approvals: texts.optional().describe('Ids of steps that wait until somebody approves them'),
  hooks: z.array(hook).optional(),
  digest: z
    .string()
    .regex(/^sha256:[0-9a-f]{64}$/)
    .describe('Over everything else, as canonical JSON'),
});

/** As JSON Schema, draft 2020-12. */
export const planSchema = (): object => ({
  title: 'A cutover plan of zeroshift',
  ...z.toJSONSchema(cutoverPlanSchema),
});
