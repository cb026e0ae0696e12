import type { Replacement } from './pool.ts';

/** A bug that somebody could make, planted in the engine as it is built for the simulation. */
export interface Mutant {
  readonly name: string;
  readonly replacements: readonly Replacement[];
}

const mutant = (name: string, file: string, text: string, by: string): Mutant => ({
  name,
  replacements: [{ file: `lib/cutover/${file}`, text, by }],
});

const issue =
  "  if (hasEffect(command) && state.pending !== command) await record({ type: 'issued', command });";

/** Each is found by the simulation, or the simulation proves nothing. */
export const mutants: readonly Mutant[] = [
  {
    name: 'an effect before its intent',
    replacements: [
      { file: 'lib/cutover/runner.ts', text: issue, by: '' },
      {
        file: 'lib/cutover/runner.ts',
        text: '    result = await perform(plan, command, ports);',
        by: `    result = await perform(plan, command, ports);\n${issue}`,
      },
    ],
  },
  mutant(
    'fsync dropped',
    'journal.ts',
    '      await this.handle.append(bytes);\n      await this.handle.sync();',
    '      await this.handle.append(bytes);',
  ),
  {
    name: 'fencing ignored',
    replacements: [
      { file: 'lib/cutover/lease.ts', text: 'if (newest !== token)', by: 'if (newest === -token)' },
      {
        file: 'lib/cutover/store/dynamodb-lease.ts',
        text: 'if (newest?.id === id) return;',
        by: "if (newest?.id !== '') return;",
      },
    ],
  },
  mutant(
    'a torn line stays in the journal',
    'journal.ts',
    'if (torn > 0) await handle.truncate(length);',
    '',
  ),
  mutant(
    'the hash chain is not checked',
    'journal.ts',
    'record !== undefined && isWhole(record, line);',
    'record !== undefined;',
  ),
  mutant(
    'no read-back',
    'perform/set-weights.ts',
    '  const { endpoints: after } = await traffic.readGroup(facts.endpointGroupArn);',
    '  const after = next;',
  ),
  mutant(
    "others' endpoints dropped",
    'perform/set-weights.ts',
    '    replaceWeights(found, new Map(Object.entries(command.weights))),\n  );\n  const',
    '    replaceWeights(found, new Map(Object.entries(command.weights))).filter(({ id }) => id in command.weights),\n  );\n  const',
  ),
  mutant(
    'both weights 0 for a moment',
    'perform/set-weights.ts',
    '  await traffic.writeGroup(\n',
    '  await traffic.writeGroup(facts.endpointGroupArn, found.map((one) => (one.id in command.weights ? { ...one, weight: 0 } : one)));\n  await traffic.writeGroup(\n',
  ),
  mutant(
    'a foreign change overwritten',
    'perform/set-weights.ts',
    'if (!allowed.some((endpoints) => endpointDifferences(endpoints, found).length === 0))',
    'if (allowed.length === 0)',
  ),
  mutant(
    'weight for an unhealthy colour alone',
    'invariants.ts',
    'if (healthy.length > 0 && !next.some(',
    'if (healthy.length > 9 && !next.some(',
  ),
  mutant(
    'NaN passes',
    'perform/counted.ts',
    'if (wrong === undefined) return sample;',
    'if (wrong !== "") return sample;',
  ),
  mutant(
    'no data passes',
    'gates/gate-result.ts',
    "gates.some(({ verdict }) => verdict === 'inconclusive')",
    "gates.every(({ verdict }) => verdict === 'inconclusive')",
  ),
  mutant(
    'a failing gate ignored in the hold',
    'decide-watch.ts',
    "  if (verdict === 'pass') return undefined;",
    "  if (verdict === 'pass' || (verdict === 'fail' && step.endsWith('/hold'))) return undefined;",
  ),
  mutant(
    'a bake skipped on resume',
    'evolve.ts',
    '      ...emptyProgress(at),\n      ...keptHooks(state.progress),\n      // Each',
    '      ...emptyProgress(at),\n      promoted: true,\n      ...keptHooks(state.progress),\n      // Each',
  ),
  mutant(
    'a target not verified again after a stop',
    'evolve.ts',
    '{ ...there, verified: false, ...(following',
    '{ ...there, ...(following',
  ),
  mutant('a stale plan accepted', 'operate.ts', '    await checkFacts(props.plan, props.ports);\n', ''),
  mutant(
    'a forward change while another is under way',
    'decide-shift.ts',
    "if (!there.deployed || progress.done['deployment-status'] === undefined)",
    'if (there.endpoints.length === 0)',
  ),
  mutant(
    'a rollback that forgets a region',
    'decide-back.ts',
    'const regions = [...plan.regions].sort(',
    'const regions = [...plan.regions].slice(0, 1).sort(',
  ),
  mutant(
    'a rollback that waits',
    'decide-back.ts',
    '  // A rollback does not wait for a change that is under way.\n',
    '  if (!there.deployed) return deployedBack(plan, region, there, way, state.progress.enteredAt, now);\n',
  ),
  mutant(
    'a rollback that does not drain',
    'decide-back.ts',
    'if (!there.shifted || there.drained.includes(plan.to) || !isEmpty) return undefined;',
    'if (isEmpty || !isEmpty) return undefined;',
  ),
  mutant(
    'floors not put back',
    'decide-back.ts',
    '[regionBack, followingBack, lastLook, floorsBack, nodesBack]',
    '[regionBack, followingBack, lastLook, nodesBack]',
  ),
  mutant(
    'nodes not given back',
    'decide-back.ts',
    '[regionBack, followingBack, lastLook, floorsBack, nodesBack]',
    '[regionBack, followingBack, lastLook, floorsBack]',
  ),
  mutant(
    'finalized over traffic',
    'decide-finalize.ts',
    'if (source.requests > 0 || open > 0)',
    'if (source.requests < 0)',
  ),
  mutant(
    'a step entered that nobody approved',
    'decide-forward.ts',
    'if (plan.approvals?.includes(next.id) === true && state',
    'if (plan.approvals?.includes(next.id) === true && state.awaiting === undefined && state',
  ),
  mutant(
    'a veto ignored',
    'evolve.ts',
    "const veto = result.when === 'before' && result",
    "const veto = result.when !== 'before' && result",
  ),
  mutant(
    'weight for a target that is behind',
    'decide-follow.ts',
    "if (maxLag === undefined || following?.is !== 'on') return undefined;",
    "if (maxLag !== '') return undefined;",
  ),
  mutant(
    "the team's own gate not judged",
    'gates.ts',
    '    ...own(region, policy.gates.own ?? [], evidence.last.own),\n',
    '',
  ),
  mutant(
    'a wave that begins without the bake of the one before',
    'decide-forward.ts',
    'return watch(plan, whole(step), progress, regions, now, milliseconds(policy.waveBake ?? policy.bake));',
    'return undefined;',
  ),
  mutant(
    'a command from elsewhere done before it is journaled',
    'runner.ts',
    '    const event = takenAs(plan, state(), mail);\n',
    '    const event = takenAs(plan, state(), mail);\n    await done();\n',
  ),
];
