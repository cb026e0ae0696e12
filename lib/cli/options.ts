import type { Command } from 'commander';

/** Options that every verb has. */
export interface OutputOptions {
  readonly json?: boolean;
  /** False with `--no-color`. */
  readonly color: boolean;
}

/** Options of the verbs that act on a fleet. */
export interface FleetOptions extends OutputOptions {
  readonly fleet?: string;
}

/** Options of the verbs that read a fleet's live parts. */
export interface LocatedOptions extends FleetOptions {
  readonly locator?: string;
}

/** Options of the verbs that act on a fleet's live parts. */
export interface LiveOptions extends LocatedOptions {
  /** @default - the locator's table, else `.zeroshift` */
  readonly state?: string;
}

export const withOutput = (command: Command): Command =>
  command
    .option('--json', 'print events, one JSON object a line')
    .option('--no-color', 'print without colour (NO_COLOR does the same)');

export const withFleet = (command: Command): Command =>
  withOutput(command).option('--fleet <file>', 'the fleet definition (default: fleet.config.ts)');

export const withLocator = (command: Command): Command =>
  withFleet(command).option(
    '--locator <file>',
    "the locator, as `rehearse --keep` writes it (default: the fleet's, from SSM)",
  );

export const withLive = (command: Command): Command =>
  withLocator(command).option(
    '--state <place>',
    "where plans, journals and the lease are kept: a folder, or dynamodb:REGION/TABLE (default: the locator's table, else .zeroshift)",
  );

/** For a command that has the options of a locator already. */
export const withColour = (command: Command): Command =>
  command
    .option('--colour <colour>', 'blue or green; must be given')
    .option('--region <region>', 'only there (default: every region of the locator)');
