import type { Cluster, NodeHost } from '../cluster/index.ts'
import type { Machine } from '../commands/index.ts'
import { type Ipv4, prefixContains, tryParseIpv4 } from '../packet/address.ts'
import { KubehopError, UnsupportedError } from '../packet/errors.ts'
import { DockerDaemon } from './docker/daemon.ts'
import { docker } from './docker/index.ts'
import { containerPlaces, findContainer } from './docker/places.ts'
import { etcdctl } from './etcdctl/index.ts'
import { kubectl } from './kubectl/index.ts'
import { Machines } from './machines.ts'
import { findPlace } from './place.ts'
import type { World } from './world.ts'

const CONTAINER = 'container/'

/** A cluster to look around in. One begins on the first node. */
export function clusterWorld(cluster: Cluster): World {
  const machines = new Machines(cluster)
  const daemons = new Map<NodeHost, DockerDaemon>()
  const { network } = cluster
  const [first] = network.nodes.keys()

  /** On nodes whose bridge is docker0 there is Docker. */
  function daemonOf(machine: Machine): DockerDaemon | undefined {
    if (network.plan.bridge !== 'docker0') return undefined
    const node = [...network.nodes.values()].find(({ netns }) => machines.of(netns) === machine)
    if (node === undefined) return undefined
    let daemon = daemons.get(node)
    if (daemon === undefined) {
      daemon = new DockerDaemon(machine, {
        device: node.bridge,
        subnet: node.plan.lease.subnet,
        masquerade: !network.plan.flannel.ipMasq,
        isUnprotected: true,
        taken: () => addressesOn(cluster, node),
      })
      daemons.set(node, daemon)
    }
    return daemon
  }

  return {
    sim: network.sim,
    cluster,
    greeting: `A cluster of ${network.nodes.size} nodes and ${network.pods.size} pods.`,
    home: `node/${first}`,
    find: (reference, namespace) => {
      if (!reference.startsWith(CONTAINER)) return findPlace(cluster, machines, reference, namespace)
      const name = reference.slice(CONTAINER.length)
      const found = findContainer(daemons.values(), name)
      if (found !== undefined) return found
      throw new KubehopError('NOT_FOUND', `there is no container ${name}`, {
        hint: 'docker ps, on a node, lists those of the node; the containers of pods are pod/NAME',
      })
    },
    places: () => [...placesOf(cluster), ...containerPlaces(daemons.values())],
    namespaces: () => network.namespaces(),
    machines: () => machines.all(),
    trace: (request) => {
      const container = [request.from, request.to].find((end) => end.startsWith(CONTAINER))
      if (container !== undefined) {
        throw new UnsupportedError(`a trace of ${container}, which is no pod`, {
          hint: `on its node: docker exec ${container.slice(CONTAINER.length)} curl …; kubehop shell --docker traces containers`,
        })
      }
      return cluster.trace(request)
    },
    programs: (namespace) => ({
      docker: docker(daemonOf),
      etcdctl: etcdctl(() => network),
      kubectl: kubectl(() => ({ objects: cluster.objects, namespace })),
    }),
  }
}

function placesOf({ network }: Cluster): string[] {
  const ofPods = [...network.pods.values()].map(({ pod: { metadata } }) =>
    metadata.namespace === 'default' ? `pod/${metadata.name}` : `${metadata.namespace}/pod/${metadata.name}`,
  )
  return [...[...network.nodes.keys()].map((name) => `node/${name}`), ...ofPods, 'external']
}

/** Addresses of a node's subnet that pods and endpoints have. */
function addressesOn({ network }: Cluster, { plan }: NodeHost): Ipv4[] {
  const ofPods = [...network.pods.values()].map(({ address }) => address)
  const ofEndpoints = network.objects.endpointSlices.flatMap(({ endpoints }) =>
    endpoints.flatMap(({ addresses }) => tryParseIpv4(addresses[0] ?? '') ?? []),
  )
  return [...ofPods, ...ofEndpoints].filter((address) => prefixContains(plan.lease.subnet, address))
}
