import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { service } from '../../../constructs/knative/crds/service.ts';
import { release } from '../../../constructs/knative/index.ts';
import {
  neededSettings,
  neededSettingsOf,
  renderService,
  serviceProblems,
} from '../../../constructs/service/index.ts';
import { serviceKinds } from '../../../constructs/service/shape.ts';
import { servingContext, validateObject, validateService } from '../../../lib/validation/index.ts';
import { arbitraryService } from '../../helpers/arbitrary-services.ts';
import { schemaProblems } from '../../helpers/structural-schema.ts';

const { spec: schema } = service(release('1.23.0'));

describe('what the typed constructs accept', () => {
  it('validation accepts, and the schema of the custom resource: 1000 services', () => {
    const accepted = { services: 0 };
    const drawnProps = new Set<string>();
    fc.assert(
      fc.property(arbitraryService, (props) => {
        for (const prop of Object.keys(props)) drawnProps.add(prop);
        const problems = serviceProblems(props);
        expect(problems, JSON.stringify(props)).toEqual([]);
        accepted.services++;
        const object = renderService(props);
        const settings = neededSettings(props);
        expect(neededSettingsOf(object)).toEqual(settings);
        const { errors, warnings } = validateObject(object, servingContext(settings));
        expect(errors, JSON.stringify(props)).toEqual([]);
        // A field that Knative does not know would be dropped without a word.
        expect(warnings.filter(({ code }) => code === 'field.unknown')).toEqual([]);
        expect(validateService(object, settings)).toEqual([]);
        expect(schemaProblems(object.spec, schema), JSON.stringify(props)).toEqual([]);
      }),
      { numRuns: 1000, seed: 20_261_124 },
    );
    expect(accepted.services).toBe(1000);
    // Whatever prop comes next is to be drawn too.
    expect([...drawnProps].sort()).toEqual(Object.keys(serviceKinds).sort());
  });
});
