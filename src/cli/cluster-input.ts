import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import path from 'node:path'
import { Cluster } from '../cluster/cluster.ts'
import type { ClusterOptions } from '../cluster/options.ts'
import {
  type ClusterObjects,
  DEFAULT_MAX_INPUT,
  fillIn,
  InputError,
  type InputText,
  type KubernetesObjects,
  type Problem,
  readObjects,
} from '../kubernetes/index.ts'
import type { Call } from './call.ts'
import { systemText } from './files.ts'
import { Progress } from './progress.ts'

/** Where a command that knows more than one cluster reads one of them. */
interface Side {
  /** The option that names the files. Default `file`. */
  readonly option?: string
  /** The cluster as it was: pods that were made for workloads stay what they were. */
  readonly earlier?: ClusterObjects
  /** Only the objects are of interest. */
  readonly withoutNetwork?: true
}

/** The cluster that a call's `-f` and its options describe. */
export async function readCluster(call: Call, defaults: ClusterOptions = {}, side: Side = {}): Promise<Cluster> {
  const options = { ...defaults, ...optionsOf(call) }
  const progress = new Progress(call.io)
  try {
    const maxInput = call.number('max-input') ?? DEFAULT_MAX_INPUT
    const inputs = await readInputs(call, side.option ?? 'file', maxInput, progress)
    const objects = readObjects(inputs, {
      maxInput,
      ...(options.validation === undefined ? {} : { validation: options.validation }),
      onProgress: (count) => progress.report(`reading: ${count} objects`),
    })
    const made = side.earlier?.pods.filter(({ source }) => source.generatedFor !== undefined) ?? []
    const complete = fillIn(made.length === 0 ? objects : { ...objects, pods: [...objects.pods, ...made] }, options)
    const { nodes, pods } = complete
    const cluster = new Cluster(complete, options)
    if (side.withoutNetwork === true) return cluster
    progress.report(`building: ${nodes.length} nodes, ${pods.length} pods`, pods.length > 2000)
    cluster.network // built on first use: while the terminal says so
    return cluster
  } finally {
    progress.clear()
  }
}

/** The objects that a call's `-f` describes, as they stand there: nothing is made up for what they lack. */
export async function readManifests(call: Call): Promise<KubernetesObjects> {
  const progress = new Progress(call.io)
  try {
    const maxInput = call.number('max-input') ?? DEFAULT_MAX_INPUT
    const validation = call.choice<'strict' | 'lenient'>('validation') ?? 'lenient'
    return readObjects(await readInputs(call, 'file', maxInput, progress), { maxInput, validation })
  } finally {
    progress.clear()
  }
}

function optionsOf(call: Call): ClusterOptions {
  return definedOf({
    validation: call.choice<'strict' | 'lenient'>('validation'),
    nodes: call.number('nodes'),
    bridge: call.choice<'cni0' | 'docker0'>('bridge'),
    backend: call.choice<'vxlan' | 'host-gw'>('backend'),
    directRouting: call.has('direct-routing') ? true : undefined,
    ipMasq: call.has('no-ip-masq') ? false : undefined,
    listeners: call.choice<'all' | 'declared'>('listeners'),
    podCidr: call.text('pod-cidr'),
    serviceCidr: call.text('service-cidr'),
    nodeCidr: call.text('node-cidr'),
    loadBalancerPool: call.text('load-balancer-pool'),
    nodeCidrMaskSize: call.number('node-cidr-mask-size'),
    mtu: call.number('mtu'),
    bridgeNfCallIptables: call.has('no-bridge-nf') ? false : undefined,
    hairpinMode: call.has('no-hairpin') ? false : undefined,
  })
}

/** Without what is undefined: so it does not hide a default when spread. */
function definedOf(options: ClusterOptions): ClusterOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
}

async function readInputs(call: Call, option: string, maxInput: number, progress: Progress): Promise<InputText[]> {
  const problems: Problem[] = []
  const inputs: InputText[] = []
  const names = call.list(option)
  if (names.filter((name) => name === '-').length > 1) {
    throw new InputError([{ code: 'USAGE', where: { file: '-' }, message: 'standard input can be read only once' }])
  }
  for (const name of names) {
    const files = name === '-' ? ['-'] : await filesOf(name, call.io.cwd, problems)
    for (const file of files) {
      const content = await readOne(file, call, maxInput, progress, problems)
      if (content !== undefined) inputs.push({ name: file, content })
    }
  }
  if (problems.length > 0) throw new InputError(problems)
  return inputs
}

/** kubectl's choice of files in a folder (`FileExtensions`, staging/src/k8s.io/cli-runtime/pkg/resource/builder.go). */
const EXTENSIONS = /\.(json|yaml|yml)$/

/** A file itself; of a folder the manifests in it, in the order of their names, as `kubectl apply -f` takes them. */
async function filesOf(name: string, cwd: string, problems: Problem[]): Promise<string[]> {
  const fail = (code: string, message: string, hint?: string): string[] => {
    problems.push({ code, where: { file: name }, message, hint })
    return []
  }
  if (/^https?:\/\//.test(name)) {
    return fail('UNSUPPORTED', 'kubehop opens no addresses of the web', `curl -sL ${name} | kubehop … -f -`)
  }
  try {
    const found = await stat(path.resolve(cwd, name))
    if (!found.isDirectory()) return [name]
    const entries = await readdir(path.resolve(cwd, name), { withFileTypes: true })
    const manifests = entries
      .filter((entry) => !entry.isDirectory() && EXTENSIONS.test(entry.name))
      .map((entry) => entry.name)
    if (manifests.length === 0) return fail('EMPTY_INPUT', 'this folder holds no *.yaml, *.yml or *.json')
    return manifests.sort().map((file) => path.join(name, file))
  } catch (error) {
    return fail('NO_FILE', systemText(error))
  }
}

async function readOne(
  name: string,
  call: Call,
  maxInput: number,
  progress: Progress,
  problems: Problem[],
): Promise<Uint8Array | undefined> {
  const fail = (code: string, message: string, hint?: string): undefined => {
    problems.push({ code, where: { file: name }, message, hint })
  }
  const chunks: Uint8Array[] = []
  let size = 0
  try {
    const file = path.resolve(call.io.cwd, name)
    const known = name === '-' ? 0 : (await stat(file)).size
    // A file that is too large is not read at all; a pipe, whose size nobody knows, only up to the limit.
    const stream = known > maxInput ? [] : name === '-' ? call.io.stdin : createReadStream(file)
    size = known > maxInput ? known : 0
    for await (const chunk of stream as AsyncIterable<Uint8Array>) {
      size += chunk.length
      if (size > maxInput) break
      chunks.push(chunk)
      progress.report(`reading ${name}: ${megabytes(size)}${known > 0 ? ` of ${megabytes(known)}` : ''}`)
    }
  } catch (error) {
    return fail('NO_FILE', systemText(error))
  }
  if (size > maxInput) {
    const hint = 'raise the limit (--max-input), or ask kubectl for fewer kinds or one namespace'
    return fail('INPUT_TOO_LARGE', `the input is larger than the limit of ${megabytes(maxInput)}`, hint)
  }
  return Buffer.concat(chunks)
}

function megabytes(octets: number): string {
  return octets < 1024 * 1024 ? `${octets} bytes` : `${Math.round(octets / (1024 * 1024))} MB`
}
