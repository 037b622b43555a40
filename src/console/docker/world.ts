import { Fabric } from '../../cluster/fabric.ts'
import { Machine } from '../../commands/index.ts'
import { Scheduler } from '../../commands/process/scheduler.ts'
import { nearestNames } from '../../kubernetes/index.ts'
import { NetworkNamespace } from '../../netns/index.ts'
import { formatIpv4, parseIpv4, parsePrefix } from '../../packet/address.ts'
import { KubehopError } from '../../packet/errors.ts'
import { Simulation } from '../../sim/index.ts'
import { installSockets, socketsOf } from '../../sockets/index.ts'
import type { Place } from '../place.ts'
import type { World } from '../world.ts'
import { DockerDaemon } from './daemon.ts'
import { docker } from './index.ts'
import { isRunning, type Sandbox } from './model.ts'
import { containerPlaces, findContainer } from './places.ts'
import { traceDocker } from './trace.ts'

const HOST = 'host'
const ADDRESS = parseIpv4('192.168.0.11')
const MTU = 1500

/** Where the host stands: a network with a router, and the world beyond. Private addresses are nobody's out there. */
const PLAN = {
  nodes: [],
  underlay: parsePrefix('192.168.0.0/24'),
  gateway: parseIpv4('192.168.0.1'),
  outside: parsePrefix('198.51.100.0/24'),
  pods: parsePrefix('172.16.0.0/12'),
  services: parsePrefix('10.0.0.0/8'),
  mtu: MTU,
}

/** A host with Docker alone, without Kubernetes. */
export function dockerWorld({ seed = 0 }: { readonly seed?: number | undefined } = {}): World {
  const sim = new Simulation({ seed })
  const fabric = new Fabric(sim, PLAN)
  const netns = new NetworkNamespace(sim, HOST)
  // dockerd loads br_netfilter only where a network forbids its containers to talk to each other
  netns.sysctl.set('bridge.bridge-nf-call-iptables', 0)
  fabric.plug(netns, ADDRESS)
  const scheduler = new Scheduler(sim)
  const host = new Machine(sim, { netns, sockets: installSockets(netns, {}), scheduler })
  host.files.put('/etc/hostname', `${HOST}\n`)
  host.files.put('/etc/hosts', `127.0.0.1\tlocalhost\n${formatIpv4(ADDRESS)}\t${HOST}\n`)
  host.files.put('/etc/resolv.conf', `nameserver ${formatIpv4(PLAN.gateway)}\n`)
  const daemon = new DockerDaemon(host)
  const { external } = fabric
  const outside = new Machine(sim, { netns: external, sockets: socketsOf(external), scheduler })

  function sandboxes(): Sandbox[] {
    return [...new Set(daemon.containers.flatMap(({ sandbox }) => sandbox ?? []))]
  }

  function find(reference: string): Place {
    if (reference === HOST) return { name: HOST, hostname: HOST, machine: host }
    if (reference === 'external') return { name: 'external', hostname: 'external', machine: outside }
    const name = reference.replace(/^container\//, '')
    const container = findContainer([daemon], name)
    if (container !== undefined) return container
    const names = daemon.containers.filter(isRunning).map((each) => each.name)
    const near = nearestNames(name, names)
    throw new KubehopError('NOT_FOUND', `there is no place ${reference}`, {
      hint: near.length > 0 ? `did you mean ${near.join(' or ')}?` : 'there are host, external, container/NAME',
    })
  }

  return {
    sim,
    cluster: null,
    greeting: 'A host with Docker.',
    home: HOST,
    find,
    places: () => [HOST, 'external', ...containerPlaces([daemon])],
    namespaces: () => {
      const ofContainers = sandboxes().map(({ machine }) => machine.root)
      return [...new Set([fabric.underlay, fabric.external, netns, ...ofContainers])]
    },
    machines: () => [
      host,
      outside,
      ...sandboxes()
        .map(({ machine }) => machine)
        .filter((each) => each !== host),
    ],
    trace: (request) => traceDocker({ fabric, host, address: ADDRESS, daemon }, request),
    programs: () => ({ docker: docker((machine) => (machine === host ? daemon : undefined)) }),
  }
}
