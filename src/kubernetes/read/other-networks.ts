import { lookup, type StringMap } from '../objects/meta.ts'
import type { Problems } from '../problems.ts'
import { isMapping } from './document.ts'
import type { Fields } from './values.ts'

/** A network plugin that is not flannel, and the marks by which an input shows it. */
interface OtherNetwork {
  readonly name: string
  /** Names of DaemonSets and ConfigMaps, or the beginnings of pod names. */
  readonly names: readonly string[]
  /** API groups of its own resources, or endings of them. */
  readonly groups: readonly string[]
  /** Beginnings of its Node annotations. */
  readonly annotations: readonly string[]
}

/** Sources: each project's own installation manifests. */
const OTHER_NETWORKS: readonly OtherNetwork[] = [
  {
    name: 'Canal (flannel with Calico’s policies)',
    names: ['canal', 'canal-config'],
    groups: [],
    annotations: [],
  },
  {
    name: 'Calico',
    names: ['calico-node', 'calico-config', 'calico-typha'],
    groups: ['projectcalico.org', 'operator.tigera.io'],
    annotations: ['projectcalico.org/'],
  },
  {
    name: 'Cilium',
    names: ['cilium', 'cilium-config', 'cilium-envoy'],
    groups: ['cilium.io'],
    annotations: ['network.cilium.io/', 'io.cilium.network.'],
  },
  { name: 'Weave Net', names: ['weave-net'], groups: [], annotations: ['weave.works/'] },
  {
    name: 'kube-router',
    names: ['kube-router', 'kube-router-cfg'],
    groups: [],
    annotations: ['kube-router.io/'],
  },
  {
    name: 'Amazon VPC CNI',
    names: ['aws-node', 'amazon-vpc-cni'],
    groups: ['crd.k8s.amazonaws.com', 'vpcresources.k8s.aws'],
    annotations: [],
  },
  { name: 'Azure CNI', names: ['azure-cns', 'azure-npm', 'azure-cni'], groups: ['acn.azure.com'], annotations: [] },
  { name: 'GKE Dataplane V2', names: ['anetd', 'netd'], groups: [], annotations: [] },
  {
    name: 'Antrea',
    names: ['antrea-agent', 'antrea-config'],
    groups: ['antrea.io', 'antrea.tanzu.vmware.com'],
    annotations: ['node.antrea.io/'],
  },
  {
    name: 'OVN-Kubernetes',
    names: ['ovnkube-node', 'ovnkube-db', 'ovnkube-config', 'ovnkube-master'],
    groups: ['k8s.ovn.org'],
    annotations: ['k8s.ovn.org/'],
  },
  { name: 'Kube-OVN', names: ['kube-ovn-cni', 'ovs-ovn'], groups: ['kubeovn.io'], annotations: ['ovn.kubernetes.io/'] },
  { name: 'OpenShift SDN', names: ['sdn', 'openshift-sdn'], groups: ['network.openshift.io'], annotations: [] },
  { name: 'kindnet', names: ['kindnet'], groups: [], annotations: [] },
  { name: 'Contiv', names: ['contiv-vswitch'], groups: ['contivpp.io'], annotations: [] },
  { name: 'Romana', names: ['romana-agent'], groups: [], annotations: [] },
]

const NOT_THAT_CLUSTER = 'a trace with flannel’s bridges and rules is not that cluster’s truth'

function noteNetwork(name: string, mark: string, problems: Problems): void {
  problems.note('OTHER_CNI', `the input shows ${name} (${mark}): ${NOT_THAT_CLUSTER}`)
}

/** `calico-node` for `calico-node` and, as the name of a pod, for `calico-node-x7k2p`. */
function isNamed(name: string, wanted: string, kind: string): boolean {
  if (name === wanted) return true
  return kind === 'Pod' && name.startsWith(`${wanted}-`) && /^[a-z0-9]{5}$/.test(name.slice(wanted.length + 1))
}

const KINDS_WITH_NAMES = new Set(['DaemonSet', 'ConfigMap', 'Pod', 'Deployment'])
const CNI_NAMESPACES = /^(kube-|calico|cilium|tigera|antrea|ovn|openshift-|weave|amazon|canal|contiv)/

/** Looks for the marks of other network plugins, and notes each plugin once. */
export class OtherNetworkDetector {
  readonly #found = new Set<string>()
  readonly #problems: Problems

  constructor(problems: Problems) {
    this.#problems = problems
  }

  /** An object of any kind, known or not. */
  see(apiVersion: string, kind: string, namespace: string | undefined, name: string, object: Fields): void {
    const slash = apiVersion.indexOf('/')
    if (slash > 0) this.#seeGroup(apiVersion.slice(0, slash), kind)
    if (kind === 'CustomResourceDefinition') this.#seeGroup(groupOfDefinition(object), kind)
    if (!KINDS_WITH_NAMES.has(kind) || !CNI_NAMESPACES.test(namespace ?? '')) return
    for (const network of OTHER_NETWORKS) {
      if (this.#found.has(network.name)) continue
      if (network.names.some((wanted) => isNamed(name, wanted, kind))) this.#add(network, `${kind} ${name}`)
    }
    if (kind === 'ConfigMap' && name === 'cilium-config') this.#seeCilium(object)
  }

  /** The annotations of a Node. */
  seeNode(annotations: StringMap): void {
    for (const key of Object.keys(annotations)) {
      for (const network of OTHER_NETWORKS) {
        if (network.annotations.some((prefix) => key.startsWith(prefix))) this.#add(network, `Node annotation ${key}`)
      }
    }
  }

  #seeGroup(group: string, kind: string): void {
    for (const network of OTHER_NETWORKS) {
      const own = network.groups.some((known) => group === known || group.endsWith(`.${known}`))
      if (own) this.#add(network, `${kind} of ${group}`)
    }
  }

  #seeCilium(object: Fields): void {
    const data = isMapping(object.data) ? object.data : {}
    const replaces = String(lookup(data as StringMap, 'kube-proxy-replacement') ?? '')
    if (replaces === 'true' || replaces === 'strict') {
      this.#problems.note('OTHER_PROXY', `the input shows Cilium in the place of kube-proxy: ${NOT_KUBE_PROXY}`)
    }
  }

  #add(network: OtherNetwork, mark: string): void {
    if (this.#found.has(network.name)) return
    this.#found.add(network.name)
    noteNetwork(network.name, mark, this.#problems)
  }
}

function groupOfDefinition(object: Fields): string {
  return isMapping(object.spec) && typeof object.spec.group === 'string' ? object.spec.group : ''
}

const NOT_KUBE_PROXY = 'a trace through iptables rules is not that cluster’s truth'

/** Notes a mode of kube-proxy other than iptables. */
export function noteProxyMode(mode: string | undefined, problems: Problems): void {
  if (mode === undefined || mode === 'iptables') return
  problems.note('OTHER_PROXY', `kube-proxy runs in ${mode} mode: ${NOT_KUBE_PROXY}`)
}

/** Notes what flannel is told to do that is not modelled. */
export function noteFlannel(backend: string, nftables: boolean, problems: Problems): void {
  if (backend !== 'vxlan' && backend !== 'host-gw') {
    problems.note(
      'OTHER_BACKEND',
      `flannel’s backend is ${JSON.stringify(backend)}: only vxlan and host-gw are modelled`,
    )
  }
  if (nftables)
    problems.note('FLANNEL_NFTABLES', 'flannel is told to write nftables rules: its iptables rules are modelled')
}
