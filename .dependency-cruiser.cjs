/**
 * The order of the house: a folder may import those before it, never those after it.
 * `packet` to `overlay` are the simulated kernel, which knows nothing of Kubernetes.
 */
const KERNEL = ['packet', 'sim', 'route', 'netfilter', 'netns', 'sockets', 'bridge', 'overlay']
const ORDER = [
  ...KERNEL,
  'trace',
  'commands',
  'kubernetes',
  'kubeproxy',
  'cluster',
  'console',
  'snapshot',
  'diagnose',
  'testing',
  'lab',
  'collect',
  'cli',
]
/** Only these run on Node alone; the rest runs in a browser too. */
const ON_NODE = ['lab', 'collect', 'cli']

const inside = (folders) => `^src/(${folders.join('|')})/`

const layers = ORDER.slice(0, -1).map((folder, position) => ({
  name: `${folder}-imports-only-lower-folders`,
  comment: `src/${folder} may import: ${ORDER.slice(0, position).join(', ') || 'no other folder'}.`,
  severity: 'error',
  from: { path: inside([folder]) },
  to: { path: inside(ORDER.slice(position + 1)) },
}))

module.exports = {
  forbidden: [
    ...layers,
    {
      name: 'no-circles',
      comment: 'Two files that import each other are one file, or hide a third. Type imports count.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-import-of-the-front-door',
      comment: 'src/index.ts and src/kernel.ts are for users; inside, import the folder that owns the name.',
      severity: 'error',
      from: { path: inside(ORDER) },
      to: { path: '^src/[^/]+\\.ts$' },
    },
    {
      name: 'kernel-front-door-is-kernel-only',
      comment: 'kubehop/kernel has no Kubernetes in it.',
      severity: 'error',
      from: { path: '^src/kernel\\.ts$' },
      to: { path: '^src/', pathNot: inside([...KERNEL, 'trace', 'commands']) },
    },
    {
      name: 'library-leaves-node-parts-alone',
      severity: 'error',
      from: { path: '^src/[^/]+\\.ts$' },
      to: { path: inside(ON_NODE) },
    },
    {
      name: 'no-node-builtins',
      comment: `The core runs in a browser: node: only in ${ON_NODE.join(', ')}.`,
      severity: 'error',
      from: { path: '^src/', pathNot: inside(ON_NODE) },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'kernel-packages',
      comment: 'The simulated kernel needs addresses at its edge and snapshots, nothing else.',
      severity: 'error',
      from: { path: inside(KERNEL) },
      to: { dependencyTypes: ['npm'], pathNot: '^node_modules/(ip-num|netmask|immer)/' },
    },
    {
      name: 'no-development-packages',
      comment: 'What src imports, users must get. fast-check is an optional peer of kubehop/testing.',
      severity: 'error',
      from: { path: '^src/', pathNot: inside(['testing']) },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'testing-needs-no-runner',
      comment: 'The matchers are plain functions: no import of vitest or jest.',
      severity: 'error',
      from: { path: inside(['testing']) },
      to: { path: '^node_modules/(vitest|@vitest|jest|@jest|expect)/' },
    },
    {
      name: 'known-folders',
      comment: 'A new folder gets its place in the order of .dependency-cruiser.cjs.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: inside(ORDER) },
      to: {},
    },
    {
      name: 'resolvable',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
