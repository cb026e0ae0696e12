import { app, appImage } from '../app/index.ts';
import { controllerImage, gatewayImage, ingressController, installEnvoy } from '../gateway/index.ts';
import type { ImageContent, Registry } from '../images/index.ts';
import { withLock } from '../machine/index.ts';
import { buildPrograms, type GoProgram, type KnativeRelease, knativePrograms } from '../programs/index.ts';
import type { ImageFor } from './localize.ts';

/** An image of one program, where upstream's images have it. */
const programImage = (name: string, binary: string): ImageContent => ({
  files: [{ to: `/ko-app/${name}`, from: binary }],
  entrypoint: [`/ko-app/${name}`],
});

interface Declared {
  readonly name: string;
  /** The end of the name of the image that it stands for. @default - none */
  readonly upstream?: string;
  readonly content: ImageContent;
}

/** All programs that a cluster with Knative needs beyond its own parts. */
export const imagePrograms = (release: KnativeRelease): GoProgram[] => [
  ...knativePrograms(release),
  ingressController,
  app,
];

async function declared(release: KnativeRelease, progress: (line: string) => void): Promise<Declared[]> {
  const programs = await buildPrograms(imagePrograms(release), progress);
  const envoy = await installEnvoy(progress);
  const knative = knativePrograms(release).map((program) => ({
    name: `knative/${release}/${program.name}`,
    upstream: program.package,
    content: programImage(program.name, programs(program)),
  }));
  return [
    ...knative,
    {
      name: 'kourier',
      upstream: 'net-kourier/cmd/kourier',
      content: controllerImage(programs(ingressController)),
    },
    { name: 'envoy', upstream: 'envoyproxy/envoy', content: await gatewayImage(envoy) },
    { name: 'app', content: appImage(programs(app)) },
  ];
}

/**
 * Builds what is missing, puts all images into the registry, and tells which stands for which of upstream's.
 * @throws ZeroshiftError `lane.program-failed`, `lane.busy`, `lane.registry`
 */
export async function pushImages(
  registry: Registry,
  release: KnativeRelease,
  progress: (line: string) => void,
): Promise<ImageFor> {
  const images = await declared(release, progress);
  const pinned = new Map<string, string>();
  // Both clusters' registries have one folder: the second finds what the first has put there.
  const waiting = () => progress('another command fills the registry: waiting for it');
  await withLock('images', 120, waiting, async () => {
    for (const { name, upstream, content } of images) {
      const pushed = await registry.push(name, 'lane', content);
      if (upstream !== undefined) pinned.set(upstream, pushed.pinned);
    }
  });
  return (image) => {
    const name = image.replace(/@.*$|:[^/]*$/, '');
    return [...pinned].find(([end]) => name.endsWith(`/${end}`))?.[1];
  };
}
