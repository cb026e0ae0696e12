import type { DefinitionPort } from '../../clusters/definition-port.ts';
import type { PlannedObject, RegionPlan } from '../plan/plan.ts';
import { type AdmissionProps, askAdmission } from './admission.ts';
import { type ApplyProps, applyMigration } from './apply-migration.ts';
import type { ApplyPort } from './guarded-port.ts';

export interface OpenProps extends Omit<AdmissionProps, 'target' | 'opened'>, Pick<ApplyProps, 'signal'> {
  readonly target: ApplyPort & Pick<DefinitionPort, 'dryRun'>;
}

/**
 * Makes the namespaces that come with a plan, and nothing else, and asks the target for what is to be in them: it can say
 * nothing of that before they are there. What it would not take is refused in the plan that is given back.
 * @throws what the ports throw
 */
export async function openNamespaces(props: OpenProps): Promise<RegionPlan> {
  const { plan, source, target, clock, signal } = props;
  const made = plan.objects.filter(isNewNamespace);
  if (made.length === 0) return plan;
  const { objects } = await applyMigration({
    plan: { ...plan, objects: made },
    source,
    target,
    ...(clock === undefined ? {} : { clock }),
    ...(signal === undefined ? {} : { signal }),
  });
  // One that could not be made is said once more, with all that needs it, when the plan is carried out.
  const opened = new Set(objects.flatMap(({ name, outcome }) => (outcome === 'applied' ? [name] : [])));
  return opened.size === 0 ? plan : askAdmission({ ...props, opened });
}

const isNewNamespace = ({ apiVersion, kind, verdict }: PlannedObject): boolean =>
  verdict === 'create' && apiVersion === 'v1' && kind === 'Namespace';
