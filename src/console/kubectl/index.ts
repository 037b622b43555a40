import type { Program, ProgramContext } from '../../commands/index.ts'
import { type ClusterObjects, editDistance } from '../../kubernetes/index.ts'
import { UnsupportedError } from '../../packet/errors.ts'
import type { CommandLine, Flags } from '../pflag.ts'
import { DESCRIBE_FLAGS, describe } from './describe/index.ts'
import { KubectlError } from './errors.ts'
import { GLOBAL_FLAGS, readFlags } from './flags.ts'
import { GET_FLAGS, get } from './get.ts'

/*
 * kubectl, as far as it looks at a cluster: `get` and `describe`. Tables are those that today's API servers make (pkg/printers/internalversion), laid out as
 * kubectl does. What a simulated cluster does not know is `<unknown>`: how old something is, which version a kubelet has.
 */

/** The cluster that it looks at. */
export interface KubectlView {
  readonly objects: ClusterObjects
  /** The namespace of names that have none. */
  readonly namespace: string
}

type Verb = (line: CommandLine, home: string, objects: ClusterObjects, context: ProgramContext) => number

const VERBS: Readonly<Record<string, { readonly run: Verb; readonly flags: Flags }>> = {
  get: { run: get, flags: GET_FLAGS },
  describe: { run: describe, flags: DESCRIBE_FLAGS },
}

const CHANGE = 'change the manifest, and open it again'
/** What kubectl does besides (`kubectl --help`), and what to do here. */
const OTHER_VERBS: Readonly<Record<string, string>> = {
  create: CHANGE,
  expose: CHANGE,
  run: CHANGE,
  set: CHANGE,
  explain: 'see https://kubernetes.io/docs/reference/kubernetes-api/',
  edit: CHANGE,
  delete: CHANGE,
  rollout: CHANGE,
  scale: CHANGE,
  autoscale: CHANGE,
  certificate: CHANGE,
  'cluster-info': 'try kubectl get nodes -o wide',
  top: 'nothing uses memory or time here',
  cordon: CHANGE,
  uncordon: CHANGE,
  drain: CHANGE,
  taint: CHANGE,
  logs: 'no containers run in simulated pods',
  attach: 'go into the pod: use pod/NAME',
  exec: 'go into the pod: use pod/NAME; or kubehop exec -f FILE pod/NAME -- COMMAND',
  'port-forward': 'send from where you are: nc, curl, trace',
  proxy: 'send from where you are: nc, curl, trace',
  cp: 'go into the pod and write there: use pod/NAME',
  auth: 'nobody is refused here',
  debug: 'go into the pod, all commands are there: use pod/NAME',
  events: 'nothing is recorded; trace shows what happens to packets',
  diff: CHANGE,
  apply: CHANGE,
  patch: CHANGE,
  replace: CHANGE,
  wait: 'everything is there already',
  kustomize: 'build the manifests first, and open them',
  label: CHANGE,
  annotate: CHANGE,
  completion: 'the Tab key completes at this prompt',
  'api-resources': 'there are nodes, namespaces, pods, services, endpoints, endpointslices',
  'api-versions': 'there are v1 and discovery.k8s.io/v1',
  config: 'there is one cluster, that of the manifests; its namespace is --namespace',
  options: 'kubectl get takes -n, -A, -l, -o wide|yaml|json|name, --no-headers, --show-labels',
  plugin: 'there are get and describe',
  version: 'a simulated cluster has no version',
}

/** `kubectl` for a cluster. @param view asked each time, so that it may change */
export function kubectl(view: () => KubectlView): Program {
  return (args, context) => {
    try {
      return run(args, view(), context)
    } catch (error) {
      if (!(error instanceof KubectlError)) throw error
      context.stderr.write(`${error.message}\n`)
      return 1
    }
  }
}

function run(args: readonly string[], { objects, namespace }: KubectlView, context: ProgramContext): number {
  const at = verbPosition(args)
  const name = args[at]
  if (name === undefined) {
    readFlags(args, GLOBAL_FLAGS, '')
    context.stdout.write(HELP)
    return 0
  }
  const verb = Object.hasOwn(VERBS, name) ? VERBS[name] : undefined
  if (verb === undefined) return otherVerb(name)
  const line = readFlags(args.toSpliced(at, 1), verb.flags, name)
  if (line.flags.has('help')) {
    context.stdout.write(HELP)
    return 0
  }
  return verb.run(line, namespace, objects, context)
}

/** Flags of every verb may stand before it. */
function verbPosition(args: readonly string[]): number {
  let i = 0
  for (; i < args.length && args[i]!.startsWith('-'); i++) {
    const word = args[i]!
    const flag = Object.entries(GLOBAL_FLAGS).find(([long, { short }]) => word === `--${long}` || word === `-${short}`)
    if (flag?.[1].value) i++
  }
  return i
}

function otherVerb(name: string): never {
  if (Object.hasOwn(OTHER_VERBS, name)) throw new UnsupportedError(`kubectl ${name}`, { hint: OTHER_VERBS[name]! })
  // cobra's `SuggestionsFor`
  const near = [...Object.keys(OTHER_VERBS), ...Object.keys(VERBS)].filter(
    (verb) => editDistance(name, verb) <= 2 || verb.startsWith(name),
  )
  const meant = near.length === 0 ? '' : `\n\nDid you mean this?\n${near.map((each) => `\t${each}`).join('\n')}`
  throw new KubectlError(`error: unknown command ${JSON.stringify(name)} for "kubectl"${meant}`)
}

const HELP = `kubectl looks at the simulated cluster.

  kubectl get TYPE[,TYPE] [NAME…] [-n NAMESPACE | -A] [-l SELECTOR] [-o wide|yaml|json|name] [--no-headers] [--show-labels]
  kubectl get TYPE/NAME…
  kubectl describe TYPE [NAME…]

TYPE is one of nodes (no), namespaces (ns), pods (po), services (svc), endpoints (ep), endpointslices.
`
