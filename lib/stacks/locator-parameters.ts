import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Colour } from '../fleet/colour.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { ColourLocation } from '../fleet/locator.ts';
import {
  type AcceleratorPart,
  acceleratorParameter,
  colourParameter,
  type OperationsPart,
  operationsParameter,
} from '../fleet/locator-ssm.ts';

export interface LocatorParameterProps {
  readonly name: string;
  readonly description: string;
  readonly part: object;
}

/** One part of the locator as JSON in SSM, where whoever operates the fleet reads it. */
export class LocatorParameter extends Construct {
  constructor(scope: Construct, id: string, props: LocatorParameterProps) {
    super(scope, id);
    new StringParameter(this, 'Parameter', {
      parameterName: props.name,
      description: props.description,
      stringValue: Stack.of(this).toJsonString(props.part),
    });
  }

  static accelerator(scope: Construct, id: string, fleet: Fleet, part: AcceleratorPart): LocatorParameter {
    return new LocatorParameter(scope, id, {
      name: acceleratorParameter(fleet),
      description: `zeroshift: where the accelerator of fleet ${fleet.name} is`,
      part,
    });
  }

  static operations(scope: Construct, id: string, fleet: Fleet, part: OperationsPart): LocatorParameter {
    return new LocatorParameter(scope, id, {
      name: operationsParameter(fleet),
      description: `zeroshift: where the journal of fleet ${fleet.name} is`,
      part,
    });
  }

  static colour(
    scope: Construct,
    id: string,
    fleet: Fleet,
    region: string,
    colour: Colour,
    part: ColourLocation,
  ): LocatorParameter {
    return new LocatorParameter(scope, id, {
      name: colourParameter(fleet, region, colour),
      description: `zeroshift: where ${colour} of fleet ${fleet.name} is in ${region}`,
      part,
    });
  }
}

/** Every port of the fleet at one host, as the locator writes addresses. */
export const addressesAt = (host: string, ports: readonly number[]): Record<string, string> =>
  Object.fromEntries(ports.map((port) => [String(port), `${host}:${port}`]));
