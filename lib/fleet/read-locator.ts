import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ZeroshiftError } from '../messages/error.ts';
import { allowedText } from './allowed-text.ts';
import type { Fleet } from './fleet.ts';
import type { Locator } from './locator.ts';
import { valueAt } from './value-at.ts';

const addresses = z.record(
  z.string().regex(/^\d+$/, 'a port'),
  z.string().regex(/^[^\s/]+:\d+$/, 'host:port to dial'),
);

const colour = z.strictObject({
  cluster: z.strictObject({
    name: z.string(),
    kubeconfig: z.string().exactOptional(),
    context: z.string().exactOptional(),
    endpoint: z.url().exactOptional(),
    certificateAuthority: z.base64().exactOptional(),
  }),
  entrance: z.strictObject({
    arn: z.string().startsWith('arn:', 'an ARN'),
    addresses,
    controlPlane: z.url().exactOptional(),
  }),
});

/** The one schema of a locator, whether it comes from a file or from SSM. */
export const locatorSchema = z.strictObject({
  apiVersion: z.literal('zeroshift/v1'),
  kind: z.literal('Locator'),
  fleet: z.string(),
  accelerator: z.strictObject({
    arn: z.string().startsWith('arn:', 'an ARN'),
    listenerArn: z.string().startsWith('arn:', 'an ARN'),
    addresses,
    controlPlane: z.url().exactOptional(),
  }),
  regions: z
    .array(
      z.strictObject({
        region: z.string(),
        endpointGroupArn: z.string().startsWith('arn:', 'an ARN'),
        colours: z.strictObject({ blue: colour, green: colour }),
      }),
    )
    .min(1),
  journal: z
    .strictObject({ table: z.string().min(1), region: z.string().min(1), endpoint: z.url().exactOptional() })
    .exactOptional(),
});

/** @throws ZeroshiftError `locator.invalid`, `locator.other-fleet` */
export function parseLocator(
  value: unknown,
  source: string,
  fleet?: Pick<Fleet, 'name' | 'regions'>,
): Locator {
  const result = locatorSchema.safeParse(value);
  if (!result.success)
    throw new ZeroshiftError(`${source} is not a locator`, {
      code: 'locator.invalid',
      source: 'user',
      problems: result.error.issues.map((issue) => ({
        where: issue.path.map(String).join('.') || source,
        value: valueAt(value, issue.path),
        allowed: allowedText(issue),
      })),
      action:
        'give a locator.json as `zeroshift rehearse --keep` writes it, or leave it away to read it from SSM',
    });
  if (fleet !== undefined && result.data.fleet !== fleet.name)
    throw new ZeroshiftError('this locator leads to another fleet', {
      code: 'locator.other-fleet',
      source: 'user',
      problems: [{ where: source, value: result.data.fleet, allowed: `the fleet's name, "${fleet.name}"` }],
    });
  return result.data as Locator;
}

/** @throws ZeroshiftError `locator.not-found`, `locator.invalid`, `locator.other-fleet` */
export async function readLocatorFile(
  file: string,
  fleet?: Pick<Fleet, 'name' | 'regions'>,
): Promise<Locator> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, 'utf8'));
  } catch (cause) {
    const missing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    throw new ZeroshiftError(missing ? 'there is no locator' : `${file} is not a locator: it is not JSON`, {
      code: missing ? 'locator.not-found' : 'locator.invalid',
      source: 'user',
      problems: [
        {
          where: '--locator',
          value: file,
          allowed: 'a locator file, as `zeroshift rehearse --keep` writes it',
        },
      ],
      cause,
    });
  }
  return parseLocator(value, file, fleet);
}
