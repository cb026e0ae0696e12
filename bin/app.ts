import { App } from 'aws-cdk-lib/core';
import { defaultFleetFile, loadFleet } from '../lib/fleet/load-fleet.ts';
import { errorText, ZeroshiftError } from '../lib/messages/error.ts';
import { synthesizeFleet } from '../lib/stacks/fleet-app.ts';

/** The CDK app: the fleet, as CloudFormation templates. `cdk.json` starts it. */

try {
  const app = new App();
  const context = (key: string): unknown => app.node.tryGetContext(key);
  const file = process.env.ZEROSHIFT_FLEET || context('fleet') || defaultFleetFile;
  synthesizeFleet(app, await loadFleet(String(file)));
  app.synth();
} catch (error) {
  if (!ZeroshiftError.is(error)) throw error;
  console.error(errorText(error));
  process.exitCode = error.exitCode;
}
