/**
 * The lane's programs: which there are, and how plain Go makes them from the `go.mod` files here. What runs them belongs
 * in `../node` and `../images`.
 */
export { buildPrograms, type Programs } from './build.ts';
export {
  coredns,
  type GoProgram,
  type KnativeRelease,
  keeper,
  knativePrograms,
  knativeReleases,
  kubectl,
  kubernetesPrograms,
  kubernetesVersion,
  ownProgram,
} from './catalogue.ts';
export { goVersion } from './go.ts';
