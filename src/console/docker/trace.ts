import type { Fabric } from '../../cluster/fabric.ts'
import type { TraceRequest } from '../../cluster/index.ts'
import type { Machine } from '../../commands/index.ts'
import { nearestNames, parseReference } from '../../kubernetes/index.ts'
import type { NetworkNamespace } from '../../netns/index.ts'
import { formatIpv4, type Ipv4, parseIpv4 } from '../../packet/address.ts'
import { KubehopError, UnsupportedError } from '../../packet/errors.ts'
import { mergeTargets, Trace, traceFlow } from '../../trace/index.ts'
import type { DockerDaemon } from './daemon.ts'
import { bindingsOf, type Container, type Endpoint, gatewayOf, type Sandbox } from './model.ts'

/** A host with Docker, and what is around it. */
export interface DockerScene {
  readonly fabric: Fabric
  readonly host: Machine
  readonly address: Ipv4
  readonly daemon: DockerDaemon
}

interface Sender {
  readonly netns: NetworkNamespace
  /** 0: routing chooses. */
  readonly address: Ipv4
  /** Null: it is no container's. */
  readonly sandbox: Sandbox | null
  readonly machine: Machine | null
}

interface Receiver {
  readonly address: Ipv4
  readonly port: number | undefined
}

const FORMS = 'container/NAME[:PORT], host[:PORT], external[:IP], IP[:PORT]'

/**
 * Traces a packet among the containers of a host, and between them and the world (as `Cluster.trace`).
 *
 * @throws KubehopError `BAD_REFERENCE`, `NOT_FOUND`, `NOT_RUNNING`, `BAD_PORT`
 */
export function traceDocker(scene: DockerScene, request: TraceRequest): Trace {
  if (request.at !== undefined) throw new UnsupportedError('trace --at on a host with Docker alone')
  return scene.fabric.withGuests(() => follow(scene, request))
}

function follow(scene: DockerScene, request: TraceRequest): Trace {
  const { fabric, host } = scene
  const assumptions: string[] = []
  const from = senderOf(scene, request.from)
  const { address, port } = receiverOf(scene, request.to, from, assumptions)
  const protocol = request.protocol ?? (port === undefined ? 'icmp' : 'tcp')
  const { sim } = host
  const flow = traceFlow(sim, {
    from: from.netns,
    source: from.address,
    sourcePort: request.sourcePort,
    to: address,
    port,
    protocol,
    packets: request.packets,
    allBranches: request.allBranches,
    nearMisses: request.detail === 'detailed',
    seed: request.seed,
    beyond: new Set([fabric.external.name]),
    keep: request.keep,
    capture: request.capture,
  })
  const proxied = proxiedTo(scene, port, protocol)
  if (proxied !== undefined && flow.branches.some(({ endpoint = '' }) => endpoint.startsWith(`${host.root.name} `)))
    assumptions.push(`port ${port} of the host is docker-proxy's, which asks ${proxied} by a connection of its own`)
  return new Trace(
    mergeTargets([flow], [{ probability: 1 }], {
      from: { name: request.from, netns: from.netns.name },
      to: { name: request.to, address: formatIpv4(address), ...(port === undefined ? {} : { port }) },
      protocol,
      seed: request.seed ?? 0,
      assumptions,
      warnings: [],
      allBranches: request.allBranches === true,
    }),
  )
}

function senderOf(scene: DockerScene, text: string): Sender {
  const { fabric, host, daemon } = scene
  const isAround = text === 'host' || text === 'external'
  const container = isAround
    ? undefined
    : containerNamed(daemon, text.replace(/^container\//, ''), text.startsWith('container/'))
  if (container !== undefined) {
    const sandbox = sandboxOf(container)
    return { netns: sandbox.machine.root, address: 0 as Ipv4, sandbox, machine: sandbox.machine }
  }
  if (text === 'host') return { netns: host.root, address: 0 as Ipv4, sandbox: null, machine: host }
  const reference = readReference(text)
  const given = reference.address === undefined ? fabric.externalAddress : parseIpv4(reference.address)
  const owner = reference.kind === 'ip' ? ownerOf(scene, given) : undefined
  return { netns: owner ?? fabric.host(given), address: given, sandbox: null, machine: null }
}

function receiverOf(scene: DockerScene, text: string, from: Sender, assumptions: string[]): Receiver {
  const { fabric, daemon } = scene
  const [, name = '', part] = /^(.*?)(?::(\d+))?$/.exec(text) ?? []
  const port = part === undefined ? undefined : Number(part)
  if (name === 'host') return { address: scene.address, port }
  const container =
    name === 'external'
      ? undefined
      : containerNamed(daemon, name.replace(/^container\//, ''), name.startsWith('container/'))
  if (container !== undefined && name.startsWith('container/')) {
    const { endpoints } = sandboxOf(container)
    if (endpoints.length === 0) {
      throw new KubehopError('NOT_FOUND', `${name} has no address of its own`, {
        hint: container.mode.kind === 'network' && container.mode.network.kind === 'host' ? 'write host:PORT' : FORMS,
      })
    }
    const { address, attachment } = sharedWith(from, endpoints)
    if (endpoints.length > 1)
      assumptions.push(`${name} is asked by its address in the network ${attachment.network.name}`)
    if (container.command.length === 0) assumptions.push(`${name} runs no COMMAND: it answers on every port`)
    return { address, port }
  }
  // a bare name is what the sender would look up
  const known = from.machine?.resolver?.(name)
  if (known !== undefined) return { address: known, port }
  if (container !== undefined) {
    throw new KubehopError('NOT_FOUND', `${name} is no name that ${from.netns.name} knows`, {
      hint: `names are known in networks of one's own alone; write container/${container.name}${part === undefined ? '' : `:${part}`}`,
    })
  }
  const reference = readReference(text)
  const address = reference.address === undefined ? fabric.externalAddress : parseIpv4(reference.address)
  if (reference.kind === 'external') fabric.host(address)
  return { address, port: reference.port }
}

/** The container for which docker-proxy has a port of the host. */
function proxiedTo({ daemon }: DockerScene, port: number | undefined, protocol: string): string | undefined {
  const found = daemon.containers.find((container) =>
    bindingsOf(container).some((each) => each.hostPort === port && each.protocol === protocol),
  )
  return found === undefined ? undefined : `container/${found.name}`
}

/** What `external…` and addresses name; nothing else is left. */
function readReference(text: string): {
  readonly kind: 'external' | 'ip'
  readonly address?: string | undefined
  readonly port?: number | undefined
} {
  const reference = /^(external(:|$)|localhost(:|$)|\d+\.)/.test(text) ? parseReference(text) : undefined
  if (reference?.kind === 'external' || reference?.kind === 'ip') return reference
  throw new KubehopError('BAD_REFERENCE', `"${text}" is nobody on a host with Docker alone`, { hint: FORMS })
}

/** @param isMeant the text says that it is one */
function containerNamed(daemon: DockerDaemon, name: string, isMeant: boolean): Container | undefined {
  const found = daemon.containers.find((each) => each.name === name || (name.length >= 4 && each.id.startsWith(name)))
  if (found !== undefined || !isMeant) return found
  const names = daemon.containers.map((each) => each.name)
  const near = nearestNames(name, names)
  throw new KubehopError('NOT_FOUND', `there is no container ${name}`, {
    hint: near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'docker ps lists them',
  })
}

function sandboxOf({ name, sandbox }: Container): Sandbox {
  if (sandbox !== null) return sandbox
  throw new KubehopError('NOT_RUNNING', `the container ${name} does not run`, { hint: `docker start ${name}` })
}

/** The address in a network that the sender is in, too; else that of the default route. */
function sharedWith({ sandbox }: Sender, endpoints: readonly Endpoint[]): Endpoint {
  const own = new Set(sandbox?.endpoints.map(({ attachment }) => attachment.network))
  return endpoints.find(({ attachment }) => own.has(attachment.network)) ?? gatewayOf(endpoints) ?? endpoints[0]!
}

/** Whose address it is: the host's, or a container's. */
function ownerOf({ host, daemon }: DockerScene, address: Ipv4): NetworkNamespace | undefined {
  const all = [host.root, ...daemon.containers.flatMap(({ sandbox }) => sandbox?.machine.root ?? [])]
  return all.find((netns) => netns.addressType(address) === 'local')
}
