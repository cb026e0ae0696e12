import { describe, expect, it } from 'vitest';
import { twoClusters, verdictOf, type Writable, wheres } from './two-clusters.ts';

type Steps = readonly (string | number)[];

/** Every field, every item and every value below a part of an object. */
function stepsBelow(value: unknown, path: Steps = []): Steps[] {
  if (typeof value !== 'object' || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, inner]) =>
      stepsBelow(inner, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

const at = (object: Writable, path: Steps): Writable => path.reduce((value, step) => value?.[step], object);

/** How `fieldText` calls it: items with names by these, others by their places. */
function textOf(object: Writable, path: Steps): string {
  let text = '';
  let value = object;
  path.forEach((step) => {
    const named = Array.isArray(value) && value.every((one: Writable) => typeof one?.name === 'string');
    text +=
      typeof step === 'number'
        ? `[${named ? value[step].name : step}]`
        : /^[\w-]+$/.test(step)
          ? `.${step}`
          : `["${step}"]`;
    value = value?.[step];
  });
  return text.replace(/^\./, '');
}

function other(value: unknown): unknown {
  if (typeof value === 'string') return value.includes('@sha256:') ? value.replace(/.$/, 'f') : `${value}x`;
  if (typeof value === 'number') return value + 1;
  return typeof value === 'boolean' ? !value : undefined;
}

const emptyOnes = (value: unknown): boolean =>
  typeof value === 'object' && value !== null && Object.keys(value).length === 0;

interface Part {
  readonly kind: string;
  readonly name: string;
  readonly path: Steps;
  /** How a finding calls the object. */
  readonly prefix: string;
  /** Where fields of its template stand. */
  readonly shown: (text: string) => string;
}

const parts: readonly Part[] = [
  ...(['spec', 'metadata.labels', 'metadata.annotations'] as const).map(
    (path): Part => ({
      kind: 'Service',
      name: 'cart',
      path: path.split('.'),
      prefix: '',
      shown: (text) => text,
    }),
  ),
  ...['cart-00001', 'cart-00002', 'cart-00003'].flatMap((name) =>
    ['spec', 'metadata.labels', 'metadata.annotations'].map(
      (path): Part => ({
        kind: 'Revision',
        name,
        path: path.split('.'),
        prefix: `revision ${name} `,
        shown: (text) => text,
      }),
    ),
  ),
  {
    kind: 'DomainMapping',
    name: 'www.example.com',
    path: ['spec'],
    prefix: 'host www.example.com ',
    shown: (text) => text,
  },
];

/** What only its own cluster says, or is the colour's own affair. */
const isOwn = (text: string): boolean =>
  /serving\.knative\.dev\/(creator|lastModifier|configuration|service|routing|routes)/.test(text) ||
  /autoscaling\.knative\.dev\/(min|initial)-scale|zeroshift\.dev/.test(text);

/** Of a revision what its images were resolved to counts, however they are written. */
const isWrittenImage = ({ kind }: Part, path: Steps): boolean =>
  kind === 'Revision' && path.at(-1) === 'image';

const mutations = parts.flatMap((part) => {
  const object = twoClusters().green.find(part.kind, part.name);
  return stepsBelow(at(object, part.path), part.path)
    .filter((path) => path.length > part.path.length && !emptyOnes(at(object, path)))
    .filter((path) => !isOwn(textOf(object, path)) && !isWrittenImage(part, path))
    .map((path) => ({ part, path, text: textOf(object, path), value: at(object, path) as unknown }));
});

/** Whether some finding names the field, or what it is in, or what is in it. */
const isNamed = (found: readonly string[], prefix: string, text: string): boolean => {
  const full = `${prefix}${text}`;
  return found.some(
    (one) => one === full || one.startsWith(full) || full.startsWith(`${one}.`) || full.startsWith(`${one}[`),
  );
};

describe('a field that is otherwise on the target', () => {
  it('finds none while all that differs differs by nature', async () => {
    const { blue, green } = twoClusters();
    expect(await verdictOf(blue, green)).toMatchObject({
      state: 'same',
      differences: [],
      notReady: [],
      notes: [],
    });
    expect(mutations.length).toBeGreaterThan(200);
  });

  it('is named when its value is another', async () => {
    const missed: string[] = [];
    for (const { part, path, text, value } of mutations) {
      if (typeof value === 'object') continue;
      const { blue, green } = twoClusters();
      green.change(part.kind, part.name, (object) => {
        at(object, path.slice(0, -1))[path.at(-1) ?? ''] = other(value);
      });
      // Another mapping's host or reference is no longer this service's.
      const found = wheres(await verdictOf(blue, green));
      const gone = part.kind === 'DomainMapping' && found.includes('host www.example.com');
      if (!gone && !isNamed(found, part.prefix, renamed(text, path)))
        missed.push(`${part.kind} ${part.name} ${text}: ${found.join(', ')}`);
    }
    expect(missed).toEqual([]);
  });

  it('is named when it is not there', async () => {
    const missed: string[] = [];
    for (const { part, path, text } of mutations) {
      const { blue, green } = twoClusters();
      green.change(part.kind, part.name, (object) => {
        const parent = at(object, path.slice(0, -1));
        const last = path.at(-1) ?? '';
        if (Array.isArray(parent)) parent.splice(Number(last), 1);
        else delete parent[last];
      });
      const found = wheres(await verdictOf(blue, green));
      const gone = part.kind === 'DomainMapping' && found.includes('host www.example.com');
      if (!gone && !isNamed(found, part.prefix, listOf(text)))
        missed.push(`${part.kind} ${part.name} ${text}: ${found.join(', ')}`);
    }
    expect(missed).toEqual([]);
  });

  it('is named when only the target has it', async () => {
    const missed: string[] = [];
    const { green: whole } = twoClusters();
    for (const { kind, name, path: start, prefix } of parts) {
      const object = whole.find(kind, name);
      if (start[0] !== 'spec') continue;
      for (const path of stepsBelow(at(object, start), start)) {
        const value = at(object, path);
        if (typeof value !== 'object' || value === null) continue;
        const { blue, green } = twoClusters();
        green.change(kind, name, (changed) => {
          const inner = at(changed, path);
          if (Array.isArray(inner))
            inner.push(typeof inner[0] === 'string' ? 'more' : { name: 'more', value: '1' });
          else inner.more = '1';
        });
        const found = wheres(await verdictOf(blue, green));
        const text = textOf(object, path);
        if (!isNamed(found, prefix, text)) missed.push(`${kind} ${name} ${text}: ${found.join(', ')}`);
      }
    }
    expect(missed).toEqual([]);
  });

  it.each([
    [
      'autoscaling.knative.dev/max-scale',
      'Revision',
      'cart-00002',
      'revision cart-00002 metadata.annotations["autoscaling.knative.dev/max-scale"]',
    ],
    [
      'networking.knative.dev/visibility',
      'Service',
      'cart',
      'metadata.annotations["networking.knative.dev/visibility"]',
    ],
  ])('is named when it is Knative’s %s, on a %s', async (key, kind, name, where) => {
    const { blue, green } = twoClusters();
    green.change(kind, name, ({ metadata }) => {
      metadata.annotations[key] = '1';
    });
    expect(wheres(await verdictOf(blue, green))).toEqual([where]);
  });
});

/** A name that is another makes one item missing, and one too many. */
const renamed = (text: string, path: Steps): string =>
  path.at(-1) === 'name' ? text.replace(/\.name$/, '') : text;
/** Without one of them, or without a name, the items of a list are told by their places. */
const listOf = (text: string): string => text.replace(/\[[^[]+\]\.name$/, '').replace(/\[\d+\]$/, '');

/** What its controllers say. */
const statuses: readonly [string, string, string, (object: Writable) => unknown, string][] = [
  [
    'the share of a revision',
    'Service',
    'cart',
    ({ status }) => {
      status.traffic[0].percent = 30;
      status.traffic[1].percent = 70;
    },
    'traffic to cart-00002: 30 % instead of 20 %',
  ],
  [
    'a tag',
    'Service',
    'cart',
    ({ status }) => {
      status.traffic[1].tag = undefined;
    },
    'traffic tag current: nothing instead of cart-00003',
  ],
  [
    'a tag that leads elsewhere',
    'Service',
    'cart',
    ({ status }) => {
      status.traffic[0].tag = 'current';
      status.traffic[1].tag = undefined;
    },
    'traffic tag current: cart-00002 instead of cart-00003',
  ],
  [
    'its address',
    'Service',
    'cart',
    ({ status }) => {
      status.url = 'http://cart.shop.other.com';
    },
    'status.url: http://cart.shop.other.com instead of http://cart.shop.example.com',
  ],
  [
    'the address of a tag',
    'Service',
    'cart',
    ({ status }) => {
      status.traffic[1].url = 'http://x.example.com';
    },
    'status.url of tag current: http://x.example.com instead of http://current-cart.shop.example.com',
  ],
  [
    'the generation',
    'Configuration',
    'cart',
    ({ metadata }) => {
      metadata.generation = 2;
    },
    'configuration metadata.generation: 2 instead of 3 at least',
  ],
  [
    'a digest',
    'Revision',
    'cart-00002',
    ({ status, spec }) => {
      status.containerStatuses[0].imageDigest = `ghcr.io/acme/cart@sha256:${'9'.repeat(64)}`;
      spec.containers[0].image = 'ghcr.io/acme/cart:2';
    },
    `revision cart-00002 spec.containers[app].image: "@sha256:${'9'.repeat(64)}" instead of "@sha256:32`,
  ],
  ...(['containerStatuses', 'initContainerStatuses'] as const).flatMap((list) =>
    (list === 'containerStatuses' ? ['app', 'sidecar'] : ['migrate']).map(
      (container, index): (typeof statuses)[number] => [
        `a digest of ${container}`,
        'Revision',
        'cart-00001',
        ({ status }) => {
          status[list][index].imageDigest = `ghcr.io/acme/x@sha256:${'9'.repeat(64)}`;
        },
        `revision cart-00001 spec.${list === 'containerStatuses' ? 'containers' : 'initContainers'}[${container}].image: "@sha256:999`,
      ],
    ),
  ),
  [
    'a tag that was not resolved',
    'Revision',
    'cart-00003',
    ({ status, spec }) => {
      status.containerStatuses = undefined;
      spec.containers[0].image = 'ghcr.io/acme/cart:3';
    },
    'revision cart-00003 spec.containers[app].image: "ghcr.io/acme/cart:3" instead of "@sha256:33',
  ],
  [
    'the owner of a revision',
    'Revision',
    'cart-00001',
    ({ metadata }) => {
      metadata.ownerReferences[0].uid = 'blue-cart-configuration';
    },
    'revision cart-00001: not owned by the configuration cart of this cluster',
  ],
  [
    'a generation that an update would adopt',
    'Revision',
    'cart-00001',
    ({ metadata }) => {
      metadata.labels['serving.knative.dev/configurationGeneration'] = '4';
    },
    'revision cart-00001: carries generation 4 while the configuration is at 3',
  ],
];

it.each(statuses)('%s is named', async (_, kind, name, change, text) => {
  const { blue, green } = twoClusters();
  green.change(kind, name, change);
  const { state, differences } = await verdictOf(blue, green);
  expect(state).toBe('different');
  expect(differences.map(({ where, says }) => `${where}: ${says}`)).toContainEqual(
    expect.stringContaining(text),
  );
});
