import { Command, CommanderError, Option } from 'commander';
import { exitCodes } from '../messages/error.ts';
import { sayFailure } from './failure.ts';
import { type OutputOptions, withColour, withFleet, withLive, withLocator, withOutput } from './options.ts';
import { createOutput, type Output } from './output.ts';
import { wantsColor } from './paint.ts';
import { usageError } from './usage.ts';

/** What a verb is given, and what it gives back: the exit code. */
type Verb<O> = (output: Output, options: O, argument?: string) => Promise<number>;

/** Runs the command. Returns the exit code; never throws for a user's mistake. */
export async function main(argv: readonly string[], version: string): Promise<number> {
  let exit: number = exitCodes.done;
  const run =
    <O extends OutputOptions>(load: () => Promise<Verb<O>>, live = false) =>
    async (...given: unknown[]): Promise<void> => {
      const command = given.at(-1) as Command;
      const options = command.opts() as O;
      const argument = given.length > 2 ? (given[0] as string | undefined) : undefined;
      exit = await runVerb(options, live, async (output) => (await load())(output, options, argument));
    };
  const program = new Command('zeroshift')
    .description(
      'Replaces whole EKS clusters running Knative, blue/green, under live traffic, without losing a request.',
    )
    .version(version)
    .exitOverride()
    // What is wrong is said as every other failure is; a help that nobody asked for is no event.
    .configureOutput({ outputError: () => {}, ...(argv.includes('--json') ? { writeErr: () => {} } : {}) });

  withOutput(program.command('rehearse'))
    .description('rehearse a whole cutover on this machine: accelerator, two clusters, load')
    .option('--fleet <file>', 'the fleet to rehearse (default: fleet.config.ts, else the example)')
    .option(
      '--fault <fault>',
      'put a fault in: bad-green answers errors from the first step on that gives it 25 % or more',
    )
    .option('--contexts <blue,green>', 'rehearse on two clusters that these contexts of a kubeconfig lead to')
    .option(
      '--kubeconfig <file>',
      'the kubeconfig of the contexts (default: KUBECONFIG, else ~/.kube/config)',
    )
    .option('--keep', 'leave everything up afterwards, until Ctrl-C')
    .option('--out <folder>', 'where to write (default: a new folder below .zeroshift/rehearsals)')
    .option('--seed <number>', 'seed of everything that is drawn by chance', '1')
    .action(run(async () => (await import('./verbs/rehearse.ts')).rehearseVerb, true));
  withFleet(program.command('synth'))
    .description('write the manifests of both colours, and what Argo CD needs')
    .option('--out <folder>', 'where to write, a folder for each colour (default: dist, or moved)')
    .option(
      '--inventory <file>',
      'what `inventory -o yaml` wrote, as manifests for the other colour, instead',
    )
    .option('--history <words...>', 'with --inventory: namespace/name=migrated, or =latest')
    .option('--check', 'write nothing; exit 3 when something would change')
    .addOption(
      new Option('--prune', 'remove what was written before and is not made any more').conflicts('check'),
    )
    .action(run(async () => (await import('./verbs/synth.ts')).synthVerb));
  withColour(withLocator(program.command('diff')))
    .description("compare a colour's definition with its live clusters; changes nothing")
    .action(run(async () => (await import('./verbs/diff.ts')).diffVerb));
  withColour(withLocator(program.command('try')))
    .description("send a request through one colour's entrance, whatever its weight")
    .argument('<host>', 'HOST, HOST/PATH, or a URL with https://, as a client would call the service')
    .action(run(async () => (await import('./verbs/try.ts')).tryVerb));
  withLocator(program.command('doctor'))
    .description('say what must be true before a deployment and before a cutover; changes nothing')
    .option('--colour <colour>', 'only what this one must be (default: both, and what differs between them)')
    .option('--region <region>', 'only there (default: every region of the locator)')
    .action(run(async () => (await import('./verbs/doctor.ts')).doctorVerb));
  withColour(withLive(program.command('prune')))
    .description("list what left a colour's definition, and delete it when asked")
    .option('--yes', 'delete without asking; never while the colour has weight, requests or a cutover')
    .action(run(async () => (await import('./verbs/prune.ts')).pruneVerb));
  withColour(withLocator(program.command('inventory')))
    .description('list what a colour holds: what has to move, what does not and why; changes nothing')
    .option('--namespace <name...>', "only these namespaces (default: all but the system's)")
    .option('--selector <labels>', 'only what has these labels, and what that needs: app=shop,tier!=test')
    .option('--history', 'all revisions, those that retention would let go as well')
    .option('-o, --output <format>', 'table, yaml or json (default: table)')
    .action(run(async () => (await import('./verbs/inventory.ts')).inventoryVerb));
  withLive(program.command('migrate'))
    .description('make one colour hold what the other holds, and wait until its services are ready')
    .option('--to <colour>', 'blue or green; must be given')
    .option('--from <source>', 'the other one, or a file with exported services')
    .option('--region <region>', 'only there (default: every region of the locator)')
    .option('--namespace <name...>', "only these namespaces (default: all but the system's)")
    .option('--selector <labels>', 'only what has these labels, and what that needs: app=shop,tier!=test')
    .option('--copy-managed <kind...>', 'take these kinds along though others deliver or make them')
    .option('--dry-run', 'only plan; exit 3 when something would be made')
    .addOption(
      new Option('--out <file>', 'only plan, and write the plan to this file').implies({ dryRun: true }),
    )
    .addOption(
      new Option('--plan <file>', 'carry out a plan that --out wrote, if it still holds').conflicts([
        'dryRun',
        'out',
        'namespace',
        'selector',
        'copyManaged',
      ]),
    )
    .addOption(
      new Option('--verify', 'only say whether each service is the same there; changes nothing').conflicts([
        'dryRun',
        'out',
        'plan',
        'copyManaged',
        'selector',
      ]),
    )
    .option('--get <path...>', 'with --verify: compare the answers to these paths too')
    .addOption(
      new Option('--follow', 'keep it so until the cutover ends, or Ctrl-C').conflicts([
        'dryRun',
        'out',
        'plan',
        'verify',
      ]),
    )
    .addOption(
      new Option('--release', 'let go of what was applied, once the cutover is finalized').conflicts([
        'dryRun',
        'out',
        'plan',
        'selector',
        'copyManaged',
        'verify',
        'follow',
      ]),
    )
    .action(run(async () => (await import('./verbs/migrate.ts')).migrateVerb, true));
  withOutput(program.command('validate'))
    .description("judge services and config maps as Knative's webhook would, without a cluster")
    .requiredOption('-f, --file <file...>', 'files, folders, or - for the standard input')
    .option('--fleet <file>', "judge under the settings of both colours of this fleet (default: upstream's)")
    .option('--strict', 'refuse unknown fields')
    .option('--each', 'judge every document on its own, config maps too')
    .option('--release <version>', 'the Knative release whose rules hold (default: the newest known)')
    .action(run(async () => (await import('./verbs/validate.ts')).validateVerb));
  withLive(program.command('plan'))
    .description('make a cutover plan from what is true now; changes nothing else')
    .option('--to <colour>', 'the colour to move to (default: the one that is not live)')
    .option('--schema', "only print the plan's JSON Schema")
    .action(run(async () => (await import('./verbs/plan.ts')).planVerb));
  withLive(program.command('cutover'))
    .description('run a plan (default: the newest)')
    .argument('[plan]', 'a file that `plan` wrote')
    .option('--resume', 'go on with the cutover that was stopped, held or killed')
    .addOption(
      new Option('--adopt', 'go on; what somebody else changed is what a rollback goes back to').conflicts(
        'overwrite',
      ),
    )
    .option('--overwrite', 'go on over what somebody else changed: the share is given again')
    .option('--dry-run', 'only say what would be done, step by step; exit 3 when there is something')
    .action(run(async () => (await import('./verbs/cutover.ts')).cutoverVerb, true));
  withLive(program.command('status'))
    .description('show weights and the last cutover; changes nothing')
    .option('--watch', 'go on showing what changes, until the cutover has ended or waits for a person')
    .action(run(async () => (await import('./verbs/status.ts')).statusVerb));
  withLive(program.command('pause'))
    .description('let no step of the cutover go on; what has traffic is watched')
    .action(run(async () => (await import('./verbs/pause.ts')).pauseVerb));
  withLive(program.command('resume'))
    .description('let a paused cutover go on')
    .action(run(async () => (await import('./verbs/resume.ts')).resumeVerb));
  withLive(program.command('promote'))
    .description('do not wait for the rest of a bake; its gates decide all the same')
    .argument('[step]', 'the step that is meant (default: the one that it is in)')
    .action(run(async () => (await import('./verbs/promote.ts')).promoteVerb));
  withLive(program.command('approve'))
    .description('approve a step of the cutover')
    .argument('[step]', 'the step that is meant (default: the one that waits)')
    .action(run(async () => (await import('./verbs/approve.ts')).approveVerb));
  withLive(program.command('history'))
    .description('list the cutovers of the fleet and what they came to; changes nothing')
    .action(run(async () => (await import('./verbs/history.ts')).historyVerb));
  withLive(program.command('report'))
    .description('write what happened in a cutover as Markdown; changes nothing')
    .argument('[id]', 'of its plan (default: the last)')
    .action(run(async () => (await import('./verbs/report.ts')).reportVerb));
  withLive(program.command('show'))
    .description('show a plan, and whether its facts still hold; changes nothing')
    .argument('[plan]', 'a file that `plan` wrote (default: the newest)')
    .action(run(async () => (await import('./verbs/show.ts')).showVerb));
  withLive(program.command('runbook'))
    .description(
      'print a plan as a document to be followed by hand, with aws and kubectl alone; changes nothing',
    )
    .argument('[plan]', 'a file that `plan` wrote (default: the newest)')
    .action(run(async () => (await import('./verbs/runbook.ts')).runbookVerb));
  withLive(program.command('rollback'))
    .description('go back to the weights of the start')
    .option('--dry-run', 'only say what would be done; exit 3 when there is something')
    .action(run(async () => (await import('./verbs/rollback.ts')).rollbackVerb, true));
  withLive(program.command('finalize'))
    .description('end a completed cutover: give up the way back, once the source is empty')
    .option('--dry-run', 'only say what would be done; exit 3 when there is something')
    .action(run(async () => (await import('./verbs/finalize.ts')).finalizeVerb, true));

  try {
    await program.parseAsync([...argv], { from: 'user' });
    return exit;
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCodes.done;
    // The options were not read: that is what is wrong.
    const options = { json: argv.includes('--json'), color: !argv.includes('--no-color') };
    return runVerb(options, false, async () => {
      throw usageError(error, argv);
    });
  }
}

async function runVerb(
  options: OutputOptions,
  live: boolean,
  verb: (output: Output) => Promise<number>,
): Promise<number> {
  const { stdout, stderr, env } = process;
  const color = wantsColor(options.color, stdout, env);
  const json = options.json === true;
  const draws = live && !json && stdout.isTTY === true && env.TERM !== 'dumb';
  const screen = draws ? await (await import('./live/screen.ts')).createScreen(stdout, color) : undefined;
  const output = createOutput({
    json,
    color,
    stdout,
    stderr,
    now: () => new Date(),
    ...(screen === undefined ? {} : { live: screen }),
  });
  try {
    return await verb(output);
  } catch (error) {
    return sayFailure(output, error);
  } finally {
    output.close();
  }
}
