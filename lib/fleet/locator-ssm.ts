import type { SSMClient } from '@aws-sdk/client-ssm';
import { ZeroshiftError } from '../messages/error.ts';
import { type Colour, colours } from './colour.ts';
import { findExistingAccelerator } from './existing-accelerator.ts';
import type { Fleet } from './fleet.ts';
import type { AcceleratorLocation, ColourLocation, JournalLocation, Locator } from './locator.ts';

/** Where CloudFormation and SSM keep what belongs to an accelerator: its control plane is there and nowhere else. */
export const acceleratorRegion = 'us-west-2';

type Named = Pick<Fleet, 'name'>;

/** The folder in SSM, in several regions, that holds a fleet's locator. */
export const locatorRoot = (fleet: Named): string => `/zeroshift/${fleet.name}`;

/** SSM parameter, in us-west-2, that holds an `AcceleratorPart`. */
export const acceleratorParameter = (fleet: Named): string => `${locatorRoot(fleet)}/accelerator`;

/** SSM parameter, in us-west-2, that holds an `OperationsPart`. */
export const operationsParameter = (fleet: Named): string => `${locatorRoot(fleet)}/operations`;

/** SSM parameter, in the colour's own region, that holds a `ColourLocation`. */
export const colourParameter = (fleet: Named, region: string, colour: Colour): string =>
  `${locatorRoot(fleet)}/${region}/${colour}`;

/** What the stacks know of the accelerator. Of an existing one only the ARNs: the rest is asked for when it is read. */
export interface AcceleratorPart {
  readonly arn: string;
  readonly listenerArn: string;
  readonly addresses?: AcceleratorLocation['addresses'];
  /** ARNs by region. */
  readonly endpointGroups?: Readonly<Record<string, string>>;
}

/** What the stack of operations knows. A fleet that was deployed without it has none. */
export interface OperationsPart {
  readonly journal: JournalLocation;
}

export interface ReadLocatorOptions {
  /** URL that answers for SSM in every region, and for Global Accelerator. @default - AWS's, in each region */
  readonly endpoint?: string;
}

/** How long a connection may take to open, and an answer to come, in milliseconds. */
const timeouts = { connectionTimeout: 3000, requestTimeout: 10_000 } as const;

/**
 * Reads the locator that the stacks wrote.
 * @throws ZeroshiftError `locator.incomplete` with every missing parameter, `locator.refused`, `locator.unavailable`,
 * `locator.invalid`
 */
export async function readLocatorFromSsm(fleet: Fleet, options: ReadLocatorOptions = {}): Promise<Locator> {
  const regions = [...new Set([acceleratorRegion, ...fleet.regions.map(({ name }) => name)])];
  const stored = new Map(
    await Promise.all(
      regions.map(
        async (region) => [region, await parametersIn(region, locatorRoot(fleet), options)] as const,
      ),
    ),
  );
  const missing: { name: string; region: string; stack: string }[] = [];
  const take = (region: string, name: string, stack: string): string => {
    const value = stored.get(region)?.get(name);
    if (value === undefined) missing.push({ name, region, stack });
    return value ?? '{}';
  };
  const acceleratorText = take(acceleratorRegion, acceleratorParameter(fleet), `${fleet.name}-accelerator`);
  const colourTexts = fleet.regions.map((region) =>
    colours.map((colour) =>
      take(
        region.name,
        colourParameter(fleet, region.name, colour),
        `${fleet.name}-${region.name}-${colour}`,
      ),
    ),
  );
  if (missing.length > 0)
    throw new ZeroshiftError(`the locator of the fleet ${fleet.name} is incomplete`, {
      code: 'locator.incomplete',
      source: 'user',
      problems: missing.map(({ name, region, stack }) => ({
        where: `SSM parameter ${name} in ${region}`,
        allowed: `what the stack ${stack} writes there`,
      })),
      action: `deploy: npx cdk deploy ${[...new Set(missing.map(({ stack }) => stack))].join(' ')}`,
    });
  const part = await complete(
    fleet,
    parse<AcceleratorPart>(acceleratorText, acceleratorParameter(fleet)),
    options,
  );
  const operations = stored.get(acceleratorRegion)?.get(operationsParameter(fleet));
  const locator = {
    apiVersion: 'zeroshift/v1',
    kind: 'Locator',
    fleet: fleet.name,
    accelerator: { arn: part.arn, listenerArn: part.listenerArn, addresses: part.addresses },
    regions: fleet.regions.map(({ name }, index) => ({
      region: name,
      endpointGroupArn: part.endpointGroups?.[name],
      colours: Object.fromEntries(
        colours.map((colour, at) => [
          colour,
          parse<ColourLocation>(colourTexts[index]?.[at] ?? '', colourParameter(fleet, name, colour)),
        ]),
      ),
    })),
    ...(operations === undefined
      ? {}
      : { journal: parse<OperationsPart>(operations, operationsParameter(fleet)).journal }),
  };
  const { parseLocator } = await import('./read-locator.ts');
  return parseLocator(locator, `${locatorRoot(fleet)} in SSM`, fleet);
}

/** Fills in what the stacks could not know of an accelerator that they did not make. */
async function complete(
  fleet: Fleet,
  part: AcceleratorPart,
  options: ReadLocatorOptions,
): Promise<AcceleratorPart> {
  if (part.addresses !== undefined && part.endpointGroups !== undefined) return part;
  const found = await unlessRefused(`Global Accelerator in ${acceleratorRegion}`, () =>
    findExistingAccelerator(part, {
      region: acceleratorRegion,
      requestHandler: timeouts,
      ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
    }),
  );
  const addresses = Object.fromEntries(
    fleet.entrance.ports.map((port) => [String(port), `${found.host}:${port}`]),
  );
  return { ...part, addresses, endpointGroups: found.endpointGroups };
}

/** Every parameter below the path, by name. */
async function parametersIn(
  region: string,
  path: string,
  options: ReadLocatorOptions,
): Promise<Map<string, string>> {
  const { GetParametersByPathCommand, SSMClient: Client } = await import('@aws-sdk/client-ssm');
  const client: SSMClient = new Client({
    region,
    requestHandler: timeouts,
    ...(options.endpoint === undefined ? {} : { endpoint: options.endpoint }),
  });
  const found = new Map<string, string>();
  try {
    let token: string | undefined;
    do {
      const page = await unlessRefused(`SSM in ${region}`, () =>
        client.send(
          new GetParametersByPathCommand({
            Path: path,
            Recursive: true,
            ...(token === undefined ? {} : { NextToken: token }),
          }),
        ),
      );
      for (const { Name, Value } of page.Parameters ?? [])
        if (Name !== undefined && Value !== undefined) found.set(Name, Value);
      token = page.NextToken;
    } while (token !== undefined);
  } finally {
    client.destroy();
  }
  return found;
}

function parse<T>(text: string, parameter: string): T {
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new ZeroshiftError(`the SSM parameter ${parameter} does not hold JSON`, {
      code: 'locator.invalid',
      source: 'outside',
      problems: [{ where: parameter, value: text, allowed: 'what the stacks wrote there' }],
      action: 'deploy the stack that writes it again',
      cause,
    });
  }
}

/** Says who refused, or did not answer, in place of the SDK's own error. */
async function unlessRefused<T>(who: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (cause) {
    const error = cause instanceof Error ? cause : new Error(String(cause));
    const credentials = /credential|token|accessdenied|unauthori|signature|unrecognizedclient/i.test(
      error.name,
    );
    throw new ZeroshiftError(
      `the locator cannot be read: ${who} ${credentials ? 'refused' : 'did not answer'}: ${error.message}`,
      {
        code: credentials ? 'locator.refused' : 'locator.unavailable',
        source: 'outside',
        action: credentials
          ? 'sign in to the AWS account of the fleet, with a role that may read its SSM parameters'
          : 'try again',
        cause,
      },
    );
  }
}
